using Breakwater.Matching;

namespace Breakwater.Waf.Operators.Injection;

/// <summary><c>@detectXSS</c>: the value would run script in a page. TX:0 is the whole value. Verdicts are those of libinjection.</summary>
public sealed class DetectXss : Operator
{
    /// <summary>The shortest attacks, such as <c>&lt;?`</c>, have three bytes.</summary>
    internal override MatchNeeds Needs { get; } = new() { MinLength = 3, OneOfEach = ["<="u8.ToArray()] };

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => MarkupInjection.IsFound(value);

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        if (!MarkupInjection.IsFound(value)) return false;
        if (!groups.IsEmpty) groups[count++] = new ByteRange(0, value.Length);
        return true;
    }
}
