using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>Whatever comes down the road, something good is in force.</summary>
public sealed class RoadTests
{
    private const string BlockA = "rules: [{when: 'http.request.uri.path eq \"/a\"', do: block}]";

    [Fact]
    public async Task AGoodChangeIsInForceWithTheNextNumber()
    {
        await using RoadLab lab = await new RoadLab().StartAsync();
        Assert.Equal(1, lab.Live.Number);
        string before = lab.Live.ContentHash;
        Assert.Equal(200, await lab.StatusAsync("/a"));

        RoadResult result = await lab.ReloadAsync(BlockA);

        Assert.Equal(RoadOutcome.Promoted, result.Outcome);
        Assert.Equal((2, RoadStage.Bake, "reload"), (result.Record!.Number, result.Record.Stage, result.Record.Origin));
        Assert.NotEqual(before, lab.Live.ContentHash);
        Assert.Equal(403, await lab.StatusAsync("/a"));
        GenerationRecord replaced = Assert.Single(lab.State.History);
        Assert.Equal((1, RoadStage.Replaced, RoadStage.Bake, before), (replaced.Number, replaced.Stage, replaced.EndedIn, replaced.ContentHash));
        Assert.Contains(lab.Log, line => line.StartsWith($"Information: generation 2 ({lab.Live.Hash}) is in force (reload)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheSameContentIsNoNewGeneration()
    {
        await using RoadLab lab = await new RoadLab().StartAsync();
        RoadResult result = await lab.ReloadTextAsync("# a comment\n" + lab.Yaml());
        Assert.Equal(RoadOutcome.Unchanged, result.Outcome);
        Assert.Equal(1, lab.Live.Number);
        Assert.Empty(lab.State.History);
        Assert.Null(lab.State.Candidate);
    }

    [Theory]
    [InlineData("nonsense: 1", "Validate", "breakwater.yaml:4:1: unknown key 'nonsense'")]
    [InlineData("zones: [", "Validate", "breakwater.yaml:")]
    [InlineData("certificates: [{cert: none.pem, key: none.key}]", "Compile", "none.pem")]
    [InlineData("rulesets: [none.json]", "Compile", "breakwater.yaml:4:11: ")]
    [InlineData("lists: {bad: {file: none.txt}}", "Compile", "none.txt")]
    public async Task ABadChangeChangesNothingAndIsToldOnceWithItsPlace(string top, string stage, string told)
    {
        await using RoadLab lab = await new RoadLab().StartAsync(BlockA);
        Generation before = lab.Live;

        RoadResult result = await lab.ReloadAsync("", top);

        Assert.Equal((RoadOutcome.Refused, RoadStage.Refused, Enum.Parse<RoadStage>(stage)), (result.Outcome, result.Record!.Stage, result.Record.EndedIn!.Value));
        Assert.Contains(result.Diagnostics, one => one.ToString().Contains(told, StringComparison.Ordinal));
        Assert.Same(before, lab.Live);
        Assert.Equal(403, await lab.StatusAsync("/a"));
        Assert.Equal(result.Record, lab.State.LastRefusal);
        string line = Assert.Single(lab.Log, line => line.Contains("refused", StringComparison.Ordinal));
        Assert.StartsWith($"Error: the new configuration is refused; generation 1 goes on. {stage.ToLowerInvariant()}: ", line);
        Assert.Contains(told, line, StringComparison.Ordinal);

        // What was refused takes no number, and is forgotten when something good comes.
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync()).Outcome);
        Assert.Equal(2, lab.Live.Number);
        Assert.Null(lab.State.LastRefusal);
        Assert.Equal([RoadStage.Replaced, RoadStage.Refused], lab.State.History.Select(record => record.Stage));
    }

    [Fact]
    public async Task AFileThatIsGoneIsRefusedWhenItIsRead()
    {
        await using RoadLab lab = await new RoadLab().StartAsync();
        File.Delete(lab.Document);
        RoadResult result = await lab.TakeAsync();
        Assert.Equal((RoadOutcome.Refused, RoadStage.Read), (result.Outcome, result.Record!.EndedIn!.Value));
        Assert.Equal(200, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task TheHashIsThatOfTheDocumentAndOfTheFilesThatItNames()
    {
        await using RoadLab lab = new();
        lab.Files.Write("rules.json", """{"rules": [{"id": "a", "expression": "http.request.uri.path eq \"/a\"", "action": "block"}], "phase": "http_request_firewall_custom"}""");
        await lab.StartAsync("rulesets: [rules.json]");
        string first = lab.Live.ContentHash;
        Assert.Equal(64, first.Length);
        Assert.Equal(first[..12], lab.Live.Hash);
        Assert.Equal([lab.Files["rules.json"]], lab.Live.Files.Select(file => file.Path));

        lab.Files.Write("rules.json", """{"rules": [{"id": "a", "expression": "http.request.uri.path eq \"/b\"", "action": "block"}], "phase": "http_request_firewall_custom"}""");
        Assert.Equal(RoadOutcome.Promoted, (await lab.TakeAsync()).Outcome);
        Assert.NotEqual(first, lab.Live.ContentHash);
        Assert.Equal((200, 403), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));
    }

    [Fact]
    public async Task AChangeMeantForAnotherGenerationIsStale()
    {
        await using RoadLab lab = await new RoadLab().StartAsync();
        lab.Files.Write("breakwater.yaml", lab.Yaml(BlockA));
        Task<RoadResult>[] both =
        [
            lab.TakeAsync(request => request with { Expected = 1 }),
            lab.TakeAsync(request => request with { Expected = 1 }),
        ];
        RoadOutcome[] outcomes = [.. (await Task.WhenAll(both)).Select(result => result.Outcome).Order()];
        Assert.Equal([RoadOutcome.Promoted, RoadOutcome.Stale], outcomes);
        Assert.Equal(2, lab.Live.Number);
        RoadResult again = await lab.TakeAsync(request => request with { Expected = 1 });
        Assert.Equal("generation: generation 2 is in force, not 1; look at what has changed (breakwater generations), then ask again for that one", Assert.Single(again.Diagnostics).ToString());
        Assert.Equal(RoadOutcome.Unchanged, (await lab.TakeAsync(request => request with { Expected = 2 })).Outcome);
    }

    /// <summary>A request keeps the generation that it began with, response rules included; the next one on the same connection has the new one.</summary>
    [Fact]
    public async Task ARequestInProgressKeepsItsGeneration()
    {
        using var release = new ManualResetEventSlim();
        await using RoadLab lab = new();
        lab.Answer = request =>
        {
            release.Wait(lab.Limit);
            return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        };
        await lab.StartAsync("rules: [{when: true, do: rewrite, set_response_headers: {X-By: one}, set_headers: {X-To: one}}]");
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n", lab.Limit);
        await lab.UntilAsync(() => lab.Edge.Origins.Origins[0].InFlight == 1);

        await lab.ReloadAsync("rules: [{when: true, do: rewrite, set_response_headers: {X-By: two}}]");
        release.Set();
        Assert.NotNull(await client.ReadResponseAsync(bodyless: false, lab.Limit));
        Assert.Contains("X-By: one", client.Received, StringComparison.Ordinal);
        int first = client.Received.Length;

        await client.SendAsync("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", lab.Limit);
        Assert.True(await client.ReadToEndAsync(lab.Limit));
        Assert.Contains("X-By: two", client.Received[first..], StringComparison.Ordinal);
    }

    /// <summary>A head that comes in two pieces is judged by the generation of its first byte, its limits included.</summary>
    [Fact]
    public async Task AHeadThatHasBegunKeepsItsGeneration()
    {
        await using RoadLab lab = await new RoadLab().StartAsync();
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 2000), lab.Limit);
        await lab.UntilAsync(() => lab.Edge.Plane.Connections.Count == 1);
        await Task.Delay(50, lab.Limit);

        await lab.ReloadAsync(BlockA, "limits: {max_head_size: 4KiB, max_line_size: 1KiB, max_target_size: 512}");
        await client.SendAsync("\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", lab.Limit);
        Assert.True(await client.ReadToEndAsync(lab.Limit));
        string[] statuses = [.. client.Received.Split("HTTP/1.1 ").Skip(1).Select(response => response[..3])];
        Assert.Equal(["200", "403"], statuses);
    }

    [Fact]
    public async Task StateThatChangesByItselfOutlivesAGeneration()
    {
        await using RoadLab lab = await new RoadLab().StartAsync("rules: [{id: few, limit: 3 per 1h, when: true, do: block}]");
        Assert.Equal((200, 200), (await lab.StatusAsync("/"), await lab.StatusAsync("/")));
        Origin origin = lab.Edge.Origins.Origins[0];
        await lab.ReloadAsync("rules: [{id: few, limit: 3 per 1h, when: true, do: block}, {when: 'http.host eq \"x\"', do: log}]");
        Assert.Same(origin, lab.Edge.Origins.Origins[0]);
        Assert.Equal(2, origin.GetStatus().Attempts);
        Assert.Equal((200, 429), (await lab.StatusAsync("/"), await lab.StatusAsync("/")));
    }
}
