namespace Breakwater.Waf.Operators;

/// <summary><c>@gt</c>: the value, a whole number, is greater than the argument. Numbers as <see cref="WholeNumber"/> reads them.</summary>
public sealed class Gt : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => WholeNumber.Of(value) > WholeNumber.Of(argument);
}
