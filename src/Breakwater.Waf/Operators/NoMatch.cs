namespace Breakwater.Waf.Operators;

/// <summary><c>@noMatch</c>: holds never.</summary>
public sealed class NoMatch : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => false;
}
