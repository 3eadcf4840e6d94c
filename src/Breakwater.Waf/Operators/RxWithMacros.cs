using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@rx</c> with macros in its expression, as CRS 3 has it: <c>@rx ^%{tx.allowed_charsets}$</c>. The expression is known when the rule runs,
/// is nearly always the same, and is compiled when it is new. One that cannot be compiled matches nothing. Thread-safe.
/// </summary>
public sealed class RxWithMacros : Operator
{
    private const int LongestExpression = 4096;
    private const int MostKept = 16;

    // Replaced as a whole, so that readers need no lock. Two threads that compile the same expression do so for nothing, once.
    private Compiled[] _kept = [];

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => Find(argument)?.IsMatch(value, default) ?? false;

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        return Find(argument)?.TryMatch(value, default, groups, out count) ?? false;
    }

    private Rx? Find(ReadOnlySpan<byte> expression)
    {
        Compiled[] kept = Volatile.Read(ref _kept);
        foreach (Compiled one in kept)
        {
            if (expression.SequenceEqual(one.Expression)) return one.Rx;
        }

        if (expression.Length > LongestExpression) return null;
        Rx? rx = ByteRegex.TryCompile(expression, Rx.Options, out ByteRegex? regex, out _) ? Rx.Create(regex) : null;
        Compiled added = new(expression.ToArray(), rx);
        // An expression made of what visitors send would be new each time; then the oldest goes.
        Volatile.Write(ref _kept, [.. kept.Length < MostKept ? kept : kept[1..], added]);
        return rx;
    }

    private sealed record Compiled(byte[] Expression, Rx? Rx);
}
