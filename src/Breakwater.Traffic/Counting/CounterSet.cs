using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Breakwater.Traffic;

/// <summary>
/// Eight counters and their keys, in 256 bytes: one cache line of tags, three of counters. Mutable; guarded by the lock of its group.
/// </summary>
/// <remarks>A tag is 56 bits of the key and, in its lowest byte, the code of the counter's limit; 0 marks a free place.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CounterSet
{
    public const int Places = 8;

    /// <summary>The size in bytes.</summary>
    public const int Size = Places * 32;

    private const ulong KeyBits = ~0xFFUL;

    private Tags _tags;
    private Counters _counters;

    /// <summary>The counter in a place.</summary>
    [UnscopedRef]
    public ref Counter this[int place] => ref _counters[place];

    /// <summary>The tag of a key.</summary>
    public static ulong Tag(in CounterKey key, byte limitCode)
    {
        ulong bits = key.Low & KeyBits;
        return (bits == 0 ? 0x100 : bits) | limitCode;
    }

    /// <summary>The place of a key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Find(ulong tag)
    {
        ReadOnlySpan<ulong> tags = _tags;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ulong> wanted = Vector256.Create(tag & KeyBits), mask = Vector256.Create(KeyBits);
            uint equal = Vector256.Equals(Vector256.Create(tags) & mask, wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(Vector256.Create(tags[4..]) & mask, wanted).ExtractMostSignificantBits() << 4);
            return equal == 0 ? -1 : BitOperations.TrailingZeroCount(equal);
        }

        for (int place = 0; place < Places; place++)
        {
            if ((tags[place] & KeyBits) == (tag & KeyBits))
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>Fetches all of the set, which is four cache lines: a lookup reads two of them, the second one depending on the first.</summary>
    /// <remarks>The set lies in pinned memory. To fetch reads nothing: it could not fail even beyond the end.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch()
    {
        if (Sse.IsSupported)
        {
            byte* start = (byte*)Unsafe.AsPointer(ref this);
            Sse.Prefetch0(start);
            Sse.Prefetch0(start + 64);
            Sse.Prefetch0(start + 128);
            Sse.Prefetch0(start + 192);
        }
    }

    /// <summary>Fetches the tags alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void PrefetchTags()
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref this));
        }
    }

    /// <summary>Gives a place to a key.</summary>
    public void Take(int place, ulong tag) => _tags[place] = tag;

    /// <summary>
    /// Finds the place that matters least: a free one, or one whose counter is over; else, of counters that are not mitigated, the one that
    /// is farthest below its limit, and of these the one that ends first; if all are mitigated, the one whose mitigation ends first.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="free">How many places are free or hold a counter that is over.</param>
    /// <param name="standing">How much the place matters.</param>
    public readonly int FindLeast(long now, out int free, out Standing standing)
    {
        int least = 0;
        free = 0;
        standing = new Standing(float.PositiveInfinity, long.MaxValue);
        for (int place = 0; place < Places; place++)
        {
            Standing other = StandingOf(place, now);
            free += other.Share < 0 ? 1 : 0;
            if (other.IsBelow(standing))
            {
                (least, standing) = (place, other);
            }
        }

        return least;
    }

    private readonly Standing StandingOf(int place, long now)
    {
        ulong tag = _tags[place];
        if (tag == 0)
        {
            return new Standing(-1, 0);
        }

        ref readonly Counter counter = ref _counters[place];
        if (counter.Until > now)
        {
            return new Standing(float.PositiveInfinity, counter.Until);
        }

        byte code = (byte)tag;
        return counter.End <= now
            ? new Standing(-1, 0)
            : new Standing(counter.Total(CounterWindow.LaneBitsOf(code)) * CounterWindow.InverseLimits[code], counter.End);
    }

    /// <param name="Share">Of its limit; infinite while mitigated, and -1 when there is nothing to lose.</param>
    /// <param name="End">When it will be over.</param>
    internal readonly record struct Standing(float Share, long End)
    {
        public bool IsBelow(Standing other) => Share < other.Share || (Share == other.Share && End < other.End);
    }

    [InlineArray(Places)]
    private struct Tags
    {
        private ulong _first;
    }

    [InlineArray(Places)]
    private struct Counters
    {
        private Counter _first;
    }
}
