using System.Runtime.InteropServices;

namespace Breakwater.Waf.Engine;

/// <summary>What a <see cref="RuleStep"/> can tell without its rule.</summary>
internal enum StepKind : byte
{
    /// <summary>Nothing: the rule runs.</summary>
    Run,

    /// <summary>The rule does not match where its operator's bit is clear for all that it reads.</summary>
    Candidate,

    /// <summary>The rule does not match where a member of TX is not there.</summary>
    TxPresent,

    /// <summary>Whether a member of TX is there decides.</summary>
    TxCount,
}

/// <summary>
/// A rule as the loop over a phase sees it: the little that decides, for most rules, that they do not match, side by side in memory. Immutable.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct RuleStep
{
    private RuleStep(int ordinal, StepKind kind, int place, int word, ulong bit, bool whenThere, bool whenNot)
    {
        (Ordinal, Kind, Place, Word, Bit, HoldsWhenThere, HoldsWhenNot) = (ordinal, kind, place, word, bit, whenThere, whenNot);
    }

    public int Ordinal { get; }

    public StepKind Kind { get; }

    /// <summary>The bundle's number, or the slot of TX.</summary>
    public int Place { get; }

    public int Word { get; }

    public ulong Bit { get; }

    public bool HoldsWhenThere { get; }

    public bool HoldsWhenNot { get; }

    public static RuleStep Of(WafRule rule)
    {
        RuleLink link = rule.First;
        if (link is { Kind: LinkKind.Bundle, Bit: >= 0, Negated: false })
        {
            return new RuleStep(rule.Ordinal, StepKind.Candidate, link.Bundle!.Id, link.Bit >> 6, 1UL << link.Bit, false, false);
        }

        if (link.Kind != LinkKind.Tx) return new RuleStep(rule.Ordinal, StepKind.Run, 0, 0, 0, false, false);
        int slot = link.Pieces[0].TxSlot;
        if (!link.Pieces[0].IsCount) return new RuleStep(rule.Ordinal, StepKind.TxPresent, slot, 0, 0, false, false);
        if (link.LiteralArgument is not { } argument) return new RuleStep(rule.Ordinal, StepKind.Run, 0, 0, 0, false, false);
        bool there = link.Operator.IsMatch("1"u8, argument) != link.Negated;
        bool not = link.Operator.IsMatch("0"u8, argument) != link.Negated;
        return new RuleStep(rule.Ordinal, StepKind.TxCount, slot, 0, 0, there, not);
    }
}

/// <summary>The rules of a phase in order. Immutable.</summary>
internal sealed class PhaseRules(WafRule[] rules)
{
    public WafRule[] Rules => rules;

    public RuleStep[] Steps { get; } = [.. rules.Select(RuleStep.Of)];
}
