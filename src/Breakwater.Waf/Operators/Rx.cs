using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@rx</c>: a regular expression matches somewhere in the value. As in libmodsecurity, <c>.</c> matches a newline too and <c>^</c> and
/// <c>$</c> match at lines; an empty expression matches everything.
/// </summary>
public class Rx : Operator
{
    private protected Rx(ByteRegex regex) => Regex = regex;

    /// <summary>The expression, for prefilters over many rules.</summary>
    public ByteRegex Regex { get; }

    internal override MatchNeeds Needs => MatchNeeds.Of(Regex.Required);

    internal override MatchNeeds NeedsWithout(ReadOnlySpan<byte> absent) => MatchNeeds.Of(Regex.RequiredWithout(absent));

    internal override bool? HoldsFrom(ReadOnlySpan<byte> value, int first, int last, out int end) => Regex.HasMatchFrom(value, first, last, out end);

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => Regex.IsMatch(value);

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        if (!Regex.TryMatch(value, 0, groups)) return false;
        count = Math.Min(groups.Length, Regex.GroupCount);
        return true;
    }

    // Small automata: a ruleset holds hundreds, and what clients send decides how far each is built.
    internal static readonly ByteRegexOptions Options =
        new() { Dialect = RegexDialect.Pcre, DotMatchesNewLine = true, MultiLine = true, MaxDfaBytes = 3 << 20, DfaBytesPerInstruction = 768 };

    internal static Rx Create(ByteRegex regex) => new(regex);
}
