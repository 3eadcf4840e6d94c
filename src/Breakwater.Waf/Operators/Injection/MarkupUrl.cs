namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// Whether a URL in an attribute begins with a scheme that runs what it says. Character references are resolved; blanks, control characters
/// and bytes beyond ASCII before it do not count, nor do NULs and line feeds within it. Linear, stateless.
/// </summary>
internal static class MarkupUrl
{
    private const int LongestScheme = 11;
    private const int MostReference = 0x10_00FF;

    public static bool RunsScript(ReadOnlySpan<byte> url)
    {
        while (!url.IsEmpty && url[0] is <= (byte)' ' or >= 0x7F) url = url[1..];
        Span<byte> start = stackalloc byte[LongestScheme];
        int length = 0;
        while (!url.IsEmpty && length < start.Length)
        {
            int character = Character(url, out int read);
            url = url[read..];
            if (length == 0 ? character <= ' ' : character is 0 or '\n') continue;
            // As observed, only the character's lowest byte is looked at.
            start[length++] = (byte)(character is >= 'a' and <= 'z' ? character ^ 0x20 : character);
        }

        foreach (byte[] scheme in MarkupNames.Schemes)
        {
            if (start[..length].StartsWith(scheme)) return true;
        }

        return false;
    }

    /// <summary>The first character: a numeric reference resolved, any other byte as it is. A reference that is none, or too large, is an ampersand.</summary>
    private static int Character(ReadOnlySpan<byte> text, out int read)
    {
        read = 1;
        if (!text.StartsWith("&#"u8)) return text[0];
        bool isHex = text.Length > 2 && (text[2] | 0x20) == 'x';
        int first = isHex ? 3 : 2;
        int value = 0;
        int at = first;
        for (; at < text.Length; at++)
        {
            int digit = Digit(text[at], isHex);
            if (digit < 0) break;
            value = (value * (isHex ? 16 : 10)) + digit;
            if (value > MostReference) return '&';
        }

        if (at == first) return '&';
        read = at < text.Length && text[at] == ';' ? at + 1 : at;
        return value;
    }

    private static int Digit(byte b, bool isHex)
    {
        if (char.IsAsciiDigit((char)b)) return b - '0';
        return isHex && char.IsAsciiHexDigit((char)b) ? (b | 0x20) - 'a' + 10 : -1;
    }
}
