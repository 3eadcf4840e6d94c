using System.Globalization;
using System.Text;

namespace Breakwater.Eng.ObserveModSecurity;

/// <summary>Bytes as one field of a table: printable ASCII as it is, backslash doubled, everything else as <c>\xNN</c>.</summary>
internal static class Escapes
{
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte b in bytes)
        {
            if (b == '\\') text.Append(@"\\");
            else if (b is > 0x20 and < 0x7F) text.Append((char)b);
            else text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return text.ToString();
    }
}
