namespace Breakwater.Waf.Operators;

/// <summary><c>@unconditionalMatch</c>: holds always.</summary>
public sealed class UnconditionalMatch : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => true;
}
