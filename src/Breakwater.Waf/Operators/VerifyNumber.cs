using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// What <c>@verifyCC</c> and its like have in common: an expression finds what may be a number, and its check digits say whether it is one.
/// Where a candidate fails, the next is looked for from its second byte on, as one number may hide behind another digit; so much text is
/// read again, at most, as keeps the whole linear.
/// </summary>
public abstract class VerifyNumber : Operator
{
    private const int RereadPerByte = 16;

    private readonly ByteRegex _candidates;

    private protected VerifyNumber(ByteRegex candidates) => _candidates = candidates;

    internal override MatchNeeds Needs => MatchNeeds.Of(_candidates.Required);

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => TryMatch(value, argument, default, out _);

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        long budget = (long)RereadPerByte * value.Length;
        int at = 0;
        while (at < value.Length && _candidates.TryFind(value, at, out ByteRange candidate))
        {
            if (IsNumber(candidate.Of(value)))
            {
                if (!groups.IsEmpty) groups[count++] = candidate;
                return true;
            }

            budget -= candidate.Length + 1;
            at = budget > 0 ? candidate.Start + 1 : Math.Max(candidate.End, candidate.Start + 1);
        }

        return false;
    }

    /// <summary>Whether the digits of a text are a number of this kind.</summary>
    private protected abstract bool IsNumber(ReadOnlySpan<byte> text);

    /// <summary>Takes the digits out of a text; their number, which may be more than fit.</summary>
    private protected static int Digits(ReadOnlySpan<byte> text, Span<int> digits)
    {
        int count = 0;
        foreach (byte b in text)
        {
            if (!char.IsAsciiDigit((char)b)) continue;
            if (count < digits.Length) digits[count] = b - '0';
            count++;
        }

        return count;
    }

    /// <summary>Whether all digits are the same, which no real number is.</summary>
    private protected static bool AreSame(ReadOnlySpan<int> digits) => digits.IndexOfAnyExcept(digits[0]) < 0;

    /// <summary>Whether each digit is one more than the one before.</summary>
    private protected static bool AreAscending(ReadOnlySpan<int> digits)
    {
        for (int i = 1; i < digits.Length; i++)
        {
            if (digits[i] != digits[i - 1] + 1) return false;
        }

        return true;
    }
}
