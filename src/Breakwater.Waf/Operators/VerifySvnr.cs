using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary><c>@verifySVNR</c>: the value holds an Austrian social security number: ten digits, the fourth of which checks the others.</summary>
public sealed class VerifySvnr : VerifyNumber
{
    private static readonly int[] Weights = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];

    internal VerifySvnr(ByteRegex candidates)
        : base(candidates)
    {
    }

    private protected override bool IsNumber(ReadOnlySpan<byte> text)
    {
        Span<int> digits = stackalloc int[10];
        if (Digits(text, digits) < 10 || AreSame(digits) || AreAscending(digits)) return false;
        if (AreAscending(digits[..9]) && digits[0] == 1 && digits[9] == 0) return false;
        int sum = 0;
        for (int i = 0; i < 10; i++) sum += digits[i] * Weights[i];
        return sum % 11 % 10 == digits[3];
    }
}
