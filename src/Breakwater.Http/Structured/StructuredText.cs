using System.Globalization;
using System.Text;

namespace Breakwater.Http;

/// <summary>The text forms of structured fields: keys, tokens, and how strings are quoted (RFC 9651 §3.3, §4.1).</summary>
internal static class StructuredText
{
    /// <summary>UTF-8 that refuses what is not Unicode, with an <see cref="ArgumentException"/>.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsKeyStart(int value) => value is (>= 'a' and <= 'z') or '*';

    public static bool IsKeyByte(int value) => IsKeyStart(value) || value is (>= '0' and <= '9') or '_' or '-' or '.';

    public static bool IsTokenStart(int value) => value is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '*';

    public static bool IsTokenByte(int value) => value is ':' or '/' || (value is >= 0 and < 0x80 && Octets.IsTokenByte((byte)value));

    public static bool IsToken(string text) => text.Length > 0 && IsTokenStart(text[0]) && text.All(letter => IsTokenByte(letter));

    public static string CheckedKey(string key) =>
        key.Length > 0 && IsKeyStart(key[0]) && key.All(letter => IsKeyByte(letter))
            ? key
            : throw new ArgumentException($"\"{key}\" is no key.", nameof(key));

    public static void AppendQuoted(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (char letter in text)
        {
            output.Append(letter is '"' or '\\' ? "\\" : "").Append(letter);
        }

        output.Append('"');
    }

    public static void AppendDisplay(StringBuilder output, string text)
    {
        output.Append("%\"");
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            if (value is < 0x20 or > 0x7E or (byte)'%' or (byte)'"')
            {
                output.Append(CultureInfo.InvariantCulture, $"%{value:x2}");
            }
            else
            {
                output.Append((char)value);
            }
        }

        output.Append('"');
    }
}
