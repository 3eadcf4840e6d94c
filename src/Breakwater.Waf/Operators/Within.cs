namespace Breakwater.Waf.Operators;

/// <summary><c>@within</c>: the value is somewhere in the argument; an empty value always is.</summary>
public sealed class Within : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => argument.IndexOf(value) >= 0;
}
