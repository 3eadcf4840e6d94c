using System.Runtime.CompilerServices;

namespace Breakwater.Waf.Transformations;

/// <summary>Hexadecimal digits as the decoders see them. Stateless.</summary>
internal static class Hex
{
    /// <summary>The digits in small letters.</summary>
    public static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    private const int None = 256;

    // The value of each digit, and None of all other bytes.
    private static readonly ushort[] Values = [.. Enumerable.Range(0, 256).Select(static b => char.IsAsciiHexDigit((char)b) ? Value((byte)b) : (ushort)None)];

    /// <summary>Whether a byte is a hexadecimal digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDigit(byte b) => char.IsAsciiHexDigit((char)b);

    /// <summary>Whether <paramref name="count"/> digits stand at <paramref name="at"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreDigits(ReadOnlySpan<byte> text, int at, int count)
    {
        if (at + count > text.Length) return false;
        for (int i = 0; i < count; i++)
        {
            if (!IsDigit(text[at + i])) return false;
        }

        return true;
    }

    /// <summary>
    /// The byte that two characters stand for. What is no digit has a value too, by the same arithmetic as in ModSecurity: hexDecode depends on it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Byte(byte high, byte low) => (byte)((Value(high) * 16) + Value(low));

    /// <summary>The byte that two digits at <paramref name="at"/> stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Byte(ReadOnlySpan<byte> text, int at) => Byte(text[at], text[at + 1]);

    /// <summary>The byte that two digits at <paramref name="at"/> stand for; false where there are not two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, int at, out byte value)
    {
        int read = (uint)(at + 1) < (uint)text.Length ? (Values[text[at]] << 4) | Values[text[at + 1]] : None;
        value = (byte)read;
        return read < None;
    }

    /// <summary>
    /// The byte for four digits of a Unicode escape: the low byte of the code, and ASCII for its full-width form (U+FF01 to U+FF5E).
    /// </summary>
    public static byte Low(ReadOnlySpan<byte> text, int at)
    {
        byte low = Byte(text, at + 2);
        bool fullWidth = (text[at] | 0x20) == 'f' && (text[at + 1] | 0x20) == 'f' && low is > 0 and < 0x5F;
        return fullWidth ? (byte)(low + 0x20) : low;
    }

    private static byte Value(byte b) => (byte)(b >= 'A' ? (b & 0xDF) - 'A' + 10 : b - '0');
}
