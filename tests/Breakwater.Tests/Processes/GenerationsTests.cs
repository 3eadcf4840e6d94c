using System.Diagnostics;
using System.Text.Json;

namespace Breakwater.Tests.Processes;

/// <summary>The road of a change as an operator meets it: tasted by the program itself, compared, gone back from, pinned, and survived.</summary>
[Collection(ProcessCollection.Name)]
public sealed class GenerationsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-generations-").FullName;

    private string Document => Path.Combine(_directory, "breakwater.yaml");

    private string Data => Path.Combine(_directory, "state");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_change_is_tasted_compared_and_gone_back_from()
    {
        Write("one", bake: "1h");
        await using RunningEdge edge = await StartAsync();
        Write("two", bake: "1h");
        ProcessResult reload = await AskAsync("reload");
        Assert.Equal((0, ""), (reload.ExitCode, reload.Error));
        JsonElement live = (await ReportAsync()).GetProperty("live");
        Assert.Equal((2, "bake", "reload"), (live.GetProperty("number").GetInt32(), live.GetProperty("stage").GetString(), live.GetProperty("origin").GetString()));
        Assert.Matches("^judged 0 recent and 24 made-up requests in [0-9.]+ s; 0 newly refused; the slowest took [0-9.]+ ms; [0-9]+ MiB$", live.GetProperty("taste").GetString());
        Assert.StartsWith("candidate: 0 requests", live.GetProperty("canary").GetString(), StringComparison.Ordinal);

        ProcessResult back = await AskAsync("rollback", "1");
        Assert.Equal(0, back.ExitCode);
        Assert.Contains("it stays so, whatever newer files say, until `breakwater unpin all`", back.Output, StringComparison.Ordinal);
        ProcessResult pinned = await AskAsync("reload");
        Assert.Equal(1, pinned.ExitCode);
        Assert.Contains("everything is pinned to generation 3 (rollback to generation 1)", pinned.Error, StringComparison.Ordinal);
        ProcessResult shown = await AskAsync("generations");
        Assert.Contains("! everything is pinned to generation 3", shown.Output, StringComparison.Ordinal);
        Assert.Contains("rollback to generation 1", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Kept to start from", shown.Output, StringComparison.Ordinal);

        Assert.Equal("everything is left to itself\n", (await AskAsync("unpin", "all")).Output);
        Assert.Equal(0, (await AskAsync("reload", "--urgent")).ExitCode);
        Assert.Equal("two", await ZoneAsync());
        Assert.Equal("everything stays as it is\n", (await AskAsync("pin")).Output);
        ProcessResult none = await AskAsync("pin", "nothing");
        Assert.Equal((1, "breakwater: there is no feed 'nothing'; write all\n"), (none.ExitCode, none.Error));
        ProcessResult stale = await AskAsync("reload", "--expect", "1");
        Assert.Equal(1, stale.ExitCode);
        Assert.Contains("generation 4 is in force, not 1", stale.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_before_it_has_proved_itself_takes_the_next_start_back()
    {
        Write("one");
        await using (RunningEdge edge = await StartAsync())
        {
            await UntilGoodAsync();
            Write("two", bake: "1h");
            Assert.Equal(0, (await AskAsync("reload")).ExitCode);
            using Process process = Process.GetProcessById(edge.Process.Id);
            process.Kill();
            await edge.Process.WaitForExitAsync();
        }

        await using RunningEdge again = await StartAsync();
        Assert.Equal("one", await ZoneAsync());
        Assert.Contains("the configuration crashed before it had proved itself: this is generation 3, with the content of the last one that could be used", again.Process.Error, StringComparison.Ordinal);
        JsonElement status = await StatusAsync();
        Assert.Equal("the configuration crashed before it had proved itself", status.GetProperty("started_instead").GetString());
        Assert.Contains("the process crashed under this content when it was generation 2", Assert.Single(status.GetProperty("last_reload_problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await AskAsync("reload")).ExitCode);
        Assert.Equal(0, (await AskAsync("reload", "--confirm")).ExitCode);
        Assert.Equal("two", await ZoneAsync());
    }

    [Fact]
    public async Task A_start_with_an_unusable_configuration_uses_the_last_known_good_and_says_so()
    {
        Write("one");
        await using (RunningEdge edge = await StartAsync())
        {
            await UntilGoodAsync();
        }

        File.AppendAllText(Document, "nonsense: 1\n");
        await using (RunningEdge again = await StartAsync())
        {
            Assert.Equal("one", await ZoneAsync());
            Assert.Contains($"{Document}:4:1: unknown key 'nonsense'", again.Process.Error, StringComparison.Ordinal);
            Assert.Contains("the configuration cannot be used: this is generation 1", again.Process.Error, StringComparison.Ordinal);
        }

        File.Delete(Document);
        await using RunningEdge without = await StartAsync();
        Assert.Equal("one", await ZoneAsync());
    }

    private Task<RunningEdge> StartAsync() => RunningEdge.StartAsync(BreakwaterProcess.Program, ["--config", Document], ("BREAKWATER_DATA", Data), ("BREAKWATER_SUPERVISOR", "off"));

    private void Write(string zone, string bake = "1s") => File.WriteAllText(
        Document,
        $"listeners: [{{address: \"127.0.0.1:0\"}}]\ngenerations: {{bake: {{time: {bake}, requests: 0}}}}\nzones: [{{name: {zone}, origins: [{{url: \"http://127.0.0.1:9\"}}]}}]\n");

    private Task<ProcessResult> AskAsync(params string[] arguments) => BreakwaterProcess.RunAsync([.. arguments, "--data", Data]);

    private async Task<JsonElement> StatusAsync() => JsonDocument.Parse((await AskAsync("status", "--json")).Output).RootElement;

    private async Task<JsonElement> ReportAsync() => JsonDocument.Parse((await AskAsync("generations", "--json")).Output).RootElement;

    private async Task<string?> ZoneAsync() => (await StatusAsync()).GetProperty("zones")[0].GetProperty("name").GetString();

    private async Task UntilGoodAsync()
    {
        for (Stopwatch waited = Stopwatch.StartNew(); (await StatusAsync()).GetProperty("generation").GetProperty("stage").GetString() != "good";)
        {
            Assert.True(waited.Elapsed < BreakwaterProcess.Patience, "It is not good.");
        }
    }
}
