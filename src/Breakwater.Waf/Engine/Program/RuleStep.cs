using System.Runtime.InteropServices;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>What a <see cref="RuleStep"/> can tell without its rule.</summary>
internal enum StepKind : byte
{
    /// <summary>Nothing: the rule runs.</summary>
    Run,

    /// <summary>The rule matches.</summary>
    Always,

    /// <summary>The rule does not match where its operator's bit is clear for all that it reads.</summary>
    Candidate,

    /// <summary>The rule does not match where a member of TX is not there.</summary>
    TxPresent,

    /// <summary>Whether a member of TX is there decides.</summary>
    TxCount,

    /// <summary>A number in TX decides: it is between two others, or whether it is there does.</summary>
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
        OnlySets = rule.OnlySets;
        SkipTo = rule.SkipTo;
    }

    public int Ordinal { get; }

    public StepKind Kind { get; }

    /// <summary>The slot of TX.</summary>
    public int Place { get; }

    /// <summary>Where the operator's bit is among the candidates, the response's behind the request's.</summary>
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

    /// <summary>Whether all that the rule does is to run its first link's actions.</summary>
    public bool OnlySets { get; }

    public int SkipTo { get; }

    /// <param name="rule">The rule.</param>
    /// <param name="isSearched">Whether values are searched for what its operator needs.</param>
    /// <param name="requestWords">Words that the candidates of the request take.</param>
    public static RuleStep Of(WafRule rule, bool isSearched, int requestWords)
    {
        RuleLink link = rule.First;
        if (isSearched && link is { Kind: LinkKind.Bundle, CanBeSearched: true })
        {
            int word = (link.Bundle!.IsResponse ? requestWords : 0) + (link.Bit >> 6);
            return new RuleStep(rule, StepKind.Candidate, -1) { Word = word, Bit = 1UL << link.Bit };
        }

        if (link.Kind == LinkKind.Always) return new RuleStep(rule, StepKind.Always, -1);
        if (link.Kind == LinkKind.Tx) return OfTx(rule, link);
        if (!ReadsOneMember(link)) return new RuleStep(rule, StepKind.Run, 0);
        bool readsCount = Array.Exists(link.Pieces, static piece => piece.IsCount);
        if (rule.OnlySkips && link.Chain.IsEmpty && TryRange(link, out long from, out long to))
        {
            return new RuleStep(rule, StepKind.TxNumber, link.Pieces[0].TxSlot)
            {
                From = from,
                To = to,
                HoldsWhenThere = readsCount && from <= 1 && to >= 1,
                HoldsWhenNot = readsCount && from <= 0 && to >= 0,
            };
        }

        return readsCount ? new RuleStep(rule, StepKind.Run, 0) : new RuleStep(rule, StepKind.TxPresent, link.Pieces[0].TxSlot);
    }

    /// <summary>Whether all that a link reads is one member of TX and whether it is there, be it more than once, as some of CRS 3.3 do.</summary>
    private static bool ReadsOneMember(RuleLink link) =>
        link.Pieces is [{ TxSlot: >= 0 } first, ..] && Array.TrueForAll(link.Pieces, piece => piece.TxSlot == first.TxSlot);

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
