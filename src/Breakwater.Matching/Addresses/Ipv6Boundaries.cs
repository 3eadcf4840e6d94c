using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Breakwater.Matching;

/// <summary>
/// Sorted, distinct IPv6 addresses, and how many of them are not above a given one. Immutable.
/// </summary>
/// <remarks>
/// The upper halves form the bottom of a ladder; each rung above holds the first key of every group below it. A lookup compares 16 keys a rung, side by
/// side, so that a million keys take five rungs, of which the upper ones stay in the nearest caches. The bottom one of a large set does not: what is
/// looked at there first is one cache line with 16 bits of each key of a group of 32 (<see cref="Heads"/>), a quarter of what the keys take. Lower
/// halves are kept only where some address has one that is not zero, which no prefix of up to 64 bits does.
/// </remarks>
internal sealed class Ipv6Boundaries
{
    /// <summary>From so many keys on, the bottom rung has heads. Fewer are 32 KiB, and near by themselves.</summary>
    internal const int Many = 4096;

    private const int Fan = 16;

    /// <summary>What pads a rung: the upper half of ffff:ffff:ffff:ffff::.</summary>
    private const long Highest = long.MaxValue;

    // All rungs in one array, the bottom one first, each padded with at least one highest key to a multiple of its group. Keys are signed, with
    // the sign bit flipped: vector comparisons are signed.
    private readonly long[] _keys;
    private readonly int[] _rungs;
    private readonly int _count;
    private readonly int _group;
    private readonly Heads? _heads;
    private readonly ulong[]? _low;

    /// <param name="sorted">Ascending, without duplicates.</param>
    public Ipv6Boundaries(ReadOnlySpan<UInt128> sorted)
    {
        _count = sorted.Length;
        if (_count == 0)
        {
            (_keys, _rungs) = ([], []);
            return;
        }

        _group = _count >= Many ? Heads.Group : Fan;
        _rungs = PlanRungs(_count, _group, out int total);
        _keys = CacheLines.Allocate<long>(total, out int first);
        _keys.AsSpan().Fill(Highest);
        for (int rung = 0; rung < _rungs.Length; rung++)
        {
            _rungs[rung] += first;
        }

        bool low = false;
        for (int i = 0; i < sorted.Length; i++)
        {
            _keys[first + i] = Flip(Upper(sorted[i]));
            low |= (ulong)sorted[i] != 0;
        }

        for (int rung = 1; rung < _rungs.Length; rung++)
        {
            int below = _rungs[rung - 1], group = rung == 1 ? _group : Fan;
            int groups = (_rungs[rung] - below) / group;
            for (int i = 0; i < groups; i++)
            {
                _keys[_rungs[rung] + i] = _keys[below + (i * group)];
            }
        }

        if (_count >= Many)
        {
            _heads = new Heads(_keys.AsSpan(_rungs[0], _rungs[1] - _rungs[0]), _keys.AsSpan(_rungs[1]));
        }

        if (low)
        {
            _low = new ulong[sorted.Length];
            for (int i = 0; i < sorted.Length; i++)
            {
                _low[i] = (ulong)sorted[i];
            }
        }
    }

    public long MemoryBytes => ((long)_keys.Length * sizeof(long)) + (_heads?.MemoryBytes ?? 0) + ((_low?.Length ?? 0) * (long)sizeof(ulong));

    /// <summary>How many boundaries are at or below the address.</summary>
    public int Rank(UInt128 address)
    {
        long wanted = Flip(Upper(address));
        int count = CountKeys(wanted, out bool isKey);
        return isKey && _low is not null ? RankWithin(wanted, count, (ulong)address) : count;
    }

