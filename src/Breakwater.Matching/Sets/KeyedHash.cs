using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length, at = 0;
        for (; at + 8 < length; at += 8)
        {
            hash = Mix(hash ^ Read64(ref Unsafe.Add(ref start, at), ignoreCase));
        }

        ulong tail;
        if (length >= 8)
        {
            tail = Read64(ref Unsafe.Add(ref start, length - 8), ignoreCase);
        }
        else if (length >= 4)
        {
            tail = Unsafe.ReadUnaligned<uint>(ref start) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - 4)) << 32);
            tail = ignoreCase ? AsciiFold.Lower(tail) : tail;
        }
        else
        {
            tail = 0;
            if (length > 0)
            {
                tail = start | ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | ((ulong)Unsafe.Add(ref start, length - 1) << 16);
                tail = ignoreCase ? AsciiFold.Lower(tail) : tail;
            }
        }

        hash = Mix(hash ^ tail);
        return (uint)(hash ^ (hash >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ref byte at, bool ignoreCase)
    {
        ulong bytes = Unsafe.ReadUnaligned<ulong>(ref at);
        return ignoreCase ? AsciiFold.Lower(bytes) : bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value ^ K0, K1, out ulong low);
        return high ^ low;
    }
}
