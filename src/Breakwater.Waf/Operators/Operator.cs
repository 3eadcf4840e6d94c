using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// A rule's test, ready to run on bytes. Negation and macros are the caller's: it turns the answer round, and gives the argument as it is
/// for this transaction. Linear in the value's length, no allocation, no exception whatever the value. Immutable and thread-safe.
/// </summary>
public abstract class Operator
{
    /// <summary>Groups that a rule can capture: TX:0 to TX:9.</summary>
    public const int MaxGroups = 10;

    /// <summary>Room for what <see cref="CapturedText"/> writes, in bytes.</summary>
    public const int MaxCapturedText = 8;

    /// <summary>What a value must have so that the test can hold, whatever the argument.</summary>
    internal virtual MatchNeeds Needs => MatchNeeds.Nothing;

    /// <summary>As <see cref="Needs"/>, for values that have none of certain bytes.</summary>
    internal virtual MatchNeeds NeedsWithout(ReadOnlySpan<byte> absent) => Needs;

    /// <summary>
    /// Whether the test holds because of something that begins at one of the places from <paramref name="first"/> to <paramref name="last"/>
    /// of the value; null: not to be said without reading all of it. Reads no further than it must: to <paramref name="end"/>.
    /// </summary>
    internal virtual bool? HoldsFrom(ReadOnlySpan<byte> value, int first, int last, out int end)
    {
        end = first;
        return null;
    }

    /// <summary>Whether the test holds for a value.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="argument">The argument with its macros expanded; not looked at by operators whose argument is fixed.</param>
    public abstract bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument);

    /// <summary>As <see cref="IsMatch"/>, and tells what matched where.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="argument">The argument with its macros expanded.</param>
    /// <param name="groups">Room for at most <see cref="MaxGroups"/>; group 0 is the whole match.</param>
    /// <param name="count">How many there are; 0 for an operator that finds no place in the value.</param>
    public virtual bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        return IsMatch(value, argument);
    }

    /// <summary>
    /// What a rule captures as TX:0 of a value that matched, where that is no part of the value: the fingerprint of <c>@detectSQLi</c>.
    /// </summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="text">Room for <see cref="MaxCapturedText"/> bytes.</param>
    /// <returns>Bytes written; 0 where the groups of <see cref="TryMatch"/> are all there is to capture.</returns>
    public virtual int CapturedText(ReadOnlySpan<byte> value, Span<byte> text) => 0;
}
