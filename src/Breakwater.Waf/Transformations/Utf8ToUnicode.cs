namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>utf8toUnicode</c>: sequences of UTF-8 become <c>%uhhhh</c>, with five or six digits beyond the first plane. As in ModSecurity, an
/// overlong form or a surrogate is written too, followed by its first byte; a first byte without its sequence goes, and so do NULs; a byte
/// that can start nothing stays.
/// </summary>
internal static class Utf8ToUnicode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            byte b = input[at];
            int length = b switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, < 0xF8 => 4, _ => 1 };
            if (length == 1)
            {
                if (b != 0) output[written++] = b;
                at++;
                continue;
            }

            // No sequence of UTF-8 starts with F5 or more; ModSecurity keeps the byte and goes on as if one did.
            if (b >= 0xF5) output[written++] = b;
            if (!IsSequence(input, at, length))
            {
                at++;
                continue;
            }

            int code = Code(input.Slice(at, length));
            Write(code, output, ref written);
            bool overlong = code < (length switch { 2 => 0x80, 3 => 0x800, _ => 0x10000 });
            if (overlong || code is >= 0xD800 and <= 0xDFFF) output[written++] = b;
            // A surrogate in an overlong form has its first byte twice.
            if (overlong && code is >= 0xD800 and <= 0xDFFF) output[written++] = b;
            at += length;
        }

        return written;
    }

    private static bool IsSequence(ReadOnlySpan<byte> input, int at, int length)
    {
        if (at + length > input.Length) return false;
        for (int i = 1; i < length; i++)
        {
            if ((input[at + i] & 0xC0) != 0x80) return false;
        }

        return true;
    }

    private static int Code(ReadOnlySpan<byte> sequence)
    {
        int code = sequence[0] & (0x7F >> sequence.Length);
        foreach (byte b in sequence[1..]) code = (code << 6) | (b & 0x3F);
        return code;
    }

    private static void Write(int code, Span<byte> output, ref int written)
    {
        output[written++] = (byte)'%';
        output[written++] = (byte)'u';
        int digits = code < 0x10000 ? 4 : code < 0x100000 ? 5 : 6;
        for (int i = digits - 1; i >= 0; i--) output[written++] = Hex.Digits[(code >> (4 * i)) & 15];
    }
}
