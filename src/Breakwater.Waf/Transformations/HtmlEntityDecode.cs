namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>htmlEntityDecode</c>: character references of HTML: <c>&amp;#NNN;</c> and <c>&amp;#xHH;</c>, of which the low byte counts, and
/// <c>quot amp lt gt nbsp</c> in any case; the semicolon may be missing. Every other name stays as it is.
/// </summary>
internal static class HtmlEntityDecode
{
    private const byte NoBreakSpace = 0xA0;

    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            if (input[at] != '&')
            {
                int reference = input[at..].IndexOf((byte)'&');
                int plain = reference < 0 ? input.Length - at : reference;
                input.Slice(at, plain).CopyTo(output[written..]);
                written += plain;
                at += plain;
                if (at == input.Length) break;
            }

            int length = Reference(input[(at + 1)..], out byte character);
            if (length == 0)
            {
                output[written++] = input[at++];
                continue;
            }

            output[written++] = character;
            at += 1 + length;
            if (at < input.Length && input[at] == ';') at++;
        }

        return written;
    }

    /// <summary>The length of a reference after its ampersand and without its semicolon, or 0 where there is none.</summary>
    private static int Reference(ReadOnlySpan<byte> text, out byte character)
    {
        character = 0;
        if (text.IsEmpty) return 0;
        if (text[0] != '#') return Name(text, out character);
        bool hex = text.Length > 1 && (text[1] | 0x20) == 'x';
        int start = hex ? 2 : 1;
        int digits = 0;
        ulong value = 0;
        while (start + digits < text.Length)
        {
            byte b = text[start + digits];
            if (hex ? !Hex.IsDigit(b) : !char.IsAsciiDigit((char)b)) break;
            uint digit = hex ? Hex.Byte((byte)'0', b) : (uint)(b - '0');
            // A number beyond 63 bits counts as the largest one, as strtol has it.
            value = value > ((ulong)long.MaxValue - digit) / (hex ? 16u : 10u) ? long.MaxValue : (value * (hex ? 16u : 10u)) + digit;
            digits++;
        }

        character = (byte)value;
        return digits == 0 ? 0 : start + digits;
    }

    private static int Name(ReadOnlySpan<byte> text, out byte character)
    {
        character = 0;
        if (!char.IsAsciiLetter((char)text[0])) return 0;
        int length = 1;
        while (length < text.Length && char.IsAsciiLetterOrDigit((char)text[length])) length++;
        ReadOnlySpan<byte> name = text[..length];
        character = length switch
        {
            2 when Is(name, "lt"u8) => (byte)'<',
            2 when Is(name, "gt"u8) => (byte)'>',
            3 when Is(name, "amp"u8) => (byte)'&',
            4 when Is(name, "quot"u8) => (byte)'"',
            4 when Is(name, "nbsp"u8) => NoBreakSpace,
            _ => 0,
        };
        return character == 0 ? 0 : length;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> small)
    {
        for (int i = 0; i < small.Length; i++)
        {
            if (Lowercase.Of(name[i]) != small[i]) return false;
        }

        return true;
    }
}
