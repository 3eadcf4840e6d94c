using Breakwater.Config;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Generations.Taste;

namespace Breakwater.Edge.Tests.Generations.Taste;

/// <summary>D19: whatever a candidate does to the process that loads it first, that is the end of the candidate, and the edge never saw it.</summary>
public sealed class TasteProcessTests
{
    private static readonly TasteConfig Bounds = new() { Timeout = TimeSpan.FromSeconds(1), MaxMemory = 40 << 20 };

    // What the process does, as a script; how it ends, and what is said of it.
    public static TheoryData<string, string, string> Ends => new()
    {
        { "cat >/dev/null; exit 3", "Crashed", "exit code 3" },
        { "exit 3", "Crashed", "exit code 3" },
        { "cat >/dev/null; kill -SEGV $$", "Crashed", "exit code 139" },
        { "kill -KILL $$", "Crashed", "exit code 137" },
        { "echo 'Unhandled exception.' >&2; echo 'out of luck' >&2; kill -ABRT $$", "Crashed", "exit code 134: Unhandled exception. out of luck" },
        { "cat >/dev/null; echo no findings", "Crashed", "exit code 0" },
        { "exec sleep 100", "TooSlow", "" },
        { "while :; do :; done", "TooSlow", "" },
        { "echo 'Out of memory.' >&2; exit 134", "TooMuchMemory", "" },
        { "exec dd if=/dev/zero of=/dev/null bs=300M count=50", "TooMuchMemory", "" },
        { "cat >/dev/null; echo '{\"content_hash\": \"abc\"}'", "None", "" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task AProcessComesToAnEndAndIsUnderstood(string script, string failure, string detail)
    {
        TasteResult result = await Sh(script).TasteAsync(Order(), fileBytes: 0);
        Assert.Equal((failure, detail), (result.Failure.ToString(), result.Detail));
        Assert.Equal(failure == "None" ? "abc" : null, result.Findings?.ContentHash);
        Assert.True(result.Took < TimeSpan.FromSeconds(60));
        if (failure != "None")
        {
            Assert.Contains("the trial process ", TasteJudge.Explain(result, Bounds, SourcePosition.Of("a.yaml")).ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AProgramThatCannotBeStartedSaysNothingAboutTheCandidate()
    {
        TasteResult result = await new TasteProcess("/nowhere/breakwater", []).TasteAsync(Order(), fileBytes: 0);
        Assert.Equal(TasteFailure.NotStarted, result.Failure);
        Assert.NotEmpty(result.Detail);
    }

    [Fact]
    public async Task SurroundingsOfTheEdgeAreNotThoseOfItsTaster()
    {
        const string Seen = "env | grep -q -e ^BREAKWATER_ -e ^NOTIFY_SOCKET && exit 9; test -n \"$DOTNET_GCHeapHardLimit\" || exit 8; exit 7";
        Environment.SetEnvironmentVariable("BREAKWATER_TASTE_TEST", "1");
        try
        {
            Assert.Equal("exit code 7", (await Sh(Seen).TasteAsync(Order(), fileBytes: 0)).Detail);
        }
        finally
        {
            Environment.SetEnvironmentVariable("BREAKWATER_TASTE_TEST", null);
        }
    }

    /// <summary>When the machine has no more memory, the taster goes and not the edge.</summary>
    [Fact]
    public async Task ATasterIsTheFirstToGo() => Assert.Equal(
        "exit code 6", (await Sh("while :; do grep -q '^1000$' /proc/$$/oom_score_adj && exit 6; sleep 0.05; done").TasteAsync(Order(), fileBytes: 0)).Detail);

    [Theory]
    [InlineData("kill -SEGV $$", "taste: ", "the trial process crashed under it (exit code 139)")]
    [InlineData("exec sleep 100", "taste: ", "the trial process did not come to an end")]
    [InlineData("cat >/dev/null; echo '{\"diagnostics\": [{\"file\": \"x.yaml\", \"line\": 3, \"column\": 5, \"severity\": \"error\", \"problem\": \"oh\", \"remedy\": \"mend\"}]}'", "compile: ", "x.yaml:3:5: oh; mend")]
    public async Task ACandidateThatEndsItsTasterNeverComesNearTheEdge(string script, string stage, string told)
    {
        await using RoadLab lab = await new RoadLab { Taster = Sh(script) }.StartAsync("", Top);
        Generation before = lab.Live;
        RoadResult result = await lab.ReloadAsync("rules: [{when: true, do: block}]", Top);
        Assert.Equal(RoadOutcome.Refused, result.Outcome);
        Assert.Same(before, lab.Live);
        Assert.Equal(200, await lab.StatusAsync("/"));
        string line = Assert.Single(lab.Log, line => line.Contains("is refused", StringComparison.Ordinal));
        Assert.Contains(stage, line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);
    }

    /// <summary>No memory, no file descriptors: then the edge has to do it itself, for a change must not become impossible.</summary>
    [Fact]
    public async Task WithoutATasterTheEdgeTastesItself()
    {
        await using RoadLab lab = await new RoadLab { Taster = new TasteProcess("/nowhere/breakwater", []) }.StartAsync();
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync("rules: [{when: 'http.request.uri.path eq \"/a\"', do: block}]")).Outcome);
        Assert.Contains(lab.Log, line => line.StartsWith("Warning: the trial process cannot be started", StringComparison.Ordinal));
        Assert.Contains("made-up requests", lab.State.Live.Taste, StringComparison.Ordinal);
    }

    /// <summary>What changes after it was tasted is tasted once more, and then no more.</summary>
    [Fact]
    public async Task WhatWasTastedIsWhatIsCompiled()
    {
        await using RoadLab lab = await new RoadLab { Taster = Sh("cat >/dev/null; echo '{\"content_hash\": \"another\"}'") }.StartAsync();
        RoadResult result = await lab.ReloadAsync("rules: [{when: 'http.request.uri.path eq \"/a\"', do: block}]");
        Assert.Equal(RoadOutcome.Refused, result.Outcome);
        Assert.Contains("files that it names change faster than they can be tasted", result.Diagnostics[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACandidateThatRefusesWhatIsLetThroughNowIsHeld()
    {
        await using RoadLab lab = await new RoadLab().StartAsync();
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(200, await lab.StatusAsync(i < 10 ? "/some" : "/others"));
        }

        const string Rule = "rules: [{when: 'http.request.uri.path eq \"/some\"', do: block}]";
        RoadResult result = await lab.ReloadAsync(Rule);
        Assert.Equal((RoadOutcome.Held, RoadStage.Taste), (result.Outcome, result.Record!.EndedIn!.Value));
        Assert.Contains("it refuses 10 of 30 recent requests (33%) that are let through now", result.Diagnostics[^1].ToString(), StringComparison.Ordinal);
        Assert.Equal(200, await lab.StatusAsync("/some"));

        // In log mode nothing is refused.
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadAsync(Rule.Replace("do: block", "do: log", StringComparison.Ordinal))).Outcome);
        lab.Files.Write("breakwater.yaml", lab.Yaml(Rule));
        Assert.Equal(RoadOutcome.Promoted, (await lab.TakeAsync(request => request with { Confirmed = true })).Outcome);
        Assert.Equal(403, await lab.StatusAsync("/some"));
    }

    private const string Top = "generations: {taste: {timeout: 1s}}";

    private static TasteProcess Sh(string script) => new("/bin/sh", ["-c", script]);

    private static TasteOrder Order() => new(GenerationDocument.Of("breakwater.yaml", "zones: []", ConfigOverrides.None, "/"), []) { Bounds = Bounds };
}
