using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>
/// An HTTP/1.1 client on one kept-alive connection, blocking and with a fixed buffer, so that it allocates nothing but for its connections.
/// Used by one thread.
/// </summary>
internal sealed class BlockingClient(IPEndPoint server) : IDisposable
{
    /// <summary>What <see cref="Exchange"/> answers when the connection ended before a whole response had come.</summary>
    public const int Broken = 0;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private Socket? _socket;
    private int _length;

    /// <summary>Connections opened so far.</summary>
    public int Connections { get; private set; }

    /// <summary>What was received last, as text.</summary>
    public string Received => Encoding.Latin1.GetString(_buffer, 0, _length);

    /// <summary>Sends a request; returns the status of its response once that has come whole.</summary>
    public int Exchange(ReadOnlySpan<byte> request)
    {
        Socket socket = _socket ??= Connect();
        _length = 0;
        socket.Send(request, SocketFlags.None, out SocketError sending);
        int whole = int.MaxValue;
        while (sending == SocketError.Success && _length < whole)
        {
            int read = socket.Receive(_buffer.AsSpan(_length), SocketFlags.None, out SocketError receiving);
            if (read == 0 || receiving != SocketError.Success)
            {
                break;
            }

            _length += read;
            whole = Length(_buffer.AsSpan(0, _length));
        }

        if (_length != whole)
        {
            Close();
            return Broken;
        }

        if (_buffer.AsSpan(0, _length).IndexOf("\r\nConnection: close\r\n"u8) >= 0)
        {
            Close();
        }

        _ = Utf8Parser.TryParse(_buffer.AsSpan("HTTP/1.1 ".Length, 3), out int status, out _);
        return status;
    }

    public void Dispose() => Close();

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(server);
        Connections++;
        return socket;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>The length of the response, which must state it.</summary>
    private static int Length(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        int field = end < 0 ? -1 : bytes[..end].IndexOf("\r\nContent-Length: "u8);
        return field >= 0 && Utf8Parser.TryParse(bytes[(field + "\r\nContent-Length: ".Length)..], out int length, out _)
            ? end + 4 + length
            : int.MaxValue;
    }
}
