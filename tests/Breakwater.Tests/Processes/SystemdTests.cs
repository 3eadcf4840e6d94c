using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Tests.Processes;

/// <summary>The program under a service manager that the test plays.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SystemdTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-systemd-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_tells_when_it_is_ready_lives_reloads_and_stops()
    {
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)BreakwaterProcess.Patience.TotalMilliseconds,
        };
        string path = Path.Combine(_directory, "notify");
        manager.Bind(new UnixDomainSocketEndPoint(path));

        await using RunningEdge edge = await RunningEdge.StartAsync(
            BreakwaterProcess.Program, ["--origin", "http://127.0.0.1:9", "--listen", "127.0.0.1:0"], ("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "1000000"));
        List<string> told = [];

        Assert.Equal("READY=1\nSTATUS=generation 1, 1 zone", Receive("READY=1"));
        Receive("WATCHDOG=1");
        Receive("WATCHDOG=1");
        edge.Process.Signal(PosixSignal.SIGHUP);
        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+\nSTATUS=reloading$", Receive("RELOADING=1"));
        Assert.Equal("READY=1\nSTATUS=generation 1, 1 zone", Receive("READY=1"));
        edge.Process.Signal(PosixSignal.SIGTERM);
        Assert.StartsWith("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=", Receive("STOPPING=1"), StringComparison.Ordinal);
        Assert.Equal(0, (await edge.Process.WaitForExitAsync()).ExitCode);

        // Signs of life come in between whenever they are due.
        string Receive(string beginning)
        {
            byte[] buffer = new byte[1024];
            for (int messages = 0; messages < 100; messages++)
            {
                string message = Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
                told.Add(message);
                if (message.StartsWith(beginning, StringComparison.Ordinal)) return message;
                if (message != "WATCHDOG=1") break;
            }

            throw new InvalidOperationException($"{beginning} did not come, but:\n{string.Join('\n', told)}");
        }
    }

    [Fact]
    public async Task It_takes_over_a_socket_that_is_passed_to_it()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        IPEndPoint address = (IPEndPoint)listening.LocalEndPoint!;

        await using RunningEdge edge = await ActivateAsync(listening, "http", "systemd:http");
        using HttpClient visitor = new() { BaseAddress = new Uri($"http://{address}") };

        Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
        Assert.Equal($"http://{address}", (await edge.GetStatusAsync()).GetProperty("listeners")[0].GetProperty("address").GetString());

        // Our own descriptor is still open: the socket outlives the edge, and connections wait for the next one.
        edge.Process.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await edge.Process.WaitForExitAsync()).ExitCode);
        using TcpClient waiting = new();
        await waiting.ConnectAsync(address);
    }

    [Fact]
    public async Task A_socket_that_does_not_listen_is_explained()
    {
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        InvalidOperationException failed = await Assert.ThrowsAsync<InvalidOperationException>(() => ActivateAsync(bound, "http", "systemd:http"));

        Assert.Contains("what systemd passed as \"http\" (descriptor 3) is no listening TCP or Unix socket", failed.Message, StringComparison.Ordinal);
    }

    /// <summary>Starts the program as systemd does: the socket is descriptor 3, and the environment says so (sd_listen_fds(3)).</summary>
    private static async Task<RunningEdge> ActivateAsync(Socket socket, string name, string listen)
    {
        // A duplicate is inherited by a process that is started; the original is not.
        int inherited = NativeDup((int)socket.Handle);
        try
        {
            string script = $"exec 3<&{inherited} {inherited}<&-; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES={name}; exec \"$0\" \"$@\" --listen {listen}";
            return await RunningEdge.StartThroughAsync("/bin/bash", ["-c", script, BreakwaterProcess.Program], []);
        }
        finally
        {
            Assert.Equal(0, NativeClose(inherited));
        }
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int NativeDup(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int NativeClose(int descriptor);
}
