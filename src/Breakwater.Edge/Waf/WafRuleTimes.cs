using System.Runtime.CompilerServices;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Waf;

/// <summary>The time that the rules of a program take. Immutable.</summary>
/// <param name="Rules">What the rules are called.</param>
/// <param name="Rule">The rule's id.</param>
/// <param name="Message">What it finds.</param>
/// <param name="Evaluations">How often it ran in the requests that were timed.</param>
/// <param name="MeanMicros">What it took each time, in microseconds.</param>
/// <param name="Share">Its part of the time of all rules, 0 to 1.</param>
public sealed record WafRuleTime(string Rules, long Rule, string Message, long Evaluations, double MeanMicros, double Share);

/// <summary>The time that rules take, from some of the requests. Immutable.</summary>
/// <param name="Requests">Requests that were timed.</param>
/// <param name="OneOf">One of so many is.</param>
/// <param name="MeanMicros">What all rules took for a request, in microseconds.</param>
/// <param name="Rules">By rule, the dearest first.</param>
public sealed record WafTopPage(long Requests, int OneOf, double MeanMicros, IReadOnlyList<WafRuleTime> Rules);

/// <summary>Times the rules of some requests, program by program. Thread-safe.</summary>
internal sealed class WafRuleTimes
{
    /// <summary>One of so many requests is timed.</summary>
    public const int OneOf = 64;

    // Programs that were replaced take their figures with them.
    private readonly ConditionalWeakTable<WafProgram, WafProfile> _profiles = [];

    [ThreadStatic]
    private static int _turn;

    /// <summary>Where the times of a request's rules go; null for those that are not timed.</summary>
    public WafProfile? Take(WafProgram program) =>
        (++_turn & (OneOf - 1)) == 0 ? _profiles.GetValue(program, static key => new WafProfile(key)) : null;

    /// <summary>The figures of these rules.</summary>
    public WafTopPage Read(IEnumerable<WafRules> rules, int max)
    {
        var lines = new List<WafRuleTime>();
        long requests = 0;
        double all = 0;
        foreach (WafRules one in rules)
        {
            if (!_profiles.TryGetValue(one.Program, out WafProfile? profile))
            {
                continue;
            }

            requests += profile.Transactions;
            foreach (WafRule rule in one.Program.Rules)
            {
                (long evaluations, double micros) = profile.Of(rule);
                all += micros;
                if (evaluations > 0)
                {
                    lines.Add(new WafRuleTime(one.Name, rule.Id, rule.Message, evaluations, micros / evaluations, micros));
                }
            }
        }

        return new WafTopPage(
            requests, OneOf, requests == 0 ? 0 : Math.Round(all / requests, 1),
            [
                .. lines.OrderByDescending(line => line.Share).Take(max)
                    .Select(line => line with { MeanMicros = Math.Round(line.MeanMicros, 2), Share = all == 0 ? 0 : Math.Round(line.Share / all, 4) }),
            ]);
    }
}
