namespace Breakwater.Waf.Operators;

/// <summary><c>@beginsWith</c>: the value starts with the argument.</summary>
public sealed class BeginsWith : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => value.StartsWith(argument);
}
