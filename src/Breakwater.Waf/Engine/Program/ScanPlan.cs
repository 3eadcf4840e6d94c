using Breakwater.Waf.Operators;
using Breakwater.Waf.Scanning;

namespace Breakwater.Waf.Engine;

/// <summary>
/// What values are searched for, of all rules that a zone's settings let run: rules of a higher paranoia level than the zone's cost nothing. Should
/// one run all the same, its operators are tried on every value. Immutable and thread-safe; zones with the same settings share it.
/// </summary>
internal sealed class ScanPlan
{
    private readonly ulong[] _rules;

    private ScanPlan(WafProgram program, ulong[] rules)
    {
        _rules = rules;
        Request = Index(program, isResponse: false);
        Response = Index(program, isResponse: true);
        RequestUse = Use(program, isResponse: false);
        ResponseUse = Use(program, isResponse: true);
    }

    public ScanIndex Request { get; }

    public ScanIndex Response { get; }

    /// <summary>Which of the request's operators read each feed.</summary>
    public FeedUse[] RequestUse { get; }

    /// <summary>Which of the response's operators read each feed.</summary>
    public FeedUse[] ResponseUse { get; }

    public ScanIndex IndexOf(bool isResponse) => isResponse ? Response : Request;

    /// <summary>Rules that may run where some members of TX have fixed values: all but those that a rule about such a member always leaps over.</summary>
    public static ulong[] RulesThatMayRun(WafProgram program, ReadOnlySpan<(int Slot, byte[] Value)> pins)
    {
        Dictionary<int, long> numbers = [];
        foreach ((int slot, byte[] value) in pins) numbers[slot] = WholeNumber.Of(value);
        ulong[] rules = RuleBits.Make(program.Rules.Length);
        foreach (PhaseRules phase in program.Phases)
        {
            bool[] isReached = new bool[phase.Steps.Length + 1];
            isReached[0] = true;
            for (int at = 0; at < phase.Steps.Length; at++)
            {
                if (!isReached[at]) continue;
                ref readonly RuleStep step = ref phase.Steps[at];
                RuleBits.Add(rules, step.Ordinal);
                bool isFixed = step is { Kind: StepKind.TxNumber, OnlySkips: true } && numbers.TryGetValue(step.Place, out long number) && number >= step.From && number <= step.To;
                if (!isFixed) isReached[at + 1] = true;
                if (step.SkipTo >= 0) isReached[step.SkipTo] = true;
            }
        }

        return rules;
    }

    public static ScanPlan Create(WafProgram program, ulong[] rules) => new(program, rules);

    public bool IsFor(ReadOnlySpan<ulong> rules) => rules.SequenceEqual(_rules);

    private ScanIndex Index(WafProgram program, bool isResponse)
    {
        Operator[] operators = program.OperatorsOf(isResponse);
        ulong[] wanted = new ulong[(operators.Length + 63) >> 6];
        foreach ((RuleLink link, bool mayRun) in Links(program, isResponse))
        {
            if (mayRun) wanted[link.Bit >> 6] |= 1UL << link.Bit;
        }

        return ScanIndex.Create(operators, wanted);
    }

    private FeedUse[] Use(WafProgram program, bool isResponse) =>
        FeedUse.Of(program.Feeds.Length, Links(program, isResponse), IndexOf(isResponse).WordCount);

    private IEnumerable<(RuleLink Link, bool MayRun)> Links(WafProgram program, bool isResponse)
    {
        foreach (WafRule rule in program.Rules)
        {
            for (RuleLink? link = rule.First; link is not null; link = link.Next)
            {
                if (link.Bit >= 0 && link.Bundle!.IsResponse == isResponse) yield return (link, RuleBits.Has(_rules, rule.Ordinal));
            }
        }
    }
}
