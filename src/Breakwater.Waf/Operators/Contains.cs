namespace Breakwater.Waf.Operators;

/// <summary><c>@contains</c> and <c>@strmatch</c>: the argument is somewhere in the value; an empty one always is.</summary>
public sealed class Contains : Operator
{
    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => value.IndexOf(argument) >= 0;
}
