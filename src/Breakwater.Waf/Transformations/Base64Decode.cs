namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>base64Decode</c>: RFC 4648 §4 with line ends allowed; all or nothing. A character that does not belong, data after padding, or a
/// blank inside a line gives an empty value. A NUL ends the text; a last group that is not complete is dropped.
/// </summary>
internal static class Base64Decode
{
    private const byte Pad = 64;
    private const byte Invalid = 127;

    /// <summary>The value of each character: 0 to 63, <see cref="Pad"/>, or <see cref="Invalid"/>.</summary>
    internal static ReadOnlySpan<byte> Values => Table;

    private static readonly byte[] Table = MakeTable();

    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int end = input.IndexOf((byte)0);
        if (end >= 0) input = input[..end];

        int written = 0, pads = 0, group = 0;
        uint bits = 0;
        for (int i = 0; i < input.Length; i++)
        {
            // Most of a text that can be decoded is whole groups.
            while (group == 0 && pads == 0 && i + 4 <= input.Length)
            {
                uint first = Table[input[i]], second = Table[input[i + 1]], third = Table[input[i + 2]], fourth = Table[input[i + 3]];
                if ((first | second | third | fourth) >= Pad) break;
                bits = (first << 18) | (second << 12) | (third << 6) | fourth;
                output[written + 2] = (byte)bits;
                output[written + 1] = (byte)(bits >> 8);
                output[written] = (byte)(bits >> 16);
                written += 3;
                i += 4;
            }

            if (i == input.Length) break;
            int blanks = i;
            while (i < input.Length && input[i] == ' ') i++;
            if (i == input.Length) break;
            if (input[i] == '\n' || (input[i] == '\r' && i + 1 < input.Length && input[i + 1] == '\n')) continue;

            byte value = Table[input[i]];
            if (i != blanks || value == Invalid || (value == Pad && ++pads > 2) || (value < Pad && pads > 0)) return 0;
            bits = (bits << 6) | (value & 63u);
            if (++group < 4) continue;
            group = 0;
            output[written++] = (byte)(bits >> 16);
            if (pads < 2) output[written++] = (byte)(bits >> 8);
            if (pads < 1) output[written++] = (byte)bits;
        }

        return written;
    }

    private static byte[] MakeTable()
    {
        byte[] table = new byte[256];
        table.AsSpan().Fill(Invalid);
        ReadOnlySpan<byte> alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8;
        for (int i = 0; i < alphabet.Length; i++) table[alphabet[i]] = (byte)i;
        return table;
    }
}
