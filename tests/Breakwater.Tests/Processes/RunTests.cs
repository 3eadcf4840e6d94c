using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Breakwater.Tests.Supervision;

namespace Breakwater.Tests.Processes;

/// <summary>The program as an operator meets it: started, asked, reloaded, stopped.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RunTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task With_nothing_named_it_protects_the_demo_shop_and_says_what_to_try()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();

        string page = await edge.Http.GetStringAsync("/");
        await edge.Process.WaitForLineAsync("To protect a site of yours");
        string url = edge.Url!.GetLeftPart(UriPartial.Authority);

        Assert.Contains("Good things for bad weather", page, StringComparison.Ordinal);
        Assert.Contains($"  a visit    curl -i {url}/api/products\n", edge.Process.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"  an attack  curl -i --http1.1 {url}/ -H 'Content-Length: 6' -H 'Transfer-Encoding: chunked' --data 'ahoy'\n", edge.Process.Error, StringComparison.Ordinal);
        Assert.Empty(edge.Process.Output);
        Assert.DoesNotContain("\u001b", edge.Process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_two_lines_to_try_do_what_they_say()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        await edge.Process.WaitForLineAsync("an attack");
        string[] lines = [.. edge.Process.Error.Split('\n').Where(line => line.Contains("curl ", StringComparison.Ordinal)).Select(line => line[line.IndexOf("curl ", StringComparison.Ordinal)..])];

        ProcessResult visit = await ShellAsync(lines[0]);
        ProcessResult attack = await ShellAsync(lines[1]);

        Assert.StartsWith("HTTP/1.1 200 ", visit.Output, StringComparison.Ordinal);
        Assert.Contains("Tide clock", visit.Output, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", attack.Output, StringComparison.Ordinal);
        Assert.Contains("Content-Length and Transfer-Encoding", attack.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_listeners_zones_origins_and_the_generation()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9", "--protection", "detect");

        ProcessResult shown = await edge.RunAsync("status");
        Assert.Equal(0, shown.ExitCode);
        Assert.StartsWith($"ready  breakwater 0.1.0, process {edge.Process.Id}, up ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("protection detect", shown.Output, StringComparison.Ordinal);
        Assert.Contains("configured by flags", shown.Output, StringComparison.Ordinal);

        JsonElement status = await edge.GetStatusAsync();
        Assert.Equal("ready", status.GetProperty("state").GetString());
        Assert.Equal(1, status.GetProperty("generation").GetProperty("number").GetInt64());
        Assert.Equal(edge.Url!.GetLeftPart(UriPartial.Authority), status.GetProperty("listeners")[0].GetProperty("address").GetString());
        JsonElement zone = status.GetProperty("zones")[0];
        Assert.Equal("*", zone.GetProperty("hosts")[0].GetString());
        Assert.Equal("http://127.0.0.1:9", zone.GetProperty("origins")[0].GetProperty("url").GetString());

        ProcessResult ready = await edge.RunAsync("status", "--ready");
        Assert.Equal((0, "ready\n"), (ready.ExitCode, ready.Output));
    }

    [Fact]
    public async Task Status_counts_connections_and_requests()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        await edge.Http.GetStringAsync("/robots.txt");
        await edge.Http.GetStringAsync("/robots.txt");

        JsonElement status = await edge.GetStatusAsync();
        Assert.Equal((1, 1), (status.GetProperty("connections").GetProperty("open").GetInt64(), status.GetProperty("connections").GetProperty("accepted").GetInt64()));
        Assert.Equal((0, 2), (status.GetProperty("requests").GetProperty("in_flight").GetInt64(), status.GetProperty("requests").GetProperty("total").GetInt64()));
        Assert.Equal(2, status.GetProperty("zones")[0].GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task Stop_ends_it_and_waits_until_it_is_gone()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9");

        ProcessResult stop = await edge.RunAsync("stop");
        ProcessResult ended = await edge.Process.WaitForExitAsync();
        ProcessResult after = await edge.RunAsync("status");

        Assert.Equal((0, $"process {edge.Process.Id} stopped\n"), (stop.ExitCode, stop.Output));
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(3, after.ExitCode);
        Assert.Equal($"breakwater: no edge runs with the data directory {edge.Data}; start one with `breakwater run`, or name the directory of yours with --data DIR\n", after.Error);
        Assert.False(File.Exists(Path.Combine(edge.Data, "admin.sock")));
    }

    [Fact]
    public async Task Reload_puts_a_good_file_in_force_and_refuses_a_bad_one()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        WriteConfig(file, "shop");
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", file);

        ProcessResult same = await edge.RunAsync("reload");
        Assert.Matches("^nothing changed; generation 1 \\([0-9a-f]{12}\\) goes on\n$", same.Output);

        WriteConfig(file, "store");
        ProcessResult good = await edge.RunAsync("reload");
        Assert.Matches("^generation 2 \\([0-9a-f]{12}\\) is in force\n$", good.Output);
        Assert.Equal(0, good.ExitCode);

        File.AppendAllText(file, "nonsense: 1\n");
        ProcessResult bad = await edge.RunAsync("reload");
        Assert.Equal(1, bad.ExitCode);
        Assert.StartsWith($"{file}:3:1: ", bad.Error, StringComparison.Ordinal);
        Assert.EndsWith("breakwater: the new configuration is refused, and generation 2 goes on; mend what is wrong, then reload again\n", bad.Error, StringComparison.Ordinal);

        JsonElement status = await edge.GetStatusAsync();
        Assert.Equal("store", status.GetProperty("zones")[0].GetProperty("name").GetString());
        Assert.Single(status.GetProperty("last_reload_problems").EnumerateArray());
    }

    [Fact]
    public async Task A_hang_up_signal_reloads_and_a_bad_file_changes_nothing()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        WriteConfig(file, "shop");
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", file);

        File.AppendAllText(file, "nonsense: 1\n");
        edge.Process.Signal(PosixSignal.SIGHUP);
        await edge.Process.WaitForLineAsync("the new configuration is refused; generation 1 goes on");
        Assert.Contains($"{file}:3:1: ", await edge.Process.WaitForLineAsync("nonsense"), StringComparison.Ordinal);
        Assert.Equal("ready", (await edge.GetStatusAsync()).GetProperty("state").GetString());

        WriteConfig(file, "store");
        edge.Process.Signal(PosixSignal.SIGHUP);
        await edge.Process.WaitForLineAsync("is in force (SIGHUP)");
        Assert.Empty((await edge.GetStatusAsync()).GetProperty("last_reload_problems").EnumerateArray());
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_stop_signal_lets_a_response_in_progress_finish(PosixSignal signal)
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        using HttpResponseMessage slow = await edge.Http.GetAsync("/slow?seconds=1.5", HttpCompletionOption.ResponseHeadersRead);

        edge.Process.Signal(signal);
        await edge.Process.WaitForLineAsync("stopping: ");

        string report = await slow.Content.ReadAsStringAsync();
        ProcessResult ended = await edge.Process.WaitForExitAsync();
        Assert.EndsWith("done\n", report, StringComparison.Ordinal);
        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain("cut off", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_stop_signal_cuts_off_what_is_in_progress()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        using HttpResponseMessage slow = await edge.Http.GetAsync("/slow?seconds=60", HttpCompletionOption.ResponseHeadersRead);

        edge.Process.Signal(PosixSignal.SIGTERM);
        await edge.Process.WaitForLineAsync("stopping: ");
        edge.Process.Signal(PosixSignal.SIGTERM);

        await Assert.ThrowsAnyAsync<Exception>(() => slow.Content.ReadAsStringAsync());
        ProcessResult ended = await edge.Process.WaitForExitAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("1 connections were cut off", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_outlasts_the_drain_is_cut_off()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        await using RunningEdge demo = await RunningEdge.StartAsync();
        File.WriteAllText(file, $"zones: [{{name: shop, origins: [{{url: \"{demo.Url!.GetLeftPart(UriPartial.Authority)}\"}}]}}]\nlifecycle: {{drain_timeout: 1s}}\n");
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", file);
        using HttpResponseMessage slow = await edge.Http.GetAsync("/slow?seconds=60", HttpCompletionOption.ResponseHeadersRead);

        ProcessResult stop = await edge.RunAsync("stop");

        Assert.Equal(0, stop.ExitCode);
        await Assert.ThrowsAnyAsync<Exception>(() => slow.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task During_the_drain_delay_it_serves_but_is_not_ready()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        await using RunningEdge demo = await RunningEdge.StartAsync();
        File.WriteAllText(file, $"zones: [{{name: shop, origins: [{{url: \"{demo.Url!.GetLeftPart(UriPartial.Authority)}\"}}]}}]\nlifecycle: {{drain_delay: 60s}}\n");
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", file);
        using HttpClient admin = edge.Admin();
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/readyz")).StatusCode);

        edge.Process.Signal(PosixSignal.SIGTERM);
        await edge.Process.WaitForLineAsync("stopping: ");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await admin.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz")).StatusCode);
        using HttpClient visitor = new() { BaseAddress = edge.Url };
        Assert.Contains("User-agent", await visitor.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
        ProcessResult ready = await edge.RunAsync("status", "--ready");
        Assert.Equal((1, "draining\n"), (ready.ExitCode, ready.Output));

        ProcessResult now = await edge.RunAsync("stop", "--now");
        Assert.Equal(0, now.ExitCode);
    }

    [Fact]
    public async Task A_second_edge_with_the_same_data_directory_is_refused()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9");

        ProcessResult second = await edge.RunAsync("run", "--origin", "http://127.0.0.1:9", "--listen", "127.0.0.1:0");

        Assert.Equal(4, second.ExitCode);
        Assert.Equal(
            $"breakwater: another edge (process {edge.Process.Id}) uses the data directory {edge.Data}; stop it with `breakwater stop`, or give this one its own with --data DIR\n",
            second.Error);
        Assert.Equal("ready", (await edge.GetStatusAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_edge_that_was_killed_leaves_nothing_in_the_way_of_the_next()
    {
        string data;
        await using (RunningEdge killed = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9", "--data", Path.Combine(_directory, "data")))
        {
            data = Path.Combine(_directory, "data");
            Assert.True(File.Exists(Path.Combine(data, "admin.sock")));
        }

        Assert.True(File.Exists(Path.Combine(data, "admin.sock")));
        await using RunningEdge next = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9", "--data", data);
        ProcessResult status = await BreakwaterProcess.RunAsync("status", "--data", data, "--ready");
        Assert.Equal(0, status.ExitCode);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9");

        ProcessResult second = await BreakwaterProcess.RunAsync(
            "run", "--origin", "http://127.0.0.1:9", "--listen", edge.Url!.Authority, "--data", Path.Combine(_directory, "other"));

        Assert.Equal(4, second.ExitCode);
        Assert.Equal(
            $"breakwater: http://{edge.Url.Authority} is in use; stop what uses it (`ss -ltnp 'sport = :{edge.Url.Port}'` names it), or listen elsewhere with --listen ADDR\n",
            second.Error);
    }

    [Theory]
    [InlineData("192.0.2.1:8080", "192.0.2.1:8080 is no address of this machine")]
    [InlineData("systemd:http", "systemd passed no socket named \"http\" (none at all)")]
    public async Task An_address_that_cannot_be_listened_on_is_explained(string address, string problem)
    {
        ProcessResult run = await BreakwaterProcess.RunAsync(
            "run", "--origin", "http://127.0.0.1:9", "--listen", address, "--data", Path.Combine(_directory, "data"));
        Assert.Equal(4, run.ExitCode);
        Assert.StartsWith("breakwater: " + problem + "; ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_configuration_is_refused_before_anything_is_opened()
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        File.WriteAllText(file, "zones: []\n");
        ProcessResult run = await BreakwaterProcess.RunAsync("run", "--config", file, "--data", Path.Combine(_directory, "data"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{file}:1:", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory, "data")));
    }

    [Fact]
    public async Task Variables_say_what_options_could_and_options_win()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync(
            BreakwaterProcess.Program, ["--protection", "detect"],
            ("BREAKWATER_ORIGIN", "http://127.0.0.1:9"), ("BREAKWATER_LISTEN", "127.0.0.1:0"), ("BREAKWATER_PROTECTION", "off"));
        JsonElement status = await edge.GetStatusAsync();
        Assert.Equal("detect", status.GetProperty("protection").GetString());
        Assert.Equal("http://127.0.0.1:9", status.GetProperty("zones")[0].GetProperty("origins")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task The_admin_address_shows_and_does_not_change()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--origin", "http://127.0.0.1:9", "--admin", "127.0.0.1:0");
        string line = await edge.Process.WaitForLineAsync("  admin ");
        using HttpClient admin = new() { BaseAddress = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]) };

        Assert.Equal("ready\n", await admin.GetStringAsync("/readyz"));
        Assert.Contains("breakwater_connections_open", await admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
        using HttpResponseMessage stop = await admin.PostAsync("/stop", null);
        Assert.Equal(HttpStatusCode.Forbidden, stop.StatusCode);
    }

    [Fact]
    public async Task The_launcher_becomes_the_program()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync(
            Path.Combine(Repository.Repository.Root, "breakwater"), ["--origin", "http://127.0.0.1:9", "--listen", "127.0.0.1:0"]);

        Assert.Equal(edge.Process.Id, (await edge.GetStatusAsync()).GetProperty("process_id").GetInt32());
        Assert.DoesNotContain("bash", File.ReadAllText($"/proc/{edge.Process.Id}/comm"), StringComparison.Ordinal);
        Assert.Equal([await SupervisorTests.EdgeProcessAsync(edge)], SupervisorTests.Children(edge.Process.Id));

        edge.Process.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await edge.Process.WaitForExitAsync()).ExitCode);
    }

    private static void WriteConfig(string file, string zone) =>
        File.WriteAllText(file, $"listeners: [{{address: \"127.0.0.1:0\"}}]\nzones: [{{name: {zone}, origins: [{{url: \"http://127.0.0.1:9\"}}]}}]\n");

    private static async Task<ProcessResult> ShellAsync(string line)
    {
        await using BreakwaterProcess shell = BreakwaterProcess.Start("/bin/sh", ["-c", line.Replace("curl ", "curl -s ", StringComparison.Ordinal)]);
        return await shell.WaitForExitAsync();
    }
}
