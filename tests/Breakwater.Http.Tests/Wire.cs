using System.Text;

namespace Breakwater.Http.Tests;

/// <summary>How tests write bytes: each char is one byte (Latin-1), and a pilcrow is CRLF.</summary>
internal static class Wire
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace("¶", "\r\n", StringComparison.Ordinal));

    /// <summary>The bytes of generated text, in which a pilcrow is a byte like any other.</summary>
    public static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Printable, for messages of failed tests.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            text.Append(value switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'\t' => "\\t",
                < 0x20 or >= 0x7F => $"\\x{value:X2}",
                _ => ((char)value).ToString(),
            });
        }

        return text.ToString();
    }
}
