namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>hexDecode</c>: two characters are one byte. What is no digit is not refused (see <see cref="Hex.Byte(byte, byte)"/>); a last single
/// character is dropped.
/// </summary>
internal static class HexDecode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        for (int at = 0; at + 1 < input.Length; at += 2) output[written++] = Hex.Byte(input, at);
        return written;
    }
}
