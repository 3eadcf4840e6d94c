namespace Breakwater.Matching;

/// <summary>Reading and writing addresses as text: RFC 4291 §2.2 and RFC 5952 for IPv6, plain dotted decimal for IPv4. Stateless.</summary>
internal static class IpText
{
    private const int Groups = 8;

    public static bool TryParseV4(ReadOnlySpan<byte> text, out uint bits)
    {
        bits = 0;
        int at = 0;
        for (int part = 0; part < 4; part++)
        {
            if (part > 0 && (at == text.Length || text[at++] != '.'))
            {
                return false;
            }

            int start = at;
            uint number = 0;
            while (at < text.Length && at - start < 3 && (uint)(text[at] - '0') <= 9)
            {
                number = (number * 10) + (uint)(text[at++] - '0');
            }

            // "010" is eight to some parsers and ten to others: nobody may rely on either.
            if (at == start || number > 255 || (text[start] == '0' && at - start > 1))
            {
                return false;
            }

            bits = (bits << 8) | number;
        }

        return at == text.Length;
    }

    public static bool TryParseV6(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        bits = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        int count = 0, gap = -1, at = 0;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            at = 2;
        }

        // A group, then a colon before the next one; "::" stands for one or more groups of zeros, once.
        while (at < text.Length)
        {
            if (count == Groups)
            {
                return false;
            }

            int start = at, number = 0;
            while (at < text.Length && at - start < 4 && HexValue(text[at]) is >= 0 and var digit)
            {
                number = (number << 4) | digit;
                at++;
            }

            if (at == start)
            {
                return false;
            }

            if (at < text.Length && text[at] == '.')
            {
                if (count > Groups - 2 || !TryParseV4(text[start..], out uint tail))
                {
                    return false;
                }

                groups[count++] = (ushort)(tail >> 16);
                groups[count++] = (ushort)tail;
                at = text.Length;
                break;
            }

            groups[count++] = (ushort)number;
            if (at == text.Length)
            {
                break;
            }

            if (text[at++] != ':' || at == text.Length)
            {
                return false;
            }

            if (text[at] == ':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = count;
                at++;
            }
        }

        if (gap < 0 ? count != Groups : count == Groups)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            int place = gap >= 0 && i >= gap ? Groups - count + i : i;
            bits |= (UInt128)groups[i] << (16 * (Groups - 1 - place));
        }

        return true;
    }

    public static int FormatV4(uint bits, Span<byte> destination)
    {
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            uint number = (bits >> shift) & 0xFF;
            if (number >= 100)
            {
                destination[at++] = (byte)('0' + (number / 100));
            }

            if (number >= 10)
            {
                destination[at++] = (byte)('0' + (number / 10 % 10));
            }

            destination[at++] = (byte)('0' + (number % 10));
            if (shift > 0)
            {
                destination[at++] = (byte)'.';
            }
        }

        return at;
    }

    /// <summary>RFC 5952: the first of the longest runs of two or more zero groups is shortened; a mapped IPv4 address is dotted.</summary>
    public static int FormatV6(UInt128 bits, Span<byte> destination)
    {
        if (bits >> 32 == 0xFFFF)
        {
            "::ffff:"u8.CopyTo(destination);
            return 7 + FormatV4((uint)bits, destination[7..]);
        }

        (int gap, int gapLength) = LongestZeroRun(bits);
        int at = 0;
        for (int i = 0; i < Groups; i++)
        {
            if (i == gap)
            {
                destination[at++] = (byte)':';
                destination[at++] = (byte)':';
                i += gapLength - 1;
                continue;
            }

            if (i > 0 && i != gap + gapLength)
            {
                destination[at++] = (byte)':';
            }

            uint group = Group(bits, i);
            for (int shift = group == 0 ? 0 : 12 - (System.Numerics.BitOperations.LeadingZeroCount(group << 16) & ~3); shift >= 0; shift -= 4)
            {
                destination[at++] = "0123456789abcdef"u8[(int)((group >> shift) & 15)];
            }
        }

        return at;
    }

    private static (int Start, int Length) LongestZeroRun(UInt128 bits)
    {
        (int Start, int Length) best = (-2, 1);
        for (int i = 0; i < Groups; i++)
        {
            int start = i;
            while (i < Groups && Group(bits, i) == 0)
            {
                i++;
            }

            if (i - start > best.Length)
            {
                best = (start, i - start);
            }
        }

        return best.Start < 0 ? (-2, 0) : best;
    }

    private static uint Group(UInt128 bits, int index) => (ushort)(bits >> (16 * (Groups - 1 - index)));

    private static int HexValue(byte value)
    {
        uint digit = (uint)(value - '0');
        if (digit <= 9)
        {
            return (int)digit;
        }

        uint letter = (uint)((value | 0x20) - 'a');
        return letter <= 5 ? (int)letter + 10 : -1;
    }
}
