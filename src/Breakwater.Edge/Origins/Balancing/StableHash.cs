using System.Buffers.Binary;

namespace Breakwater.Edge.Origins.Balancing;

/// <summary>
/// A 64-bit hash of bytes that is the same in every process and on every machine, so that several edges send the same key to the same
/// origin. Multiply and fold, eight bytes a step. Not keyed: who wants to burden one origin needs no collision, one key will do.
/// </summary>
internal static class StableHash
{
    private const ulong Multiplier = 0xA076_1D64_78BD_642F;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Multiplier ^ (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        return SharedRandom.Mix(Fold(hash ^ rest) ^ hash);
    }

    private static ulong Fold(ulong value)
    {
        ulong high = Math.BigMul(value, Multiplier, out ulong low);
        return high ^ low;
    }
}
