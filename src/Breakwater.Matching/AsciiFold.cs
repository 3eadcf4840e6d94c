using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Breakwater.Matching;

/// <summary>Case folding of ASCII letters, and of nothing else: bytes from 0x80 up are what they are. Stateless.</summary>
internal static class AsciiFold
{
    /// <summary>All ASCII letters.</summary>
    public static readonly SearchValues<byte> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private const ulong Ones = 0x0101010101010101;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLetter(byte value) => (uint)((value | 0x20) - 'a') <= 'z' - 'a';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Lower(byte value) => (uint)(value - 'A') <= 'Z' - 'A' ? (byte)(value | 0x20) : value;

    /// <summary>Folds eight bytes at once: a byte is upper case when it is at least 'A', not above 'Z', and below 0x80.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Lower(ulong bytes)
    {
        ulong low = bytes & (0x7F * Ones);
        ulong fromA = low + ((0x80 - 'A') * Ones);
        ulong beyondZ = low + ((0x7F - 'Z') * Ones);
        return bytes | (((fromA ^ beyondZ) & ~bytes & (0x80 * Ones)) >> 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Lower(Vector128<byte> bytes)
    {
        Vector128<byte> fromA = bytes - Vector128.Create((byte)'A');
        Vector128<byte> isUpper = Vector128.Equals(Vector128.Min(fromA, Vector128.Create((byte)25)), fromA);
        return bytes | (isUpper & Vector128.Create((byte)0x20));
    }

    /// <summary>Writes the folded form of <paramref name="source"/>; the destination is at least as long.</summary>
    public static void Lower(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 16 <= source.Length; i += 16)
            {
                Lower(Vector128.Create(source.Slice(i, 16))).CopyTo(destination[i..]);
            }
        }

        for (; i < source.Length; i++)
        {
            destination[i] = Lower(source[i]);
        }
    }

    /// <summary>A folded copy.</summary>
    public static byte[] ToLower(ReadOnlySpan<byte> source)
    {
        byte[] folded = new byte[source.Length];
        Lower(source, folded);
        return folded;
    }

    /// <summary>Whether <paramref name="text"/>, folded, equals <paramref name="folded"/>, which is folded already.</summary>
    public static bool EqualsFolded(ReadOnlySpan<byte> text, ReadOnlySpan<byte> folded)
    {
        int length = folded.Length;
        if (text.Length != length)
        {
            return false;
        }

        if (length >= 16)
        {
            // The last vector overlaps the one before it, so that no tail is left.
            for (int i = 0; ; i = Math.Min(i + 16, length - 16))
            {
                if (Lower(Vector128.Create(text.Slice(i, 16))) != Vector128.Create(folded.Slice(i, 16)))
                {
                    return false;
                }

                if (i == length - 16)
                {
                    return true;
                }
            }
        }

        if (length >= 8)
        {
            ulong first = Lower(BinaryPrimitives.ReadUInt64LittleEndian(text)) ^ BinaryPrimitives.ReadUInt64LittleEndian(folded);
            ulong last = Lower(BinaryPrimitives.ReadUInt64LittleEndian(text[(length - 8)..]))
                ^ BinaryPrimitives.ReadUInt64LittleEndian(folded[(length - 8)..]);
            return (first | last) == 0;
        }

        if (length >= 4)
        {
            return Lower(Ends(text)) == Ends(folded);
        }

        for (int i = 0; i < length; i++)
        {
            if (Lower(text[i]) != folded[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first four bytes and the last four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Ends(ReadOnlySpan<byte> text) =>
        BinaryPrimitives.ReadUInt32LittleEndian(text) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[(text.Length - 4)..]) << 32);
}
