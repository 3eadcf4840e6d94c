using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>
/// A fast hash of byte strings under a seed, by multiply-and-fold. For tables whose content an operator chose: a visitor can only look
/// up, so a lookup costs no more than the longest chain that the build accepted. Stateless.
/// </summary>
public static class KeyedHash
{
    private const ulong K0 = 0x9E3779B97F4A7C15, K1 = 0xD6E8FEB86659FD93;

    /// <summary>Hashes the bytes as they are, or with ASCII letters folded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Compute(ReadOnlySpan<byte> bytes, ulong seed, bool ignoreCase)
    {
        ulong hash = seed ^ ((ulong)bytes.Length * K1);
        ReadOnlySpan<byte> rest = bytes;
        for (; rest.Length > 8; rest = rest[8..])
        {
            hash = Mix(hash ^ Fold(BinaryPrimitives.ReadUInt64LittleEndian(rest), ignoreCase));
        }

        // What is left, and what stands before it where that is less than a word.
        ulong tail = 0;
        if (bytes.Length >= 8)
        {
            tail = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(bytes.Length - 8)..]);
        }
        else if (bytes.Length >= 4)
        {
            tail = BinaryPrimitives.ReadUInt32LittleEndian(bytes)
                | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(bytes.Length - 4)..]) << 32);
        }
        else if (bytes.Length > 0)
        {
            tail = bytes[0] | ((ulong)bytes[bytes.Length >> 1] << 8) | ((ulong)bytes[^1] << 16);
        }

        hash = Mix(hash ^ Fold(tail, ignoreCase));
        return (uint)(hash ^ (hash >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong bytes, bool ignoreCase) => ignoreCase ? AsciiFold.Lower(bytes) : bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value ^ K0, K1, out ulong low);
        return high ^ low;
    }
}
