using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Bench.SideBySide;

/// <summary>Many keep-alive connections that were used once and then rest. Owned by one run.</summary>
internal sealed class IdleConnections : IDisposable
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes(
        $"GET {Load.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + string.Concat(Load.BrowserFields.Select(field => $"{field.Name}: {field.Value}\r\n")) + "\r\n");

    private readonly Socket[] _sockets;

    private IdleConnections(Socket[] sockets) => _sockets = sockets;

    /// <summary>Opens them, 32 at a time, from 100 addresses: limits per client address are not what is measured.</summary>
    public static async Task<IdleConnections> OpenAsync(int port, int count, CancellationToken stop)
    {
        var sockets = new Socket[count];
        var connections = new IdleConnections(sockets);
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = stop }, async (i, cancel) =>
            {
                var socket = sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (i % 100))]), 0));
                await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
                await AskAsync(socket, cancel);
            });
            return connections;
        }
        catch
        {
            connections.Dispose();
            throw;
        }
    }

    /// <summary>Asks again on some of them: a connection that was closed meanwhile is not idle, and the run is invalid.</summary>
    public async Task ProbeAsync(int every, CancellationToken stop)
    {
        for (var i = 0; i < _sockets.Length; i += every)
            await AskAsync(_sockets[i], stop);
    }

    private static async Task AskAsync(Socket socket, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        await socket.SendAsync(Request, patience.Token);

        // The body's last bytes end the response, whatever fields came before it.
        var buffer = new byte[4096];
        var length = 0;
        var body = Encoding.ASCII.GetBytes(Peer.OriginBody);
        while (!buffer.AsSpan(0, length).EndsWith(body))
        {
            var read = length == buffer.Length ? 0 : await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            if (read == 0)
                throw new InvalidRunException("an idle connection was closed or answered wrongly:\n" + Encoding.Latin1.GetString(buffer, 0, length));
            length += read;
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket?.Dispose();
    }
}
