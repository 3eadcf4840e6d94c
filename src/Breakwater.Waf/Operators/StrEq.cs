namespace Breakwater.Waf.Operators;

/// <summary><c>@streq</c>: the value is the argument, byte for byte.</summary>
public sealed class StrEq : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => value.SequenceEqual(argument);
}
