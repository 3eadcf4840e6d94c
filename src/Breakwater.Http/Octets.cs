using System.Buffers;
using System.Runtime.CompilerServices;

namespace Breakwater.Http;

/// <summary>The character classes of RFC 9110 §5.5 and §5.6 and RFC 3986 §2, as sets of bytes.</summary>
internal static class Octets
{
    public const byte Tab = (byte)'\t', Lf = (byte)'\n', Cr = (byte)'\r', Space = (byte)' ';

    /// <summary>Control bytes that may stand nowhere inside a line of a head: all but HTAB, and DEL.</summary>
    public static readonly SearchValues<byte> Control = SearchValues.Create(
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000A\u000B\u000C\u000D\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F"u8);

    /// <summary>tchar (RFC 9110 §5.6.2).</summary>
    public static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    public static bool IsTokenByte(byte value) => Token.Contains(value);

    public static bool IsDigit(byte value) => (uint)(value - '0') <= 9;

    /// <summary>The value of a hexadecimal digit, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HexValue(byte value)
    {
        uint digit = (uint)(value - '0');
        if (digit <= 9)
        {
            return (int)digit;
        }

        uint letter = (uint)((value | 0x20) - 'a');
        return letter <= 5 ? (int)letter + 10 : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhitespace(byte value) => value is Space or Tab;

    /// <summary>Takes optional whitespace (RFC 9110 §5.6.3) off both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0;
        while (start < text.Length && IsWhitespace(text[start]))
        {
            start++;
        }

        int end = text.Length;
        while (end > start && IsWhitespace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }
}
