namespace Breakwater.Waf.Transformations;

/// <summary><c>hexEncode</c>: two small hexadecimal digits for each byte.</summary>
internal static class HexEncode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (int i = 0; i < input.Length; i++)
        {
            output[2 * i] = Hex.Digits[input[i] >> 4];
            output[(2 * i) + 1] = Hex.Digits[input[i] & 15];
        }

        return 2 * input.Length;
    }
}
