using System.Text;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Operators;

/// <summary>
/// Reads the argument of <c>@pm</c>: phrases separated by blanks; <c>|41 42|</c> are bytes in hexadecimal, as in Snort, and a backslash
/// stands before <c>: ; \ "</c>. Where these rules are broken, the argument means itself. Stateless.
/// </summary>
internal static class PmPhrases
{
    public static IEnumerable<ReadOnlyMemory<byte>> Of(string argument)
    {
        byte[] text = Encoding.UTF8.GetBytes(argument.Trim());
        if (text is [(byte)'"', _, .., (byte)'"']) text = text[1..^1];
        return Split(Resolve(text) ?? text);
    }

    private static byte[]? Resolve(byte[] text)
    {
        List<byte> resolved = [];
        bool hex = false;
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            if (b == '|')
            {
                hex = !hex;
            }
            else if (hex)
            {
                if (b == ' ') continue;
                if (!Hex.AreDigits(text, i, 2)) return null;
                resolved.Add(Hex.Byte(text, i++));
            }
            else if (b == '\\')
            {
                if (i + 1 == text.Length || text[i + 1] is not ((byte)':' or (byte)';' or (byte)'\\' or (byte)'"')) return null;
                resolved.Add(text[++i]);
            }
            else
            {
                resolved.Add(b);
            }
        }

        return hex ? null : [.. resolved];
    }

    private static List<ReadOnlyMemory<byte>> Split(byte[] text)
    {
        List<ReadOnlyMemory<byte>> phrases = [];
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !Blank.Is(text[i])) continue;
            if (i > start) phrases.Add(text.AsMemory(start, i - start));
            start = i + 1;
        }

        return phrases;
    }
}
