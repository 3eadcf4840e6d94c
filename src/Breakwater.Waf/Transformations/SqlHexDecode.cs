namespace Breakwater.Waf.Transformations;

/// <summary><c>sqlHexDecode</c>: hexadecimal literals of SQL, <c>0x6162</c>, become their bytes; a last single digit stays.</summary>
internal static class SqlHexDecode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            if (input[at] != '0' || at + 3 >= input.Length || (input[at + 1] | 0x20) != 'x' || !Hex.AreDigits(input, at + 2, 2))
            {
                output[written++] = input[at++];
                continue;
            }

            for (at += 2; Hex.AreDigits(input, at, 2); at += 2) output[written++] = Hex.Byte(input, at);
        }

        return written;
    }
}
