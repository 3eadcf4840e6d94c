using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>An origin that the test plays by hand: it takes connections, reads and sends when it is told to. Owned by one test.</summary>
internal sealed class PlayedOrigin : IDisposable
{
    private readonly Socket _listener;
    private readonly List<PlayedConnection> _accepted = [];

    /// <summary>Listens on a loopback port.</summary>
    public PlayedOrigin()
        : this(new IPEndPoint(IPAddress.Loopback, 0), ProtocolType.Tcp)
    {
    }

    /// <summary>Listens on a Unix socket.</summary>
    public PlayedOrigin(string path)
        : this(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified)
    {
    }

    private PlayedOrigin(EndPoint endPoint, ProtocolType protocol)
    {
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        _listener.Bind(endPoint);
        _listener.Listen();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Connections taken so far.</summary>
    public int Accepted => _accepted.Count;

    /// <summary>The next connection of the edge.</summary>
    public async Task<PlayedConnection> AcceptAsync(CancellationToken cancel)
    {
        var connection = new PlayedConnection(await _listener.AcceptAsync(cancel));
        lock (_accepted)
        {
            _accepted.Add(connection);
        }

        return connection;
    }

    /// <summary>Answers every request on every connection, one after the other, until the token is cancelled.</summary>
    public async Task ServeAsync(Func<Http1Message, string> answer, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await AcceptAsync(cancel), answer, cancel);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_accepted)
        {
            _accepted.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task ServeAsync(PlayedConnection connection, Func<Http1Message, string> answer, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await connection.SendAsync(answer(await connection.ReadRequestAsync(cancel)), cancel);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The edge is done with it, or the test is over.
        }
    }
}

/// <summary>One connection of the edge to a <see cref="PlayedOrigin"/>. Used by one flow.</summary>
internal sealed class PlayedConnection(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _rest = "";

    /// <summary>The next request, whole.</summary>
    /// <exception cref="EndOfStreamException">The edge has closed.</exception>
    public async Task<Http1Message> ReadRequestAsync(CancellationToken cancel)
    {
        while (true)
        {
            Http1Message.Reading reading = Http1Message.ReadRequest(_rest);
            if (reading.Message is { } request)
            {
                _rest = _rest[reading.Length..];
                return request;
            }

            Assert.Null(reading.Invalid);
            await ReceiveAsync(cancel);
        }
    }

    /// <summary>The next head alone, with the empty line; what follows it is left.</summary>
    public async Task<string> ReadHeadAsync(CancellationToken cancel) => await ReadThroughAsync("\r\n\r\n", cancel);

    /// <summary>All up to this text and with it.</summary>
    public async Task<string> ReadThroughAsync(string text, CancellationToken cancel)
    {
        int end;
        while ((end = _rest.IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            await ReceiveAsync(cancel);
        }

        string read = _rest[..(end + text.Length)];
        _rest = _rest[(end + text.Length)..];
        return read;
    }

    /// <summary>Reads on until the edge closes or resets the connection. Returns what came.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await ReceiveAsync(cancel);
            }
        }
        catch (EndOfStreamException)
        {
            return _rest;
        }
    }

    public async Task SendAsync(string text, CancellationToken cancel)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), cancel);
        }
    }

    /// <summary>Ends the origin's side.</summary>
    public void CloseSending() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => socket.Dispose();

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        int count;
        try
        {
            count = await socket.ReceiveAsync(_buffer, cancel);
        }
        catch (SocketException)
        {
            count = 0;
        }

        _rest += count > 0 ? Encoding.Latin1.GetString(_buffer, 0, count) : throw new EndOfStreamException("The edge has closed the connection.");
    }
}
