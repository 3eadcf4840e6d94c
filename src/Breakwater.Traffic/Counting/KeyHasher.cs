using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Breakwater.Traffic;

/// <summary>
/// Makes a <see cref="CounterKey"/> of parts, by SipHash-1-3 with 128 bits of output (Aumasson and Bernstein, 2012) under a secret. Each
/// part is preceded by its length, so that no two rows of parts are hashed alike, and a part that is missing differs from an empty one.
/// A value: a copy goes its own way, so that what many keys have in common is hashed once. Not thread-safe.
/// </summary>
public struct KeyHasher
{
    private ulong _v0, _v1, _v2, _v3;

    /// <param name="secret">A random number that no client learns.</param>
    public KeyHasher(UInt128 secret)
    {
        ulong low = (ulong)secret, high = (ulong)(secret >> 64);
        _v0 = low ^ 0x736f6d6570736575;
        _v1 = high ^ 0x646f72616e646f6d ^ 0xee;
        _v2 = low ^ 0x6c7967656e657261;
        _v3 = high ^ 0x7465646279746573;
    }

    /// <summary>Adds a part.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        AddWord((ulong)part.Length + 1);
        while (part.Length >= 8)
        {
            AddWord(BinaryPrimitives.ReadUInt64LittleEndian(part));
            part = part[8..];
        }

        if (!part.IsEmpty)
        {
            ulong word = 0;
            for (int i = part.Length - 1; i >= 0; i--)
            {
                word = (word << 8) | part[i];
            }

            AddWord(word);
        }
    }

    /// <summary>Adds a number as a part.</summary>
    public void Add(ulong part)
    {
        AddWord(9);
        AddWord(part);
    }

    /// <summary>Adds a number as a part.</summary>
    public void Add(UInt128 part)
    {
        AddWord(17);
        AddWord((ulong)part);
        AddWord((ulong)(part >> 64));
    }

    /// <summary>Adds a part that the request does not have.</summary>
    public void AddMissing() => AddWord(0);

    /// <summary>The key of the parts so far. Parts may be added afterwards, for another key.</summary>
    public readonly CounterKey Finish()
    {
        KeyHasher end = this;
        end._v2 ^= 0xee;
        end.Round();
        end.Round();
        end.Round();
        ulong low = end._v0 ^ end._v1 ^ end._v2 ^ end._v3;
        end._v1 ^= 0xdd;
        end.Round();
        end.Round();
        end.Round();
        return new CounterKey(low, end._v0 ^ end._v1 ^ end._v2 ^ end._v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddWord(ulong word)
    {
        _v3 ^= word;
        Round();
        _v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}
