using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>
/// An HTTP/1.1 origin with a thread and a fixed buffer for each connection: it allocates nothing while it serves, and can be killed in the
/// middle of anything and started again on its port. Thread-safe.
/// </summary>
/// <remarks>
/// A body that is not whole and made of <see cref="BodyByte"/> only is answered 400, so that a request which was repeated wrongly is seen.
/// </remarks>
internal sealed class BlockingOrigin : IDisposable
{
    public const byte BodyByte = (byte)'b';

    private const int BufferBytes = 16 * 1024;

    private static readonly byte[] Ok = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: 1024\r\n\r\n{new string('r', 1024)}");

    private static readonly byte[] Bad = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _connections = [];

    // Bound and never listening: it keeps the port while nobody listens on it.
    private readonly Socket _placeholder = Bind(new IPEndPoint(IPAddress.Loopback, 0));
    private Socket? _listener;
    private long _served;

    public BlockingOrigin() => Start();

    public IPEndPoint EndPoint => (IPEndPoint)_placeholder.LocalEndPoint!;

    /// <summary>Answers so far.</summary>
    public long Served => Volatile.Read(ref _served);

    /// <summary>Listens, as at first.</summary>
    public void Start()
    {
        Socket listener = Bind(EndPoint);
        listener.Listen(256);
        lock (_lock)
        {
            _listener = listener;
        }

        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
    }

    /// <summary>Dies: nobody listens any more, and each connection is reset, whatever is under way on it. Returns how many those were.</summary>
    public int Kill()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            int count = _connections.Count;
            foreach (Socket connection in _connections)
            {
                Reset(connection);
            }

            _connections.Clear();
            return count;
        }
    }

    public void Dispose()
    {
        Kill();
        _placeholder.Dispose();
    }

    private static Socket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(endPoint);
        return socket;
    }

    private static void Reset(Socket connection)
    {
        try
        {
            connection.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        connection.Dispose();
    }

    private void Accept(Socket listener)
    {
        while (true)
        {
            Socket connection;
            try
            {
                connection = listener.Accept();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_lock)
            {
                if (!ReferenceEquals(_listener, listener))
                {
                    Reset(connection);
                    return;
                }

                _connections.Add(connection);
            }

            new Thread(() => Serve(connection), 256 * 1024) { IsBackground = true }.Start();
        }
    }

    private void Serve(Socket connection)
    {
        try
        {
            connection.NoDelay = true;
            byte[] buffer = new byte[BufferBytes];
            int have = 0;
            while (true)
            {
                int length = RequestLength(buffer.AsSpan(0, have), out int bodyLength);
                if (length == 0 || length > have)
                {
                    int read = connection.Receive(buffer.AsSpan(have), SocketFlags.None, out SocketError error);
                    if (read == 0 || error != SocketError.Success)
                    {
                        break;
                    }

                    have += read;
                    continue;
                }

                bool whole = !buffer.AsSpan(length - bodyLength, bodyLength).ContainsAnyExcept(BodyByte);
                Interlocked.Increment(ref _served);
                connection.Send(whole ? Ok : Bad, SocketFlags.None, out SocketError sending);
                if (sending != SocketError.Success)
                {
                    break;
                }

                buffer.AsSpan(length, have - length).CopyTo(buffer);
                have -= length;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Killed.
        }

        lock (_lock)
        {
            _connections.Remove(connection);
        }

        connection.Dispose();
    }

    /// <summary>The length of the first request, head and body; 0 while its head is not complete.</summary>
    private static int RequestLength(ReadOnlySpan<byte> bytes, out int bodyLength)
    {
        bodyLength = 0;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        int field = bytes[..end].IndexOf("\r\nContent-Length: "u8);
        if (field >= 0)
        {
            _ = Utf8Parser.TryParse(bytes[(field + "\r\nContent-Length: ".Length)..], out bodyLength, out _);
        }

        return end + 4 + bodyLength;
    }
}
