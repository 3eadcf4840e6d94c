namespace Breakwater.Waf.Operators;

/// <summary><c>@endsWith</c>: the value ends with the argument.</summary>
public sealed class EndsWith : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => value.EndsWith(argument);
}
