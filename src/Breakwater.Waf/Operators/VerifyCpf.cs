using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary><c>@verifyCPF</c>: the value holds a Brazilian tax number: eleven digits, the last two of which check the others.</summary>
public sealed class VerifyCpf : VerifyNumber
{
    internal VerifyCpf(ByteRegex candidates)
        : base(candidates)
    {
    }

    private protected override bool IsNumber(ReadOnlySpan<byte> text)
    {
        Span<int> digits = stackalloc int[11];
        if (Digits(text, digits) < 11 || AreSame(digits)) return false;
        if (digits[0] == 0 && AreAscending(digits[..10]) && digits[10] == 0) return false;
        return Check(digits[..9]) == digits[9] && Check(digits[..10]) == digits[10];
    }

    private static int Check(ReadOnlySpan<int> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++) sum += digits[i] * (digits.Length + 1 - i);
        int rest = sum % 11;
        return rest < 2 ? 0 : 11 - rest;
    }
}
