using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>Something that a rule looked at and found: a variable, the member's name, the value. Immutable; slices are the transaction's.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Name">The member's name; not present for a variable of one value.</param>
/// <param name="Value">The value as the operator saw it.</param>
public readonly record struct WafTarget(SecVariable Variable, ByteSlice Name, ByteSlice Value)
{
    /// <summary>Whether it is a member of a collection.</summary>
    public bool HasName => TransactionMemory.IsPresent(Name);
}

/// <summary>
/// A rule that matched, all links of it. Its texts and values lie in the transaction, <see cref="WafTransaction.BytesOf(ByteSlice)"/>, and go with it.
/// </summary>
/// <param name="Rule">Which.</param>
/// <param name="Target">The value that it last matched.</param>
/// <param name="Message">Its message, expanded; empty where it has none.</param>
/// <param name="LogData">What it found, expanded and cut; empty where it does not say.</param>
/// <param name="Score">Points that it added.</param>
/// <param name="IsDisruptive">Whether it wanted to refuse the transaction, also where the mode did not let it.</param>
/// <param name="FirstTarget">The first of its matches in <see cref="WafTransaction.MatchedTargets"/>.</param>
/// <param name="TargetCount">How many there are.</param>
public readonly record struct WafMatch(
    WafRule Rule, WafTarget Target, ByteSlice Message, ByteSlice LogData, long Score, bool IsDisruptive, int FirstTarget, int TargetCount);
