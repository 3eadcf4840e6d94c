using System.Net.Sockets;
using System.Text;

namespace Breakwater.Supervision;

/// <summary>
/// The supervisor's socket for commands: <c>super.sock</c> in the data directory, mode 0600, so that who may open it may do everything. It is
/// there when the edge is not. Owned by the supervisor's thread.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private const string Name = "super.sock";

    // A command sends its order with its first packet; nobody else may connect.
    private const int PatienceMs = 200;
    private const int MaxOrder = 8192;

    private readonly Socket _socket;

    private ControlSocket(Socket socket, string directory)
    {
        _socket = socket;
        Directory = directory;
    }

    /// <summary>The data directory.</summary>
    public string Directory { get; }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>Its path in a data directory.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, Name);

    /// <summary>Opens it; null with a problem when that cannot be done.</summary>
    public static ControlSocket? TryOpen(string dataDirectory, out string? problem)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string path = PathIn(dataDirectory);
        try
        {
            // Whoever was here before is gone, or is this process before it was replaced: the data directory's lock says so.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(4);
            problem = null;
            return new ControlSocket(socket, dataDirectory);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            problem = $"{path}: {e.Message}";
            return null;
        }
    }

    /// <summary>Takes a command; null when it has gone already or says nothing.</summary>
    public ControlClient? TryAccept()
    {
        Socket? client = null;
        try
        {
            client = _socket.Accept();
            client.ReceiveTimeout = client.SendTimeout = PatienceMs;
            byte[] order = new byte[MaxOrder];
            int length = client.Receive(order);
            return new ControlClient(client, Encoding.UTF8.GetString(order, 0, length).Split('\n'));
        }
        catch (SocketException)
        {
            client?.Dispose();
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>A command that waits for its answer: lines for people, and a last one with the outcome. Owned by the supervisor's thread.</summary>
internal sealed class ControlClient(Socket socket, string[] order)
{
    /// <summary>Before the last line when what was asked for is done.</summary>
    public const string Done = "done ";

    /// <summary>Before the last line when it is not.</summary>
    public const string Failed = "failed ";

    /// <summary>What it wants.</summary>
    public string Order => order[0];

    /// <summary>A setting of the order; null when it was not given.</summary>
    public string? this[string name] => Array.Find(order, line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>Tells how far it is.</summary>
    public void Tell(string text)
    {
        try
        {
            socket.Send(Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ") + "\n"));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone; what it asked for goes on.
        }
    }

    /// <summary>Tells the outcome.</summary>
    public void End(bool succeeded, string text)
    {
        Tell((succeeded ? Done : Failed) + text);
        socket.Dispose();
    }
}
