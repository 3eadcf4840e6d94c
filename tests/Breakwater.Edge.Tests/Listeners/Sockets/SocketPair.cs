using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Edge.Connections.Polling;

namespace Breakwater.Edge.Tests.Listeners.Sockets;

/// <summary>Both ends of a TCP connection over loopback: the server's end is under test, the client's is played. Owned by one test.</summary>
internal sealed class SocketPair : IDisposable
{
    /// <summary>Bounds every wait for the other end; reached only when a test fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private SocketPair(Socket client, Socket server)
    {
        Client = client;
        Server = server;
    }

    public Socket Client { get; }

    public Socket Server { get; }

    /// <summary>The server's end as the edge has it. Disposed of, it closes the server's end.</summary>
    public PolledSocket Polled => field ??= new PolledSocket(Server);

    /// <param name="bufferBytes">What the kernel may hold of what the server sends, at either end; null for as much as it likes.</param>
    public static SocketPair Connect(int? bufferBytes = null)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        // Room for whatever a test delivers at once.
        listener.ReceiveBufferSize = 200_000;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.ReceiveBufferSize = bufferBytes ?? client.ReceiveBufferSize;
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        server.NoDelay = true;
        server.SendBufferSize = bufferBytes ?? server.SendBufferSize;
        return new SocketPair(client, server);
    }

    /// <summary>Sends, and waits until all of it lies ready in the server's end; only while that reads nothing.</summary>
    public void Deliver(ReadOnlySpan<byte> bytes)
    {
        int all = Server.Available + bytes.Length;
        Client.Send(bytes);
        WaitFor(() => Server.Available == all);
    }

    /// <summary>The client resets the connection.</summary>
    public void Reset()
    {
        Client.LingerState = new LingerOption(true, 0);
        Client.Dispose();
    }

    /// <summary>The client resets the connection, and the server's end has been told so.</summary>
    public void ResetAndArrive()
    {
        Reset();
        WaitFor(() => Server.Poll(0, SelectMode.SelectError) || Server.Poll(0, SelectMode.SelectRead));
    }

    /// <summary>The next bytes that the client gets; exactly as many.</summary>
    public async Task<byte[]> ReadAtClientAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int read = await Client.ReceiveAsync(bytes.AsMemory(at)).AsTask().WaitAsync(Patience);
            Assert.NotEqual(0, read);
            at += read;
        }

        return bytes;
    }

    /// <summary>The same as text.</summary>
    public async Task<string> ReadTextAtClientAsync(int count) => Encoding.ASCII.GetString(await ReadAtClientAsync(count));

    /// <summary>Nothing more comes to the client.</summary>
    public async Task EndsAtClientAsync() => Assert.Equal(0, await Client.ReceiveAsync(new byte[1].AsMemory()).AsTask().WaitAsync(Patience));

    /// <summary>Bytes that show when one is missing, or in another's place.</summary>
    public static byte[] Numbered(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)(i * 31 + i / 251);
        }

        return bytes;
    }

    /// <summary>Waits for what the kernel is about to do. Not for what a completion does, which this may keep from running.</summary>
    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "Nothing happened.");

    public void Dispose()
    {
        Client.Dispose();
        Polled.Dispose();
    }
}
