using System.Runtime.InteropServices;
using Breakwater.Waf.Operators;

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

    /// <summary>A number in TX decides: it is between two others.</summary>
    TxNumber,
}

/// <summary>
/// A rule as the loop over a phase sees it: the little that decides, for most rules, that they do not match, side by side in memory. Immutable.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct RuleStep
{
    private RuleStep(WafRule rule, StepKind kind, int place)
    {
        Ordinal = rule.Ordinal;
        Kind = kind;
        Place = place;
        OnlySkips = rule.OnlySkips;
        SkipTo = rule.SkipTo;
    }

    public int Ordinal { get; }

    public StepKind Kind { get; }

    /// <summary>The bundle's number, or the slot of TX.</summary>
    public int Place { get; }

    /// <summary>Where the operator's bit is.</summary>
    public int Word { get; private init; }

    public ulong Bit { get; private init; }

    public bool HoldsWhenThere { get; private init; }

    public bool HoldsWhenNot { get; private init; }

    /// <summary>The smallest number for which the rule matches.</summary>
    public long From { get; private init; }

    /// <summary>The largest number for which the rule matches.</summary>
    public long To { get; private init; }

    /// <summary>Whether all that the rule does is to go on elsewhere.</summary>
    public bool OnlySkips { get; }

    public int SkipTo { get; }

    public static RuleStep Of(WafRule rule)
    {
        RuleLink link = rule.First;
        if (link is { Kind: LinkKind.Bundle, Bit: >= 0, Negated: false })
        {
            return new RuleStep(rule, StepKind.Candidate, link.Bundle!.Id) { Word = link.Bit >> 6, Bit = 1UL << link.Bit };
        }

        return link.Kind == LinkKind.Tx ? OfTx(rule, link) : new RuleStep(rule, StepKind.Run, 0);
    }

    private static RuleStep OfTx(WafRule rule, RuleLink link)
    {
        int slot = link.Pieces[0].TxSlot;
        if (link.Pieces[0].IsCount)
        {
            if (link.LiteralArgument is not { } argument) return new RuleStep(rule, StepKind.Run, 0);
            bool there = link.Operator.IsMatch("1"u8, argument) != link.Negated;
            bool not = link.Operator.IsMatch("0"u8, argument) != link.Negated;
            return new RuleStep(rule, StepKind.TxCount, slot) { HoldsWhenThere = there, HoldsWhenNot = not };
        }

        return TryRange(link, out long from, out long to)
            ? new RuleStep(rule, StepKind.TxNumber, slot) { From = from, To = to }
            : new RuleStep(rule, StepKind.TxPresent, slot);
    }

    /// <summary>The numbers for which a comparison with a written number holds, where they lie side by side.</summary>
    private static bool TryRange(RuleLink link, out long from, out long to)
    {
        (from, to) = (long.MinValue, long.MaxValue);
        if (link.LiteralArgument is not { } argument || link.MultiMatch) return false;
        long operand = WholeNumber.Of(argument);
        if (operand is long.MinValue or long.MaxValue) return false;
        switch (link.Operator, link.Negated)
        {
            case (Lt, false) or (Ge, true): to = operand - 1; return true;
            case (Le, false) or (Gt, true): to = operand; return true;
            case (Gt, false) or (Le, true): from = operand + 1; return true;
            case (Ge, false) or (Lt, true): from = operand; return true;
            case (Eq, false): from = to = operand; return true;
            default: return false;
        }
    }
}

/// <summary>The rules of a phase in order. Immutable.</summary>
internal sealed class PhaseRules(WafRule[] rules)
{
    public WafRule[] Rules => rules;

    public RuleStep[] Steps { get; } = [.. rules.Select(RuleStep.Of)];
}
