using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Rules;

/// <summary>D7.</summary>
internal sealed class BacktrackingExpressions : Drill
{
    /// <summary>Expressions on which a backtracking engine takes exponential or at least quadratic time, the core of that of 2019 among them.</summary>
    public static readonly string[] Expressions = ["(?:x+x+)+y", "^(?:[a-z]+)*[0-9]$", ".*.*=.*;", "(?:a|aa|aaa)+b", "(?:x?){30}x{30}z"];

    /// <summary>What makes them backtrack: a long query that nearly matches.</summary>
    public static Visit Hostile { get; } = new("a hostile query") { Target = "/search?q=" + new string('x', 3000) + new string('a', 3000) };

    public override DrillSheet Sheet { get; } = new("D7", "A catastrophic expression")
    {
        Outage = "Cloudflare, 2 July 2019",
        Mechanism = "A new rule with a backtracking expression, in log mode, went to all machines in seconds and took all their processor time: log mode spares visitors the verdict, not the cost.",
        Fault = "Five expressions that are catastrophic for backtracking engines come into force in log mode, then in block mode, while one request in three has a query of 6,000 bytes made for them.",
        Bound = "The 99th percentile is at most twice that of before, plus 25 ms for the machine's own noise.",
        Guard = "Expressions run in linear time, whatever they are and whatever they are matched with; there is no backtracking engine in the edge.",
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = DrillGround.Head + $$"""
            limits: {max_target_size: 16KiB, max_line_size: 32KiB, max_head_size: 64KiB}
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]

            """;
        PrivateEdge edge = await ground.EdgeAsync(document);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Hostile, Visit.Good);
        await load.SendAsync(200);
        double before = load.Figures(0).P99Ms;
        foreach (string mode in new[] { "log", "block" })
        {
            IEnumerable<string> rules = Expressions.Select(one => $"      - {{when: 'http.request.uri.query matches r\"{one}\"', do: {mode}}}\n");
            ReloadAnswer answer = await edge.ReloadAsync(document + "    rules:\n" + string.Concat(rules));
            ground.Hold(answer is { Reloaded: true, Changed: true }, $"the rules in {mode} mode are refused: {string.Join(", ", answer.Diagnostics.Select(one => one.Problem))}");
            int stretch = load.NextStretch();
            await load.SendAsync(300);
            ground.HoldPace($"in {mode} mode", before, load.Figures(stretch).P99Ms);
        }
    }
}
