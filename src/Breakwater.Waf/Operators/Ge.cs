namespace Breakwater.Waf.Operators;

/// <summary><c>@ge</c>: the value, a whole number, is at least the argument. Numbers as <see cref="WholeNumber"/> reads them.</summary>
public sealed class Ge : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => WholeNumber.Of(value) >= WholeNumber.Of(argument);
}
