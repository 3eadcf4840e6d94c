using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Supervision;

/// <summary>What came of looking for a message.</summary>
internal enum ChannelState
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>None at the moment.</summary>
    Empty,

    /// <summary>The other side is gone; nothing will come.</summary>
    Gone,
}

/// <summary>A message between supervisor and edge: a word, what it needs, and a listening socket where it is about one. Immutable.</summary>
/// <param name="Word">What it is about.</param>
/// <param name="Text">The rest; may be empty.</param>
/// <param name="Descriptor">A descriptor that came with it, owned by the receiver; -1 = none.</param>
internal readonly record struct ChannelMessage(string Word, string Text, int Descriptor);

/// <summary>
/// One end of the line between a supervisor and an edge: whole messages of a few bytes, in order, and an end of file when the other process is
/// gone, however it went. Sending is thread-safe; one thread receives. The messages are in docs/supervision.md.
/// </summary>
internal sealed class ControlChannel(int descriptor) : IDisposable
{
    private const int MaxMessage = 16 * 1024;

    private readonly byte[] _buffer = new byte[MaxMessage];
    private readonly Lock _sending = new();
    private bool _closed;

    /// <summary>The socket.</summary>
    public int Descriptor => descriptor;

    /// <summary>Sends a message.</summary>
    /// <param name="word">What it is about.</param>
    /// <param name="text">The rest.</param>
    /// <param name="socket">A descriptor of ours to go with it; it stays ours.</param>
    /// <param name="wait">Whether to wait for room.</param>
    /// <returns>False when the other side is gone, or, without waiting, when there is no room.</returns>
    public bool TrySend(string word, string text = "", int socket = -1, bool wait = false)
    {
        byte[] message = Encoding.UTF8.GetBytes(text.Length == 0 ? word : word + "\n" + text);
        lock (_sending)
        {
            return !_closed && message.Length <= MaxMessage && SystemCalls.TrySend(descriptor, message, socket, wait);
        }
    }

    /// <summary>Receives a message.</summary>
    /// <param name="wait">Whether to wait for one.</param>
    /// <param name="message">The message.</param>
    public ChannelState Receive(bool wait, out ChannelMessage message)
    {
        int length = SystemCalls.Receive(descriptor, _buffer, wait, out int passed);
        if (length <= 0)
        {
            message = default;
            return length < 0 && Marshal.GetLastPInvokeError() == SystemCalls.TryAgain ? ChannelState.Empty : ChannelState.Gone;
        }

        string text = Encoding.UTF8.GetString(_buffer, 0, length);
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        message = end < 0 ? new ChannelMessage(text, "", passed) : new ChannelMessage(text[..end], text[(end + 1)..], passed);
        return ChannelState.Message;
    }

    public void Dispose()
    {
        lock (_sending)
        {
            if (!_closed)
            {
                _closed = true;
                SystemCalls.Close(descriptor);
            }
        }
    }
}
