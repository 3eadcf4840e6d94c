using System.Globalization;
using System.Text;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Rules;

/// <summary>D8.</summary>
internal sealed class CostlyRules : Drill
{
    private const int Rules = 10_000;

    public override DrillSheet Sheet { get; } = new("D8", "Rules that cost too much")
    {
        Outage = "Cloudflare, 2 July 2019",
        Mechanism = "Nothing bounded what a rule may cost, neither when it was saved nor when it ran.",
        Fault = "A wildcard of 40 stars and an expression nested 1,000 deep are offered to a running edge; then 10,000 rules with wildcards come into force.",
        Bound = "The first two are refused with their place. Under the 10,000, the 99th percentile is at most twice that of before, plus 25 ms for the machine's own noise.",
        Guard = "Bounds on wildcards, nesting and length of expressions; one index over all rules of a phase, so that a request pays for the rules that it could match.",
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]
                rules:

            """;
        PrivateEdge edge = await ground.EdgeAsync(document + "      - {when: 'ip.src eq 203.0.113.9', do: block}\n");
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked, Visit.Good);
        await load.SendAsync(200);
        double before = load.Figures(0).P99Ms;

        string stars = string.Concat(Enumerable.Repeat("*a", 40));
        string nested = new string('(', 1000) + "true" + new string(')', 1000);
        foreach (string expression in new[] { $"http.request.uri.path wildcard \"{stars}\"", nested })
        {
            ReloadAnswer refused = await edge.ReloadAsync(document + $"      - {{when: '{expression}', do: block}}\n");
            ground.Hold(refused is { Reloaded: false, Diagnostics: [{ Line: > 0 }, ..] }, "an expression without bounds is taken");
        }

        ground.Said(await edge.Log.WaitAsync("the new configuration is refused"));
        int busy = load.NextStretch();
        ReloadAnswer answer = await edge.ReloadAsync(document + "      - {when: 'ip.src eq 203.0.113.9', do: block}\n" + ManyRules());
        ground.Hold(answer is { Reloaded: true, Changed: true }, $"{Rules} rules are refused: {string.Join(", ", answer.Diagnostics.Select(one => one.Problem))}");
        int stretch = load.NextStretch();
        await load.SendAsync(300);
        ground.HoldPace($"under {Rules} rules", before, load.Figures(stretch).P99Ms);
        ground.Note("p99 while they were compiled", string.Create(CultureInfo.InvariantCulture, $"{load.Figures(busy).P99Ms:0.0} ms"));
    }

    private static string ManyRules()
    {
        StringBuilder text = new();
        for (int i = 0; i < Rules; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"      - {{when: 'http.request.uri.path wildcard \"*/p{i}/*/q*/{i % 97}*\"', do: block}}\n");
        }

        return text.ToString();
    }
}
