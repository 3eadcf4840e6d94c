using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>An <c>@rx</c> such as <c>^.*$</c>, which matches the whole of any value: rules write it to capture one. Immutable.</summary>
internal sealed class RxEverything(ByteRegex regex) : Rx(regex)
{
    /// <summary>Whether an expression is one of these; <c>.</c> is a newline too, and takes as many bytes as there are.</summary>
    public static bool Is(string expression) => expression is "^.*$" or "^.*" or ".*$" or ".*";

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => true;

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = Math.Min(groups.Length, 1);
        if (count > 0) groups[0] = new ByteRange(0, value.Length);
        return true;
    }
}
