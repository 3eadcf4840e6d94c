namespace Breakwater.Waf.Operators;

/// <summary><c>@lt</c>: the value, a whole number, is less than the argument. Numbers as <see cref="WholeNumber"/> reads them.</summary>
public sealed class Lt : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => WholeNumber.Of(value) < WholeNumber.Of(argument);
}
