using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>A client that sends any bytes and keeps all it gets. Owned by one case.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly StringBuilder _received = new();
    private int _read;

    /// <summary>A body without framing that ends with a reset is not complete.</summary>
    private bool _wasReset;

    /// <summary>Whether the other side has closed or reset the connection.</summary>
    public bool Ended { get; private set; }

    /// <summary>What was received and does not belong to a response read so far.</summary>
    public string Rest => _received.ToString(_read, _received.Length - _read);

    /// <summary>All that was received.</summary>
    public string Received => _received.ToString();

    public async Task ConnectAsync(IPEndPoint endpoint, CancellationToken cancel) => await _socket.ConnectAsync(endpoint, cancel);

    public async Task SendAsync(string text, CancellationToken cancel)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        try
        {
            for (var sent = 0; sent < bytes.Length;)
                sent += await _socket.SendAsync(bytes.AsMemory(sent), cancel);
        }
        catch (SocketException)
        {
            // Refused before all was sent; the answer may still be there to read.
        }
    }

    /// <summary>Ends this side; the other one may still send.</summary>
    public void CloseSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            Ended = true;
        }
    }

    /// <summary>The next response, 1xx or final; null when the connection ended, or the token was cancelled, before it was complete.</summary>
    public async Task<Http1Message?> ReadResponseAsync(bool bodyless, CancellationToken cancel)
    {
        while (true)
        {
            var reading = Http1Message.ReadResponse(Rest, bodyless, Ended && !_wasReset);
            if (reading.Message is not null)
            {
                _read += reading.Length;
                return reading.Message;
            }

            if (reading.Invalid is not null || Ended || !await ReceiveAsync(cancel))
                return null;
        }
    }

    /// <summary>Reads until the other side closes. False if the token was cancelled first.</summary>
    public async Task<bool> ReadToEndAsync(CancellationToken cancel)
    {
        while (!Ended)
        {
            if (!await ReceiveAsync(cancel))
                return Ended;
        }

        return true;
    }

    /// <summary>Waits for more to arrive. Fails the test when nothing more can.</summary>
    public async Task ReceiveSomeAsync(CancellationToken cancel)
    {
        Assert.False(Ended, "The connection has ended.");
        Assert.True(await ReceiveAsync(cancel), "Nothing more has come.");
    }

    private async Task<bool> ReceiveAsync(CancellationToken cancel)
    {
        var buffer = new byte[65536];
        try
        {
            var count = await _socket.ReceiveAsync(buffer, cancel);
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            Ended = count == 0;
            return true;
        }
        catch (SocketException)
        {
            _wasReset = true;
            Ended = true;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
