using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Breakwater.Tests.Processes;

namespace Breakwater.Tests.Supervision;

/// <summary><c>breakwater upgrade</c>: another version takes over, or the old one goes on, and no visitor notices.</summary>
[Collection(ProcessCollection.Name)]
public sealed class UpgradeTests : IDisposable
{
    private const int Kill = 9;

    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-upgrade-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_new_version_takes_over_under_load_without_a_failed_request()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int old = await SupervisorTests.EdgeProcessAsync(edge);
        await using SteadyLoad load = new(edge.Url!, visitors: 8);
        await load.AnswerAsync(100);

        ProcessResult upgrade = await edge.RunAsync("upgrade", "--bake", "1");
        await load.AnswerAsync(100);
        await SupervisorTests.WaitAsync(() => Task.FromResult(!Directory.Exists($"/proc/{old}")));
        await load.AnswerAsync(100);

        Assert.Equal((0, ""), (upgrade.ExitCode, upgrade.ExitCode == 0 ? "" : upgrade.Error));
        Assert.StartsWith("upgraded: process ", upgrade.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (load.Cut, load.Refused, load.Wrong));
        JsonElement status = await edge.GetStatusAsync();
        Assert.NotEqual(old, status.GetProperty("edge_process_id").GetInt32());
        Assert.Equal(edge.Process.Id, status.GetProperty("process_id").GetInt32());
        Assert.Equal(0, status.GetProperty("restarts").GetInt32());
    }

    [Fact]
    public async Task Requests_over_http_2_move_to_the_new_version_too()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int old = await SupervisorTests.EdgeProcessAsync(edge);
        using HttpClient visitor = new(new SocketsHttpHandler())
        {
            BaseAddress = edge.Url,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = BreakwaterProcess.Patience,
        };
        using CancellationTokenSource end = new();
        int answered = 0;
        Task visits = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                (await visitor.GetStringAsync("/robots.txt")).ToString();
                Interlocked.Increment(ref answered);
            }
        });
        await SupervisorTests.WaitAsync(() => Task.FromResult(Volatile.Read(ref answered) > 50));

        ProcessResult upgrade = await edge.RunAsync("upgrade", "--bake", "0");
        await SupervisorTests.WaitAsync(() => Task.FromResult(!Directory.Exists($"/proc/{old}")));
        int before = Volatile.Read(ref answered);
        await SupervisorTests.WaitAsync(() => Task.FromResult(visits.IsCompleted || Volatile.Read(ref answered) > before + 50));
        await end.CancelAsync();

        await visits;
        Assert.Equal(0, upgrade.ExitCode);
    }

    [Fact]
    public async Task The_supervisor_becomes_that_of_the_new_version_and_goes_on_supervising()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        Assert.Equal(0, (await edge.RunAsync("upgrade", "--bake", "0")).ExitCode);
        await SupervisorTests.WaitAsync(() => Task.FromResult(File.ReadAllText($"/proc/{edge.Process.Id}/environ").Contains("BREAKWATER_SUPERVISOR_STATE=1", StringComparison.Ordinal)));

        int second = await SupervisorTests.EdgeProcessAsync(edge);
        SupervisorTests.Send(second, Kill);
        await edge.Process.WaitForLineAsync("ms after the other was gone");
        Assert.Contains("User-agent", await edge.Http.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
        Assert.Equal(0, (await edge.RunAsync("upgrade", "--bake", "0")).ExitCode);

        edge.Process.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await edge.Process.WaitForExitAsync()).ExitCode);
    }

    [Theory]
    [InlineData("exit 3", "the new version ended with exit code 3")]
    [InlineData("kill -SEGV $$", "the new version crashed (SIGSEGV)")]
    public async Task A_version_that_does_not_start_changes_nothing(string script, string reason)
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int old = await SupervisorTests.EdgeProcessAsync(edge);

        ProcessResult upgrade = await edge.RunAsync("upgrade", "--binary", Script(script));

        Assert.Equal(1, upgrade.ExitCode);
        Assert.Contains($"breakwater: not upgraded: {reason}; process {old} goes on as before; ", upgrade.Error, StringComparison.Ordinal);
        Assert.Equal(old, await SupervisorTests.EdgeProcessAsync(edge));
        Assert.Contains("User-agent", await edge.Http.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_falls_before_it_has_proved_itself_gives_way_to_the_old_one()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        int old = await SupervisorTests.EdgeProcessAsync(edge);
        await using SteadyLoad load = new(edge.Url!, visitors: 4);
        await load.AnswerAsync(50);

        Task<ProcessResult> upgrading = edge.RunAsync("upgrade", "--bake", "60");
        string line = await edge.Process.WaitForLineAsync("it proves itself for 60 s");
        Assert.Contains("answered with 200", line, StringComparison.Ordinal);
        int candidate = await SupervisorTests.EdgeProcessAsync(edge);
        Assert.NotEqual(old, candidate);
        SupervisorTests.Send(candidate, Kill);
        ProcessResult upgrade = await upgrading;
        await load.AnswerAsync(50);

        Assert.Equal(1, upgrade.ExitCode);
        Assert.Contains($"not upgraded: the new version was killed (SIGKILL); process {old} goes on as before", upgrade.Error, StringComparison.Ordinal);
        Assert.Equal(old, await SupervisorTests.EdgeProcessAsync(edge));
        Assert.True(load.Cut <= 4, load.ToString());
        Assert.Equal((0, 0), (load.Refused, load.Wrong));
        Assert.Equal("ready", (await edge.GetStatusAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_configuration_that_is_wrong_by_now_keeps_the_old_version()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        Write(file, "127.0.0.1:0");
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", file);
        int old = await SupervisorTests.EdgeProcessAsync(edge);

        File.AppendAllText(file, "nonsense: 1\n");
        ProcessResult upgrade = await edge.RunAsync("upgrade");

        Assert.Equal(1, upgrade.ExitCode);
        Assert.Contains($"not upgraded: the new version cannot use the configuration: {file}:3:1: ", upgrade.Error, StringComparison.Ordinal);
        Assert.Equal(old, await SupervisorTests.EdgeProcessAsync(edge));
    }

    [Fact]
    public async Task Changed_listeners_are_taken_up_and_those_that_stay_lose_nothing()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        await using RunningEdge demo = await RunningEdge.StartAsync();
        Write(file, "127.0.0.1:0", demo.Url!.Port);
        await using RunningEdge edge = await RunningEdge.StartAsync(BreakwaterProcess.Program, ["--config", file]);
        await using SteadyLoad load = new(edge.Url!, visitors: 2);
        await load.AnswerAsync(20);

        string socket = Path.Combine(_directory, "second.sock");
        Write(file, "127.0.0.1:0\"}, {address: \"unix:" + socket, demo.Url.Port);
        Assert.Equal(0, (await edge.RunAsync("upgrade", "--bake", "0")).ExitCode);
        await load.AnswerAsync(20);

        JsonElement[] listeners = [.. (await edge.GetStatusAsync()).GetProperty("listeners").EnumerateArray()];
        Assert.Equal([edge.Url!.GetLeftPart(UriPartial.Authority), "unix:" + socket], listeners.Select(listener => listener.GetProperty("address").GetString()));
        Assert.Equal((0, 0, 0), (load.Cut, load.Refused, load.Wrong));
    }

    [Fact]
    public async Task An_edge_without_a_supervisor_says_so()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--no-supervisor");
        ProcessResult upgrade = await edge.RunAsync("upgrade");
        Assert.Equal(3, upgrade.ExitCode);
        Assert.Contains("an edge that runs without one is upgraded by stopping it", upgrade.Error, StringComparison.Ordinal);
    }

    private static void Write(string file, string address, int origin = 9) => File.WriteAllText(
        file, string.Create(CultureInfo.InvariantCulture, $"listeners: [{{address: \"{address}\"}}]\nzones: [{{name: shop, origins: [{{url: \"http://127.0.0.1:{origin}\"}}]}}]\n"));

    private string Script(string body)
    {
        string path = Path.Combine(_directory, "version");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
