using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Breakwater.Matching;

/// <summary>
/// Sorted, distinct IPv6 addresses, and how many of them are not above a given one. Immutable.
/// </summary>
/// <remarks>
/// The upper halves, without duplicates, form the bottom of a ladder; each rung above holds the first key of every 16 below it. A lookup
/// compares 16 keys a rung, side by side, so that two million keys take six rungs, most of which stay in the nearest caches. Lower
/// halves are kept only where some boundary has one that is not zero, which no prefix of up to 64 bits does.
/// </remarks>
internal sealed class Ipv6Boundaries
{
    private const int Fan = 16;

    /// <summary>What pads a rung: the upper half of ffff:ffff:ffff:ffff::.</summary>
    private const long Highest = long.MaxValue;

    // All rungs in one array, the bottom one first, each padded to a multiple of Fan with the highest key. Keys are signed, with the
    // sign bit flipped: vector comparisons are signed.
    private readonly long[] _keys;
    private readonly int[] _rungs;
    private readonly int _count;

    // For key i, its boundaries are numbers _starts[i] up to _starts[i + 1], and bit i tells whether the number up to the last of them is odd;
    // null when each key has exactly one and all lower halves are 0.
    private readonly int[]? _starts;
    private readonly ulong[]? _odd;
    private readonly ulong[]? _low;

    /// <param name="sorted">Ascending, without duplicates.</param>
    public Ipv6Boundaries(ReadOnlySpan<UInt128> sorted)
    {
        bool low = false;
        int distinct = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            low |= (ulong)sorted[i] != 0;
            distinct += i == 0 || Upper(sorted[i]) != Upper(sorted[i - 1]) ? 1 : 0;
        }

        _count = distinct;
        _rungs = PlanRungs(distinct, out int total);

        // Pinned, so that it can be aligned: a group of 16 keys then takes two cache lines, not three.
        const int Line = 64;
        _keys = GC.AllocateUninitializedArray<long>(total + (Line / sizeof(long)), pinned: true);
        Array.Fill(_keys, Highest);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(_keys, 0);
        int first = (int)((((address + Line - 1) & -Line) - address) / sizeof(long));
        for (int rung = 0; rung < _rungs.Length; rung++)
        {
            _rungs[rung] += first;
        }

        if (low)
        {
            _odd = new ulong[(distinct + 63) / 64];
            _starts = new int[distinct + 1];
            _starts[distinct] = sorted.Length;
            _low = new ulong[sorted.Length];
        }

        int key = -1;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || Upper(sorted[i]) != Upper(sorted[i - 1]))
            {
                _keys[first + ++key] = Flip(Upper(sorted[i]));
                if (low)
                {
                    _starts![key] = i;
                }
            }

            if (low)
            {
                _odd![key >> 6] = (_odd[key >> 6] & ~(1UL << key)) | ((i & 1) == 0 ? 1UL << key : 0);
                _low![i] = (ulong)sorted[i];
            }
        }

        for (int rung = 1; rung < _rungs.Length; rung++)
        {
            int below = _rungs[rung - 1];
            int groups = (_rungs[rung] - below) / Fan;
            for (int i = 0; i < groups; i++)
            {
                _keys[_rungs[rung] + i] = _keys[below + (i * Fan)];
            }
        }
    }

    public long MemoryBytes =>
        ((long)_keys.Length * sizeof(long)) + ((_starts?.Length ?? 0) * (long)sizeof(int))
            + (((_odd?.Length ?? 0) + (_low?.Length ?? 0)) * (long)sizeof(ulong));

    /// <summary>How many boundaries are at or below the address.</summary>
    public int Rank(UInt128 address)
    {
        int key = FindKey(address, out bool equal);
        return key < 0 ? 0
            : _starts is null ? key + 1
            : equal ? RankWithin(_starts[key], _starts[key + 1], (ulong)address)
            : _starts[key + 1];
    }

    /// <summary>Whether <see cref="Rank"/> is odd, which takes less of the memory to find out.</summary>
    public bool IsRankOdd(UInt128 address)
    {
        int key = FindKey(address, out bool equal);
        return key >= 0
            && (_starts is null ? (key & 1) == 0
                : equal ? (RankWithin(_starts[key], _starts[key + 1], (ulong)address) & 1) != 0
                : ((_odd![key >> 6] >> key) & 1) != 0);
    }

    /// <summary>The number of the last key that is not above the address' upper half, or -1.</summary>
    private int FindKey(UInt128 address, out bool equal)
    {
        long wanted = Flip(Upper(address));
        if (wanted == Highest)
        {
            // Every key is at or below it, and so is the padding, which must not lead up a rung to keys that do not exist.
            equal = _count > 0 && _keys[_rungs[0] + _count - 1] == wanted;
            return _count - 1;
        }

        equal = false;
        int group = 0;
        for (int rung = _rungs.Length - 1; rung >= 0; rung--)
        {
            int notAbove = CountNotAbove(_keys.AsSpan(_rungs[rung] + (group * Fan), Fan), wanted);
            if (notAbove == 0)
            {
                // Below the first key of all: on any other path the rung above led to a group whose first key is not above.
                return -1;
            }

            group = (group * Fan) + notAbove - 1;
        }

        equal = _rungs.Length > 0 && _keys[_rungs[0] + group] == wanted;
        return _rungs.Length > 0 ? group : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountNotAbove(ReadOnlySpan<long> group, long wanted)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<long> want = Vector512.Create(wanted);
            uint above = (uint)Vector512.GreaterThan(Vector512.Create(group), want).ExtractMostSignificantBits()
                | ((uint)Vector512.GreaterThan(Vector512.Create(group[8..]), want).ExtractMostSignificantBits() << 8);
            return BitOperations.TrailingZeroCount(above | (1u << Fan));
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<long> want = Vector256.Create(wanted);
            uint above = Vector256.GreaterThan(Vector256.Create(group), want).ExtractMostSignificantBits()
                | (Vector256.GreaterThan(Vector256.Create(group[4..]), want).ExtractMostSignificantBits() << 4)
                | (Vector256.GreaterThan(Vector256.Create(group[8..]), want).ExtractMostSignificantBits() << 8)
                | (Vector256.GreaterThan(Vector256.Create(group[12..]), want).ExtractMostSignificantBits() << 12);
            return BitOperations.TrailingZeroCount(above | (1u << Fan));
        }

        int count = 0;
        while (count < group.Length && group[count] <= wanted)
        {
            count++;
        }

        return count;
    }

    /// <summary>Where each rung begins, from the bottom up, and the length of all.</summary>
    private static int[] PlanRungs(int keys, out int total)
    {
        List<int> rungs = [];
        total = 0;
        while (keys > 0)
        {
            rungs.Add(total);
            int groups = (keys + Fan - 1) / Fan;
            total += groups * Fan;
            keys = groups > 1 ? groups : 0;
        }

        return [.. rungs];
    }

    private int RankWithin(int from, int to, ulong low)
    {
        int start = from, end = to;
        while (start < end)
        {
            int middle = (start + end) >>> 1;
            if (_low![middle] <= low)
            {
                start = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return start;
    }

    private static ulong Upper(UInt128 address) => (ulong)(address >> 64);

    private static long Flip(ulong key) => (long)(key ^ (1UL << 63));
}
