using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Tests.Tls;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>D16: who takes much away, or all, has to say so twice. Adding and changing is nobody's business.</summary>
public sealed class BreadthBreakerTests
{
    // Zones before, zones after, by the numbers in their names; what is said, null = nothing.
    public static TheoryData<string, string, string?> Zones => new()
    {
        { "1 2 3 4 5", "1 2 3 4 5 6 7 8", null },
        { "1 2 3 4 5", "1 2 3 4", null },
        { "1 2", "1", null },
        { "1 2 3 4 5 6 7", "1 2 3 4 5", null },
        { "1 2 3 4 5 6", "1 2 3 4", "it takes away 2 of 6 zones (33%); generations.max_removed allows 30%, and never all" },
        { "1 2 3", "1", "it takes away 2 of 3 zones (67%)" },
        { "1 2 3", "4 5 6", "it takes away all 3 zones (100%)" },
        { "1", "2", "it takes away all 1 zones (100%)" },

        // A zone by another name that serves its host is no loss.
        { "1 2 3", "1a 2a 3a", null },
    };

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task ZonesThatGo(string before, string after, string? told)
    {
        await using RoadLab lab = new();
        lab.Files.Write("breakwater.yaml", Document(lab, before));
        await lab.RestartAsync();
        RoadResult result = await lab.ReloadTextAsync(Document(lab, after));
        Assert.Equal(told is null ? RoadOutcome.Promoted : RoadOutcome.Held, result.Outcome);
        if (told is null)
        {
            return;
        }

        Assert.Equal((1, RoadStage.Held, RoadStage.Compile), (lab.Live.Number, result.Record!.Stage, result.Record.EndedIn!.Value));
        Assert.Contains(result.Diagnostics, one => one.ToString().Contains(told, StringComparison.Ordinal) && one.ToString().Contains("add --confirm", StringComparison.Ordinal));
        Assert.Contains(lab.Log, line => line.StartsWith("Warning: the new configuration is held until it is confirmed; generation 1 goes on. compile: ", StringComparison.Ordinal));
        Assert.Equal(RoadOutcome.Promoted, (await lab.TakeAsync(request => request with { Confirmed = true })).Outcome);
        Assert.Equal(2, lab.Live.Number);
    }

    [Theory]
    [InlineData("origins: [{url: \"http://127.0.0.1:1\"}, {url: \"http://127.0.0.1:2\"}, {url: \"http://127.0.0.1:3\"}]", "origins: [{url: \"http://127.0.0.1:1\"}]", "2 of 3 origins (67%)")]
    [InlineData("rules: [RULE, RULE, RULE, RULE]", "rules: []", "all 4 rules (100%)")]
    [InlineData("rules: [RULE, RULE, RULE, RULE]", "rules: [RULE, RULE, RULE]", null)]
    public async Task OriginsAndRulesThatGo(string before, string after, string? told)
    {
        await using RoadLab lab = new();
        lab.Files.Write("breakwater.yaml", Zone(before));
        await lab.RestartAsync();
        RoadResult result = await lab.ReloadTextAsync(Zone(after));
        Assert.Equal(told is null ? RoadOutcome.Promoted : RoadOutcome.Held, result.Outcome);
        Assert.True(told is null || result.Diagnostics.Any(one => one.ToString().Contains(told, StringComparison.Ordinal)), string.Join('\n', result.Diagnostics));

        static string Zone(string keys)
        {
            int rule = 0;
            while (keys.Contains("RULE", StringComparison.Ordinal))
            {
                int at = keys.IndexOf("RULE", StringComparison.Ordinal);
                keys = $"{keys[..at]}{{when: 'http.request.uri.path eq \"/{rule++}\"', do: block}}{keys[(at + 4)..]}";
            }

            string origins = keys.StartsWith("origins", StringComparison.Ordinal) ? "" : "    origins: [{url: \"http://127.0.0.1:1\"}]\n";
            return $"listeners: [{{address: \"127.0.0.1:0\"}}]\nlogging: {{access: {{to: off}}}}\ndata: state\nzones:\n  - name: a\n{origins}    {keys}\n";
        }
    }

    [Fact]
    public async Task AllCertificatesThatGo()
    {
        await using RoadLab lab = new();
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["a.example"] });
        await lab.StartAsync("", "certificates: [{cert: a.pem, key: a.key}]");
        RoadResult result = await lab.ReloadAsync();
        Assert.Equal(RoadOutcome.Held, result.Outcome);
        Assert.Contains(result.Diagnostics, one => one.ToString().Contains("it takes away all 1 certificates (100%)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100, 71, false)]
    [InlineData(100, 69, true)]
    [InlineData(19, 1, true)]
    [InlineData(19, 15, false)]
    public async Task EntriesOfAListThatGo(int before, int after, bool held)
    {
        await using RoadLab lab = new();
        lab.Files.Write("bad.txt", Entries(before));
        await lab.StartAsync("rules: [{when: 'ip.src in $bad', do: block}]", "lists: {bad: {file: bad.txt}}");
        lab.Files.Write("bad.txt", Entries(after));
        Assert.Equal(held ? RoadOutcome.Held : RoadOutcome.Promoted, (await lab.TakeAsync()).Outcome);

        // As many as before, but others: a loss all the same.
        if (!held && before >= 20)
        {
            lab.Files.Write("bad.txt", Entries(after, first: 1000));
            Assert.Equal(RoadOutcome.Held, (await lab.TakeAsync()).Outcome);
        }

        static string Entries(int count, int first = 0) => string.Concat(Enumerable.Range(first, count).Select(i => $"198.18.{i / 250}.{i % 250}\n"));
    }

    /// <summary>The bound in force counts, not the one that a change brings.</summary>
    [Fact]
    public async Task AChangeIsNotJudgedByTheBoundsThatItBrings()
    {
        await using RoadLab lab = new();
        lab.Files.Write("breakwater.yaml", Document(lab, "1 2 3 4"));
        await lab.RestartAsync();
        string generous = "generations: {max_removed: 100%}\n" + Document(lab, "1");
        Assert.Equal(RoadOutcome.Held, (await lab.ReloadTextAsync(generous)).Outcome);
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadTextAsync("generations: {max_removed: 100%}\n" + Document(lab, "1 2 3 4"))).Outcome);
        Assert.Equal(RoadOutcome.Promoted, (await lab.ReloadTextAsync(generous)).Outcome);
    }

    private static string Document(RoadLab lab, string zones) =>
        "listeners: [{address: \"127.0.0.1:0\"}]\nlogging: {access: {to: off}}\ndata: state\nzones:\n" + string.Concat(zones.Split(' ').Select(zone =>
            $"  - name: zone{zone}\n    hosts: [host{zone.TrimEnd('a')}.example]\n    origins: [{{url: \"http://127.0.0.1:{lab.OriginPort}\"}}]\n"));
}
