using System.Runtime.CompilerServices;
using System.Text;

namespace Breakwater.Waf.Transformations;

/// <summary><c>lowercase</c>: ASCII letters become small; other bytes stay.</summary>
internal static class Lowercase
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        // The library's own conversion stops at bytes above 127, which are no letters here.
        int at = 0;
        while (at < input.Length)
        {
            Ascii.ToLower(input[at..], output[at..], out int written);
            at += written;
            while (at < input.Length && input[at] >= 0x80)
            {
                output[at] = input[at];
                at++;
            }
        }

        return input.Length;
    }

    /// <summary>The small letter of a letter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Of(byte b) => (uint)(b - 'A') <= 'Z' - 'A' ? (byte)(b | 0x20) : b;
}
