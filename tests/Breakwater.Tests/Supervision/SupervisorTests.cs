using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Breakwater.Tests.Processes;

namespace Breakwater.Tests.Supervision;

/// <summary>The edge falls, and visitors hardly notice.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SupervisorTests : IDisposable
{
    private const int Kill = 9;

    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-supervisor-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_killed_edge_is_replaced_and_only_requests_in_flight_are_lost()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int first = await EdgeProcessAsync(edge);
        Assert.NotEqual(edge.Process.Id, first);
        await using SteadyLoad load = new(edge.Url!, visitors: 8);
        await load.AnswerAsync(100);

        Send(first, Kill);
        await edge.Process.WaitForLineAsync("ms after the other was gone");
        await load.AnswerAsync(100);

        JsonElement status = await edge.GetStatusAsync();
        Assert.Equal(1, status.GetProperty("restarts").GetInt32());
        Assert.NotEqual(first, status.GetProperty("edge_process_id").GetInt32());
        Assert.Equal(edge.Process.Id, status.GetProperty("process_id").GetInt32());
        Assert.True(load.Cut <= 8, load.ToString());
        Assert.Equal((0, 0), (load.Refused, load.Wrong));
        Assert.Contains($"edge process {first} was killed (SIGKILL) after ", edge.Process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_stood_by_takes_over()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int first = await EdgeProcessAsync(edge);
        int standby = await StandbyAsync(edge, first);
        await using SteadyLoad load = new(edge.Url!, visitors: 4);
        await load.AnswerAsync(50);

        Send(first, Kill);
        string line = await edge.Process.WaitForLineAsync("ms after the other was gone");
        await load.AnswerAsync(50);

        Assert.Contains($"edge process {standby} serves, ", line, StringComparison.Ordinal);
        Assert.Contains($"process {standby}, which stood by, takes over", edge.Process.Error, StringComparison.Ordinal);
        Assert.Equal(standby, await EdgeProcessAsync(edge));
        Assert.Equal((0, 0), (load.Refused, load.Wrong));
    }

    [Fact]
    public async Task Without_a_standby_another_one_is_started()
    {
        string file = Config("lifecycle: {standby: false}");
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", file);
        Send(await EdgeProcessAsync(edge), Kill);
        await edge.Process.WaitForLineAsync("ms after the other was gone");
        Assert.Equal("ready", (await edge.GetStatusAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Connections_that_come_while_none_serves_wait_and_are_served()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        Send(await EdgeProcessAsync(edge), Kill);

        // Whether the next one serves by then or not: it is not refused, and it is answered.
        using HttpClient visitor = new() { BaseAddress = edge.Url, Timeout = BreakwaterProcess.Patience };
        Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_crashes_in_a_row_take_a_step_and_it_goes_on()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        for (int crash = 1; crash <= 3; crash++)
        {
            int process = await EdgeProcessAsync(edge);
            Send(process, Kill);
            await edge.Process.WaitForLineAsync($"edge process {process} was killed");
            await WaitAsync(async () => (await edge.RunAsync("status", "--json")) is { ExitCode: 0 } && await EdgeProcessAsync(edge) != process);
        }

        Assert.Contains("the third time within 60 s: the next one starts with the last known good generation", edge.Process.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await edge.GetStatusAsync()).GetProperty("restarts").GetInt32());
    }

    [Fact]
    public async Task A_request_that_was_in_flight_in_two_crashes_is_refused_and_nobody_falls_over_it_again()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync(
            BreakwaterProcess.Program, ["--listen", "127.0.0.1:0"], ("BREAKWATER_FAULTS", "module waf zone * segfault path /poison"), ("DOTNET_DbgEnableMiniDump", "0"));
        for (int crash = 1; crash <= 2; crash++)
        {
            int process = await EdgeProcessAsync(edge);
            Assert.Equal("", await AskOnceAsync(edge.Url!, "/poison"));
            string line = await edge.Process.WaitForLineAsync($"edge process {process} crashed");
            Assert.Contains("(at work: waf; 1 request in flight)", line, StringComparison.Ordinal);
            await WaitAsync(async () => (await edge.RunAsync("status", "--ready")).ExitCode == 0);
        }

        using HttpClient visitor = new() { BaseAddress = edge.Url, Timeout = BreakwaterProcess.Patience };
        Assert.StartsWith("HTTP/1.1 403 ", await AskOnceAsync(edge.Url!, "/poison"), StringComparison.Ordinal);
        Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
        Assert.Equal(2, (await edge.GetStatusAsync()).GetProperty("restarts").GetInt32());
    }

    [Fact]
    public async Task A_socket_file_outlives_edges_and_goes_with_the_supervisor()
    {
        string path = Path.Combine(_directory, "front.sock");
        await using RunningEdge edge = await RunningEdge.StartAsync(BreakwaterProcess.Program, ["--listen", "unix:" + path]);
        Send(await EdgeProcessAsync(edge), Kill);
        await edge.Process.WaitForLineAsync("ms after the other was gone");

        using (Socket visitor = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await visitor.ConnectAsync(new UnixDomainSocketEndPoint(path));
        }

        edge.Process.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await edge.Process.WaitForExitAsync()).ExitCode);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task When_the_supervisor_is_killed_the_edge_goes_on_and_can_be_stopped()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int process = await EdgeProcessAsync(edge);
        try
        {
            Send(edge.Process.Id, Kill);
            await WaitAsync(async () => !(await edge.GetStatusAsync()).GetProperty("supervised").GetBoolean());

            Assert.Contains("User-agent", await edge.Http.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
            Assert.Equal(process, (await edge.GetStatusAsync()).GetProperty("process_id").GetInt32());
            ProcessResult stop = await edge.RunAsync("stop");
            Assert.Equal((0, $"process {process} stopped\n"), (stop.ExitCode, stop.Output));
        }
        finally
        {
            Send(process, Kill);
        }
    }

    [Fact]
    public async Task Without_a_supervisor_it_is_one_process()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--no-supervisor");
        Assert.Equal(edge.Process.Id, await EdgeProcessAsync(edge));
        Assert.Empty(Children(edge.Process.Id));
    }

    [Fact]
    public async Task A_variable_does_without_a_supervisor_too()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync(
            BreakwaterProcess.Program, ["--listen", "127.0.0.1:0", "--origin", "http://127.0.0.1:9"], ("BREAKWATER_SUPERVISOR", "off"));
        Assert.Equal(edge.Process.Id, await EdgeProcessAsync(edge));
        Assert.DoesNotContain("unknown variable", edge.Process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_when_it_stops()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int process = await EdgeProcessAsync(edge);
        int standby = await StandbyAsync(edge, process);
        edge.Process.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await edge.Process.WaitForExitAsync()).ExitCode);
        await WaitAsync(() => Task.FromResult(!Directory.Exists($"/proc/{process}") && !Directory.Exists($"/proc/{standby}")));
    }

    [Fact]
    public async Task It_is_small()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        await edge.Http.GetStringAsync("/robots.txt");
        string memory = File.ReadAllText($"/proc/{edge.Process.Id}/smaps_rollup");
        long own = memory.Split('\n').Where(line => line.StartsWith("Private_Dirty", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        Assert.True(own < 16 * 1024, $"{own} KiB");
        string maps = File.ReadAllText($"/proc/{edge.Process.Id}/maps");
        Assert.DoesNotContain("Kestrel", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("System.CommandLine", maps, StringComparison.Ordinal);
    }

    /// <summary>Sends a request once, come what may (HttpClient would send it again), and returns what comes back.</summary>
    private static async Task<string> AskOnceAsync(Uri url, string path)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", url.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using StreamReader reader = new(stream);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string Config(string more)
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        File.WriteAllText(file, $"listeners: [{{address: \"127.0.0.1:0\"}}]\nzones: [{{name: shop, origins: [{{url: \"http://127.0.0.1:9\"}}]}}]\n{more}\n");
        return file;
    }

    internal static async Task<int> EdgeProcessAsync(RunningEdge edge) => (await edge.GetStatusAsync()).GetProperty("edge_process_id").GetInt32();

    /// <summary>Waits until a second process waits for its turn, rehearsed: its processor time stands still.</summary>
    internal static async Task<int> StandbyAsync(RunningEdge edge, int serving)
    {
        int standby = 0;
        await WaitAsync(() => Task.FromResult((standby = Children(edge.Process.Id).FirstOrDefault(child => child != serving)) > 0));
        TimeSpan before = TimeSpan.Zero;
        await WaitAsync(async () =>
        {
            await Task.Delay(300);
            using Process process = Process.GetProcessById(standby);
            (TimeSpan last, before) = (before, process.TotalProcessorTime);
            return before.TotalSeconds > 0.3 && before == last;
        });
        return standby;
    }

    internal static int[] Children(int process) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    internal static async Task WaitAsync(Func<Task<bool>> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > BreakwaterProcess.Patience) throw new InvalidOperationException("It never came.");
            await Task.Delay(20);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int NativeKill(int pid, int signal);

    internal static void Send(int process, int signal) => _ = NativeKill(process, signal);
}
