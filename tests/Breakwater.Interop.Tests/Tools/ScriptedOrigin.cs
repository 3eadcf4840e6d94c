using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Interop.Tests.Tools;

/// <summary>An origin that answers every request head with the same bytes and closes: for what no server library can be made to send.</summary>
internal sealed class ScriptedOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private readonly Task _serving;

    public ScriptedOrigin(string answer)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener.Start();
        _serving = ServeAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        byte[] head = new byte[16 * 1024];
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptSocketAsync();
                int length = 0;
                for (int read; (read = await socket.ReceiveAsync(head.AsMemory(length))) > 0;)
                {
                    length += read;
                    if (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                    {
                        await socket.SendAsync(_answer);
                        socket.Shutdown(SocketShutdown.Send);
                        break;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
