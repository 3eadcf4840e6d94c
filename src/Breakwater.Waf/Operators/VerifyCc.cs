using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary><c>@verifyCC</c>: the value holds the number of a payment card (ISO/IEC 7812-1, annex B).</summary>
public sealed class VerifyCc : VerifyNumber
{
    internal VerifyCc(ByteRegex candidates)
        : base(candidates)
    {
    }

    private protected override bool IsNumber(ReadOnlySpan<byte> text)
    {
        int sum = 0;
        int count = 0;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit((char)text[i])) continue;
            int digit = text[i] - '0';
            if ((count++ & 1) == 1) digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum = (sum + digit) % 10;
        }

        return count > 0 && sum == 0;
    }
}
