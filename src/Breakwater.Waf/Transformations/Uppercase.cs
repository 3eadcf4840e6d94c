using System.Text;

namespace Breakwater.Waf.Transformations;

/// <summary><c>uppercase</c>: ASCII letters become capitals; other bytes stay.</summary>
internal static class Uppercase
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int at = 0;
        while (at < input.Length)
        {
            Ascii.ToUpper(input[at..], output[at..], out int written);
            at += written;
            while (at < input.Length && input[at] >= 0x80)
            {
                output[at] = input[at];
                at++;
            }
        }

        return input.Length;
    }
}
