namespace Breakwater.Waf.Operators;

/// <summary><c>@eq</c>: the value, a whole number, is equal to the argument. Numbers as <see cref="WholeNumber"/> reads them.</summary>
public sealed class Eq : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => WholeNumber.Of(value) == WholeNumber.Of(argument);
}
