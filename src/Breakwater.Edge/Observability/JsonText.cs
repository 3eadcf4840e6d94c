using System.Buffers;
using System.Text;

namespace Breakwater.Edge.Observability;

/// <summary>
/// Text from strangers inside a JSON string (RFC 8259 §7). Nothing in it ends the string, the line, or anything behind the log: quotes,
/// backslashes and control characters are escaped, and so is what some readers take for a line's end (U+0085, U+2028, U+2029) or a
/// terminal for a command (U+0080 to U+009F), and what turns the direction of writing. Bytes that are no UTF-8 become <c>\u00XX</c>.
/// </summary>
internal readonly struct JsonText : ILogText
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value).Where(value => value is not ((byte)'"' or (byte)'\\'))]);

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CutMark => "\u2026"u8;

    /// <summary>Writes the text without quotes around it. Linear in its length.</summary>
    public static void Append(ref LineBuilder line, scoped ReadOnlySpan<byte> text)
    {
        while (true)
        {
            int plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                line.Append(text);
                return;
            }

            line.Append(text[..plain]);
            text = text[plain..];
            text = text[AppendOther(ref line, text)..];
        }
    }

    /// <summary>Writes what is not plain at the start of the text, and says how many bytes that was.</summary>
    private static int AppendOther(ref LineBuilder line, scoped ReadOnlySpan<byte> text)
    {
        byte first = text[0];
        if (first is (byte)'"' or (byte)'\\')
        {
            line.Append([(byte)'\\', first]);
            return 1;
        }

        if (Rune.DecodeFromUtf8(text, out Rune rune, out int length) != OperationStatus.Done)
        {
            AppendEscape(ref line, first);
            return 1;
        }

        if (IsUnsafe(rune.Value))
        {
            AppendEscape(ref line, rune.Value);
        }
        else
        {
            line.Append(text[..length]);
        }

        return length;
    }

    /// <summary>Control characters, separators of lines, marks of direction. All are in the first plane.</summary>
    private static bool IsUnsafe(int value) =>
        value is < 0x20 or (>= 0x7F and < 0xA0) or (>= 0x200E and <= 0x200F) or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069)
            or 0x061C or 0xFEFF;

    private static void AppendEscape(ref LineBuilder line, int value)
    {
        ReadOnlySpan<byte> hex = "0123456789abcdef"u8;
        line.Append([(byte)'\\', (byte)'u', hex[value >> 12], hex[value >> 8 & 15], hex[value >> 4 & 15], hex[value & 15]]);
    }
}
