using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@verifySSN</c>: the value holds a United States social security number: nine digits in three fields none of which is zero, the first
/// below 740 and not 666, and not all the same or in order.
/// </summary>
public sealed class VerifySsn : VerifyNumber
{
    internal VerifySsn(ByteRegex candidates)
        : base(candidates)
    {
    }

    private protected override bool IsNumber(ReadOnlySpan<byte> text)
    {
        Span<int> digits = stackalloc int[9];
        if (Digits(text, digits) != 9 || AreSame(digits) || AreAscending(digits)) return false;
        int area = (digits[0] * 100) + (digits[1] * 10) + digits[2];
        bool group = digits[3] + digits[4] > 0;
        bool serial = digits[5] + digits[6] + digits[7] + digits[8] > 0;
        return area is > 0 and < 740 and not 666 && group && serial;
    }
}
