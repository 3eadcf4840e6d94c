using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Breakwater.Matching;

/// <summary>
/// Finds one literal, as it is or without regard to ASCII case. Immutable. Linear in the input whatever input and literal are.
/// </summary>
/// <remarks>
/// Looks, 16 or 32 places at once, for the two rarest bytes of the literal at their distance, and compares in full where both are. An
/// input made of near matches would make that quadratic: once the comparisons have cost more than the input is long, the rest is
/// searched by the method of Knuth, Morris and Pratt.
/// </remarks>
public sealed class LiteralFinder
{
    private readonly byte[] _literal;
    private readonly bool _ignoreCase;
    private readonly int[] _borders;

    // The rarest byte and the second rarest, their places in the literal, and the bit to set before comparing (0x20 for a letter
    // whose case does not matter).
    private readonly int _place0, _place1;
    private readonly byte _byte0, _byte1, _case0, _case1;

    /// <param name="literal">One byte or more.</param>
    /// <param name="ignoreCase">Whether ASCII letters of different case are the same.</param>
    /// <exception cref="ArgumentException">The literal is empty.</exception>
    public LiteralFinder(ReadOnlySpan<byte> literal, bool ignoreCase)
    {
        if (literal.IsEmpty)
        {
            throw new ArgumentException("An empty literal is everywhere.", nameof(literal));
        }

        _ignoreCase = ignoreCase;
        _literal = ignoreCase ? AsciiFold.ToLower(literal) : literal.ToArray();
        _borders = Borders(_literal);
        (_place0, _place1) = RarestPlaces(_literal);
        (_byte0, _byte1) = (_literal[_place0], _literal[_place1]);
        _case0 = (byte)(ignoreCase && AsciiFold.IsLetter(_byte0) ? 0x20 : 0);
        _case1 = (byte)(ignoreCase && AsciiFold.IsLetter(_byte1) ? 0x20 : 0);
    }

    /// <summary>How long the literal is.</summary>
    public int Length => _literal.Length;

    /// <summary>Whether the literal occurs.</summary>
    public bool IsIn(ReadOnlySpan<byte> input) => IndexOf(input) >= 0;

    /// <summary>Where the literal occurs first, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> input)
    {
        int last = input.Length - _literal.Length;
        if (last < 0)
        {
            return -1;
        }

        int credit = input.Length + 256;
        if (Vector256.IsHardwareAccelerated && last >= 31)
        {
            return Search256(input, last, credit);
        }

        if (Vector128.IsHardwareAccelerated && last >= 15)
        {
            return Search128(input, last, credit);
        }

        for (int at = 0; at <= last; at++)
        {
            if ((input[at + _place0] | _case0) == _byte0 && (input[at + _place1] | _case1) == _byte1)
            {
                credit -= _literal.Length;
                if (credit < 0)
                {
                    return SearchByBorders(input, at);
                }

                if (Same(input.Slice(at, _literal.Length)))
                {
                    return at;
                }
            }
        }

        return -1;
    }

    private int Search256(ReadOnlySpan<byte> input, int last, int credit)
    {
        Vector256<byte> byte0 = Vector256.Create(_byte0), byte1 = Vector256.Create(_byte1);
        Vector256<byte> case0 = Vector256.Create(_case0), case1 = Vector256.Create(_case1);
        for (int at = 0; ;)
        {
            // As far as a literal reaches that begins at the last of the places; both bytes are less than a literal away from its start.
            ref byte here = ref MemoryMarshal.GetReference(input.Slice(at, 32 + _literal.Length - 1));
            uint places = (Vector256.Equals(Vector256.LoadUnsafe(ref here, (nuint)_place0) | case0, byte0)
                & Vector256.Equals(Vector256.LoadUnsafe(ref here, (nuint)_place1) | case1, byte1)).ExtractMostSignificantBits();
            if (places != 0 && Verify(input, at, places, ref credit) is not -1 and var found)
            {
                return found < -1 ? SearchByBorders(input, ~found - 1) : found;
            }

            if (at >= last - 31)
            {
                return -1;
            }

            // The last step overlaps the one before it.
            at = Math.Min(at + 32, last - 31);
        }
    }

    private int Search128(ReadOnlySpan<byte> input, int last, int credit)
    {
        Vector128<byte> byte0 = Vector128.Create(_byte0), byte1 = Vector128.Create(_byte1);
        Vector128<byte> case0 = Vector128.Create(_case0), case1 = Vector128.Create(_case1);
        for (int at = 0; ;)
        {
            // As far as a literal reaches that begins at the last of the places; both bytes are less than a literal away from its start.
            ref byte here = ref MemoryMarshal.GetReference(input.Slice(at, 16 + _literal.Length - 1));
            uint places = (Vector128.Equals(Vector128.LoadUnsafe(ref here, (nuint)_place0) | case0, byte0)
                & Vector128.Equals(Vector128.LoadUnsafe(ref here, (nuint)_place1) | case1, byte1)).ExtractMostSignificantBits();
            if (places != 0 && Verify(input, at, places, ref credit) is not -1 and var found)
            {
                return found < -1 ? SearchByBorders(input, ~found - 1) : found;
            }

            if (at >= last - 15)
            {
                return -1;
            }

            at = Math.Min(at + 16, last - 15);
        }
    }

    /// <summary>The first true place, or -1; or, when the credit is used up, the complement of the place from which to go on, plus one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Verify(ReadOnlySpan<byte> input, int at, uint places, ref int credit)
    {
        for (; places != 0; places &= places - 1)
        {
            int place = at + BitOperations.TrailingZeroCount(places);
            credit -= _literal.Length;
            if (credit < 0)
            {
                return ~(place + 1);
            }

            if (Same(input.Slice(place, _literal.Length)))
            {
                return place;
            }
        }

        return -1;
    }

    private bool Same(ReadOnlySpan<byte> text) =>
        _ignoreCase ? AsciiFold.EqualsFolded(text, _literal) : text.SequenceEqual(_literal);

    private int SearchByBorders(ReadOnlySpan<byte> input, int from)
    {
        int matched = 0;
        for (int at = from; at < input.Length; at++)
        {
            byte value = _ignoreCase ? AsciiFold.Lower(input[at]) : input[at];
            while (matched > 0 && _literal[matched] != value)
            {
                matched = _borders[matched - 1];
            }

            if (_literal[matched] == value && ++matched == _literal.Length)
            {
                return at + 1 - matched;
            }
        }

        return -1;
    }

    /// <summary>For each prefix of the literal, the length of the longest proper prefix that is its suffix too.</summary>
    private static int[] Borders(byte[] literal)
    {
        int[] borders = new int[literal.Length];
        for (int i = 1, border = 0; i < literal.Length; i++)
        {
            while (border > 0 && literal[border] != literal[i])
            {
                border = borders[border - 1];
            }

            border += literal[border] == literal[i] ? 1 : 0;
            borders[i] = border;
        }

        return borders;
    }

    private static (int Place0, int Place1) RarestPlaces(byte[] literal)
    {
        int best = 0;
        for (int i = 1; i < literal.Length; i++)
        {
            best = ByteRarity.Of(literal[i]) < ByteRarity.Of(literal[best]) ? i : best;
        }

        int second = best == 0 ? literal.Length - 1 : 0;
        for (int i = 0; i < literal.Length; i++)
        {
            // A second look at the same byte value says less than one at another.
            if (i != best && literal[i] != literal[best]
                && (literal[second] == literal[best] || ByteRarity.Of(literal[i]) < ByteRarity.Of(literal[second])))
            {
                second = i;
            }
        }

        return (best, second);
    }
}
