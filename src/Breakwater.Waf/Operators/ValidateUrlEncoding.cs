using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Operators;

/// <summary><c>@validateUrlEncoding</c>: the value has a <c>%</c> without two hexadecimal digits after it.</summary>
public sealed class ValidateUrlEncoding : Operator
{
    internal override MatchNeeds Needs { get; } = new() { MinLength = 1, OneOfEach = ["%"u8.ToArray()] };

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument)
    {
        int at = 0;
        while (value[at..].IndexOf((byte)'%') is >= 0 and int next)
        {
            at += next + 1;
            if (!Hex.AreDigits(value, at, 2)) return true;
        }

        return false;
    }
}
