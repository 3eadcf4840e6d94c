namespace Breakwater.Waf.Operators;

/// <summary><c>@le</c>: the value, a whole number, is at most the argument. Numbers as <see cref="WholeNumber"/> reads them.</summary>
public sealed class Le : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => WholeNumber.Of(value) <= WholeNumber.Of(argument);
}
