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
        int scans = 0;
        Phases = new PhaseScan[program.Phases.Length];
        for (int i = 0; i < Phases.Length; i++) Phases[i] = PhaseScan.Create(program, program.Phases[i], rules, IndexOf, ref scans);
    }

    public ScanIndex Request { get; }

    public ScanIndex Response { get; }

    /// <summary>The phases, 1 to 5; 0 is empty.</summary>
    public PhaseScan[] Phases { get; }

    /// <summary>Values that come again and again.</summary>
    public KnownValues Known { get; } = new();

    public ScanIndex IndexOf(bool isResponse) => isResponse ? Response : Request;

    /// <summary>Rules that may run where some members of TX have fixed values: all but those that a rule about such a member always leaps over.</summary>
    public static ulong[] RulesThatMayRun(WafProgram program, ReadOnlySpan<(int Slot, byte[] Value)> pins)
    {
        Dictionary<int, long> numbers = [];
        foreach ((int slot, byte[] value) in pins) numbers[slot] = WholeNumber.Of(value);
        ulong[] rules = RuleBits.Make(program.Rules.Length);
        foreach (WafRule[] phase in program.Phases)
        {
            bool[] isReached = new bool[phase.Length + 1];
            isReached[0] = true;
            for (int at = 0; at < phase.Length; at++)
            {
                if (!isReached[at]) continue;
                RuleStep step = RuleStep.Of(phase[at], isSearched: false, requestWords: 0);
                RuleBits.Add(rules, step.Ordinal);
                bool isFixed = step is { Kind: StepKind.TxNumber, OnlySkips: true } && numbers.TryGetValue(step.Place, out long number) && number >= step.From && number <= step.To;
                if (!isFixed) isReached[at + 1] = true;
                if (step.SkipTo >= 0) isReached[step.SkipTo] = true;
            }
        }

        return rules;
    }

    public static ScanPlan Create(WafProgram program, ulong[] rules) => new(program, rules);

    /// <summary>Whether a rule may run.</summary>
    public bool Has(WafRule rule) => RuleBits.Has(_rules, rule.Ordinal);

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
