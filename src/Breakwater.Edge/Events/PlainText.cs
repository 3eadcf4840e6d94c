using System.Buffers;
using System.Text;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Events;

/// <summary>
/// Text from strangers for people: what would move a terminal's cursor, turn the direction of writing, or is no UTF-8, is written as
/// <c>\xHH</c>, byte by byte. Quotes stay: whoever puts it into JSON escapes them there.
/// </summary>
internal readonly struct PlainText : ILogText
{
    /// <summary>A byte becomes so many at most.</summary>
    public const int Growth = 4;

    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value)]);

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CutMark => "\u2026"u8;

    /// <inheritdoc/>
    public static void Append(ref LineBuilder line, scoped ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                line.Append(text);
                return;
            }

            line.Append(text[..plain]);
            text = text[plain..];
            bool isCharacter = Rune.DecodeFromUtf8(text, out Rune rune, out int length) == OperationStatus.Done;
            if (isCharacter && !IsUnsafe(rune))
            {
                line.Append(text[..length]);
            }
            else
            {
                length = isCharacter ? length : 1;
                foreach (byte one in text[..length])
                {
                    line.Append([(byte)'\\', (byte)'x', Digit(one >> 4), Digit(one & 15)]);
                }
            }

            text = text[length..];
        }

        static byte Digit(int value) => "0123456789abcdef"u8[value];
    }

    /// <summary>A text of at most so many bytes.</summary>
    public static string Of(ReadOnlySpan<byte> text, int max)
    {
        byte[] room = ArrayPool<byte>.Shared.Rent((Math.Min(text.Length, max) * Growth) + 8);
        LineBuilder line = new(room);
        LogText<PlainText>.AppendCut(ref line, text, max);
        string result = Encoding.UTF8.GetString(room.AsSpan(0, line.Length));
        ArrayPool<byte>.Shared.Return(room);
        return result;
    }

    /// <summary>A URL of at most so many bytes, without secrets.</summary>
    public static string OfUrl(ReadOnlySpan<byte> url, SecretNames secrets, int max)
    {
        // An argument takes two bytes at least and may become REDACTED.
        byte[] room = ArrayPool<byte>.Shared.Rent((Math.Min(url.Length, max) * 10) + 8);
        LineBuilder line = new(room);
        LogText<PlainText>.AppendUrl(ref line, url, secrets, max);
        string result = Encoding.UTF8.GetString(room.AsSpan(0, line.Length));
        ArrayPool<byte>.Shared.Return(room);
        return result;
    }

    private static bool IsUnsafe(Rune rune) =>
        Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
