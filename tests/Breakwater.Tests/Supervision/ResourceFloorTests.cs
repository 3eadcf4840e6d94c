using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Breakwater.Tests.Processes;

namespace Breakwater.Tests.Supervision;

/// <summary>What a machine can run out of: logs go first, serving goes on.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class ResourceFloorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-floors-").FullName;

    private string Data => Path.Combine(_directory, "data");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_log_that_nobody_reads_is_dropped_and_counted_and_no_request_waits()
    {
        // Whoever has the pipe does not read it.
        await using BreakwaterProcess edge = await StartAsync("\"$0\" \"$@\" | exec sleep 600", "stdout");
        using HttpClient visitor = Visitor(edge);
        for (int i = 0; i < 1500; i++) await visitor.GetStringAsync("/robots.txt?" + new string('x', 300));

        // As many as it takes to fill the pipe and every buffer before it: 3 s of a log that stands still.
        await SupervisorTests.WaitAsync(async () =>
        {
            for (int i = 0; i < 500; i++) await visitor.GetStringAsync("/robots.txt?" + new string('x', 4000));
            return await DroppedAsync() > 0;
        });
        Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_on_a_full_disk_is_dropped_and_counted_and_no_request_waits()
    {
        await using BreakwaterProcess edge = await StartAsync("exec \"$0\" \"$@\"", "/dev/full");
        using HttpClient visitor = Visitor(edge);
        await SupervisorTests.WaitAsync(async () =>
        {
            for (int i = 0; i < 500; i++) await visitor.GetStringAsync("/robots.txt?" + new string('x', 4000));
            return await DroppedAsync() > 0;
        });
        await edge.WaitForLineAsync("/dev/full");
    }

    [Fact]
    public async Task A_data_directory_on_a_full_disk_stops_neither_serving_nor_changes()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(Path.Combine(_directory, "disk"));
        string file = Path.Combine(_directory, "breakwater.yaml");
        Write(file, "shop");
        await using BreakwaterProcess edge = await StartAsync("exec \"$0\" \"$@\"", "off", "--config", file, "--data", Path.Combine(disk.Path, "data"));
        disk.Fill();

        Write(file, "store");
        ProcessResult reload = await BreakwaterProcess.RunAsync("reload", "--data", Path.Combine(disk.Path, "data"));
        Assert.Equal(0, reload.ExitCode);
        Assert.Contains("generation 2 ", reload.Output, StringComparison.Ordinal);
        await edge.WaitForLineAsync("cannot be");
        using HttpClient visitor = Visitor(edge);
        Assert.Equal(HttpStatusCode.BadGateway, (await visitor.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_any_more_stops_neither_serving_nor_changes()
    {
        // Rights hold for everybody but root, so it runs as nobody where this is root.
        string file = Path.Combine(_directory, "breakwater.yaml");
        Write(file, "shop");
        const UnixFileMode All = (UnixFileMode)0x1ff;
        Directory.CreateDirectory(Data);
        File.SetUnixFileMode(Data, All);
        File.SetUnixFileMode(_directory, All);
        string become = Environment.IsPrivilegedProcess ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
        await using BreakwaterProcess edge = await StartAsync($"exec {become}\"$0\" \"$@\"", "off", "--config", file, "--data", Data);
        string[] closed = [Data, .. Directory.GetDirectories(Data, "*", SearchOption.AllDirectories)];
        foreach (string directory in closed) File.SetUnixFileMode(directory, (UnixFileMode)0x16d);
        try
        {
            Write(file, "store");
            Assert.Equal(0, (await BreakwaterProcess.RunAsync("reload", "--data", Data)).ExitCode);
            using HttpClient visitor = Visitor(edge);
            Assert.Equal(HttpStatusCode.BadGateway, (await visitor.GetAsync("/")).StatusCode);
        }
        finally
        {
            foreach (string directory in closed) File.SetUnixFileMode(directory, All);
        }
    }

    [Fact]
    public async Task Without_file_descriptors_new_connections_wait_and_old_ones_are_served()
    {
        await using BreakwaterProcess edge = await StartAsync("ulimit -n 512; exec \"$0\" \"$@\"", "off");
        using HttpClient visitor = Visitor(edge);
        await visitor.GetStringAsync("/robots.txt");
        Uri url = visitor.BaseAddress!;
        int process = SupervisorTests.Children(edge.Id)[0];

        List<Socket> crowd = [];
        try
        {
            for (int i = 0; i < 700; i++)
            {
                Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                crowd.Add(one);
                await one.ConnectAsync(IPAddress.Loopback, url.Port);
            }

            await edge.WaitForLineAsync("no file descriptor is left");
            Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);

            // It looks twenty times a second whether there is room, rather than all the time.
            TimeSpan before = Busy(process);
            await Task.Delay(2000);
            Assert.InRange((Busy(process) - before).TotalSeconds, 0, 1);
        }
        finally
        {
            crowd.ForEach(one => one.Dispose());
        }

        // Until it has seen that the crowd is gone, this client has more connections than one may have.
        long begun = Stopwatch.GetTimestamp();
        using HttpClient next = Visitor(edge);
        string? answer = null;
        while (answer is null)
        {
            try
            {
                answer = await next.GetStringAsync("/robots.txt");
            }
            catch (HttpRequestException e) when (e.StatusCode is null && Stopwatch.GetElapsedTime(begun) < BreakwaterProcess.Patience)
            {
                await Task.Delay(20);
            }
        }

        Assert.Contains("User-agent", answer, StringComparison.Ordinal);
        Assert.Equal([process], SupervisorTests.Children(edge.Id).Take(1));
        Assert.DoesNotContain("crashed", edge.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_its_memory_limit_it_sheds_and_lives()
    {
        // 120 MiB of heap; a hundred uploads of 1 MiB at a time, of which the firewall would hold each.
        await using RunningEdge origin = await RunningEdge.StartAsync("--no-supervisor", "--protection", "off");
        await using BreakwaterProcess edge = await StartAsync(
            "export DOTNET_GCHeapHardLimit=0x7800000; exec \"$0\" \"$@\"", "off", "--origin", origin.Url!.GetLeftPart(UriPartial.Authority), "--listen", "127.0.0.1:0", "--data", Data);
        using HttpClient visitor = Visitor(edge);
        byte[] body = new byte[1024 * 1024 - 100];
        Array.Fill(body, (byte)'a');
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using ByteArrayContent content = new(body);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
            try
            {
                using HttpResponseMessage answer = await visitor.PostAsync("/api/echo", content);
                return (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                return 0;
            }
        }));

        Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
        ProcessResult status = await BreakwaterProcess.RunAsync("status", "--json", "--data", Data);
        Assert.Contains("\"restarts\": 0", status.Output, StringComparison.Ordinal);
        Assert.All(statuses, status => Assert.True(status is > 0 and < 500, $"{status}"));
    }

    private static TimeSpan Busy(int process)
    {
        using Process one = Process.GetProcessById(process);
        return one.TotalProcessorTime;
    }

    private static void Write(string file, string zone) =>
        File.WriteAllText(file, $"listeners: [{{address: \"127.0.0.1:0\"}}]\nzones: [{{name: {zone}, origins: [{{url: \"http://127.0.0.1:9\"}}]}}]\n");

    private static HttpClient Visitor(BreakwaterProcess edge) =>
        new() { BaseAddress = new Uri(Address().Match(edge.Error.Split('\n').Last(line => line.Contains("listens on", StringComparison.Ordinal))).Value), Timeout = BreakwaterProcess.Patience };

    /// <summary>Starts an edge through a shell line that sets its surroundings.</summary>
    private async Task<BreakwaterProcess> StartAsync(string shell, string log, params string[] arguments)
    {
        string[] where = arguments.Length > 0 ? [] : ["--listen", "127.0.0.1:0", "--data", Data];
        BreakwaterProcess edge = BreakwaterProcess.Start("/bin/sh", ["-c", shell, BreakwaterProcess.Program, "run", "--log-access", log, .. where, .. arguments]);
        try
        {
            await edge.WaitForLineAsync("  data ");
            return edge;
        }
        catch
        {
            await edge.DisposeAsync();
            throw;
        }
    }

    private async Task<long> DroppedAsync()
    {
        using HttpClient admin = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Data, "admin.sock")), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://admin") };
        Match dropped = Dropped().Match(await admin.GetStringAsync("/metrics"));
        return dropped.Success ? long.Parse(dropped.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Address();

    [GeneratedRegex(@"^breakwater_access_log_dropped_total\S* (\d+)", RegexOptions.Multiline)]
    private static partial Regex Dropped();

    /// <summary>A filesystem of 1 MiB. Needs root; elsewhere the test is skipped.</summary>
    private sealed class SmallDisk(string path) : IAsyncDisposable
    {
        public string Path => path;

        public static async Task<SmallDisk> MountAsync(string path)
        {
            Directory.CreateDirectory(path);
            Assert.SkipUnless(Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path) == 0, "mounting needs root");
            return new SmallDisk(path);
        }

        public void Fill()
        {
            using FileStream filler = File.Create(System.IO.Path.Combine(path, "filler"));
            try
            {
                byte[] block = new byte[4096];
                while (true)
                {
                    filler.Write(block);
                    filler.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", path);

        private static async Task<int> RunAsync(string program, params string[] arguments)
        {
            using Process process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
    }
}
