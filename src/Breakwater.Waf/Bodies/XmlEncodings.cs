using System.Text;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// The encodings of XML documents (XML 1.0 §4.3.3). UTF-16 is brought into UTF-8; those that agree with ASCII are read as bytes; in any other
/// an attack would look like noise, so it is refused. Stateless.
/// </summary>
internal static class XmlEncodings
{
    private const int LongestDeclaration = 256;

    /// <summary>Writes UTF-16 as UTF-8; what is no character becomes U+FFFD.</summary>
    public static int FromUtf16(ReadOnlySpan<byte> text, bool bigEndian, Span<byte> utf8)
    {
        int written = 0;
        for (int at = 0; at + 1 < text.Length; at += 2)
        {
            int unit = Unit(text, at, bigEndian);
            if (at == 0 && unit == 0xFEFF) continue;
            if (char.IsHighSurrogate((char)unit) && at + 3 < text.Length && char.IsLowSurrogate((char)Unit(text, at + 2, bigEndian)))
            {
                unit = char.ConvertToUtf32((char)unit, (char)Unit(text, at + 2, bigEndian));
                at += 2;
            }

            written += (Rune.TryCreate(unit, out Rune rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(utf8[written..]);
        }

        return written;
    }

    /// <summary>Whether the encoding that a document declares agrees with ASCII.</summary>
    public static bool CanInspect(ReadOnlySpan<byte> text)
    {
        // Documents in EBCDIC or UTF-32 cannot start with these bytes.
        if (text is [0, 0, ..] or [0x4C, 0x6F, 0xA7, ..]) return false;
        if (!text.StartsWith("<?xml"u8)) return true;
        ReadOnlySpan<byte> head = text[..Math.Min(text.Length, LongestDeclaration)];
        int end = head.IndexOf("?>"u8);
        if (end < 0) return false;
        int at = head[..end].IndexOf("encoding"u8);
        if (at < 0) return true;
        ReadOnlySpan<byte> value = head[(at + 8)..end];
        int open = value.IndexOfAny((byte)'"', (byte)'\'');
        if (open < 0) return false;
        int length = value[(open + 1)..].IndexOf(value[open]);
        return length >= 0 && AgreesWithAscii(value.Slice(open + 1, length));
    }

    private static bool AgreesWithAscii(ReadOnlySpan<byte> name) =>
        Is(name, "utf-8"u8) || Is(name, "utf8"u8) || Is(name, "us-ascii"u8) || Is(name, "ascii"u8)
        || (name.Length is > 9 and <= 11 && Is(name[..9], "iso-8859-"u8)) || (name.Length == 12 && Is(name[..11], "windows-125"u8));

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name, expected);

    private static int Unit(ReadOnlySpan<byte> text, int at, bool bigEndian) =>
        bigEndian ? (text[at] << 8) | text[at + 1] : (text[at + 1] << 8) | text[at];
}