    /// <summary>How many keys are at or below one, and whether the last of them is that one itself.</summary>
    private int CountKeys(long wanted, out bool isKey)
    {
        // Every key is at or below it, and so is the padding, which must not lead up a rung to keys that do not exist.
        if (wanted == Highest || _count == 0)
        {
            isKey = _count > 0 && _keys[_rungs[0] + _count - 1] == wanted;
            return _count;
        }

        isKey = false;

        int group = 0;
        for (int rung = _rungs.Length - 1; rung > 0; rung--)
        {
            int notAbove = CountNotAbove(_keys.AsSpan(_rungs[rung] + (group * Fan), Fan), wanted);
            if (notAbove == 0)
            {
                // Below the first key of all: on any other path the rung above led to a group whose first key is not above.
                return 0;
            }

            group = (group * Fan) + notAbove - 1;
        }

        // What heads decide is said without a look at the keys, which are seldom near.
        if (_heads is not null && _heads.CountNotAbove(group, wanted, _keys[_rungs[1] + group], _keys[_rungs[1] + group + 1]) is >= 0 and var decided)
        {
            return (group * _group) + decided;
        }

        ReadOnlySpan<long> keys = _keys.AsSpan(_rungs[0] + (group * _group), _group);
        int count = CountNotAbove(keys[..Fan], wanted);
        if (count == Fan && keys.Length > Fan)
        {
            count += CountNotAbove(keys[Fan..], wanted);
        }

        isKey = count > 0 && keys[count - 1] == wanted;
        return (group * _group) + count;
    }

    /// <summary>The rank among boundaries that have the same upper half, the last of which is number <paramref name="end"/> - 1.</summary>
    private int RankWithin(long wanted, int end, ulong low)
    {
        int start = wanted == long.MinValue ? 0 : CountKeys(wanted - 1, out _);
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
    private static int[] PlanRungs(int keys, int group, out int total)
    {
        List<int> rungs = [];
        total = 0;
        int groups;
        do
        {
            rungs.Add(total);
            groups = (keys / group) + 1;
            total += groups * group;
            keys = groups;
            group = Fan;
        }
        while (groups > 1);

        return [.. rungs];
    }

    private static ulong Upper(UInt128 address) => (ulong)(address >> 64);

    private static long Flip(ulong key) => (long)(key ^ (1UL << 63));

    /// <summary>
    /// 16 bits of each key of the bottom rung: of how far it is from the first of its group, the highest ones that the distance to the next group's has. They
    /// decide unless those of the wanted key are the same as another's. Immutable.
    /// </summary>
    private sealed class Heads
    {
        /// <summary>Keys in a group: the heads of one fill a cache line.</summary>
        public const int Group = 32;

        // Signed, with the sign bit flipped, as keys are.
        private readonly short[] _heads;
        private readonly int _first;

        /// <param name="keys">The bottom rung.</param>
        /// <param name="above">The rung above it.</param>
        public Heads(ReadOnlySpan<long> keys, ReadOnlySpan<long> above)
        {
            _heads = CacheLines.Allocate<short>(keys.Length, out _first);
            for (int i = 0; i < keys.Length; i++)
            {
                int group = i / Group;
                _heads[_first + i] = HeadOf(keys[i], above[group], above[group + 1]);
            }
        }

        public long MemoryBytes => (long)_heads.Length * sizeof(short);

        /// <summary>How many keys of a group are at or below one that is between the group's first and the next one's; -1 where heads do not tell.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int CountNotAbove(int group, long wanted, long first, long next)
        {
            short head = HeadOf(wanted, first, next);
            ReadOnlySpan<short> heads = _heads.AsSpan(_first + (group * Group), Group);
            if (Vector256.IsHardwareAccelerated)
            {
                Vector256<short> want = Vector256.Create(head), left = Vector256.Create(heads), right = Vector256.Create(heads[16..]);
                uint above = Vector256.Narrow(Vector256.GreaterThan(left, want), Vector256.GreaterThan(right, want)).ExtractMostSignificantBits();
                return (Vector256.Equals(left, want) | Vector256.Equals(right, want)) != Vector256<short>.Zero ? -1 : BitOperations.TrailingZeroCount(above);
            }

            int count = 0;
            while (count < heads.Length && heads[count] < head)
            {
                count++;
            }

            return count < heads.Length && heads[count] == head ? -1 : count;
        }

        private static short HeadOf(long key, long first, long next)
        {
            ulong span = (ulong)next - (ulong)first;
            return (short)((((ulong)key - (ulong)first) >> Math.Max(0, 48 - BitOperations.LeadingZeroCount(span))) ^ 0x8000);
        }
    }
}
