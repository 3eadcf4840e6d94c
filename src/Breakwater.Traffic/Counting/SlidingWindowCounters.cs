using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Traffic;

/// <summary>
/// Counts by key over sliding windows, in a fixed amount of memory. Thread-safe. Pure: time is passed in, in milliseconds of a monotonic
/// clock, and may go back a little between threads.
/// </summary>
/// <remarks>
/// <para>32 bytes a key. A key has two sets of eight places, both in one group of 256 sets. It takes the first while that has room to spare, and then
/// the emptier one: until the table is three quarters full, hardly any key finds both full. A group has one lock, held for some
/// ten nanoseconds.</para>
/// <para><b>When the table is full</b>, a new key takes the place of what matters least among the sixteen: never of a mitigated key
/// while another is there, and otherwise of the key farthest below its limit. A flood of keys that come once so displaces keys of that kind; one that
/// has been seen twice is safe from them. What was displaced is counted from zero when it comes back: under a flood that fills the table,
/// a key may be allowed more than its limit, and never less. <see cref="Displaced"/> tells how often that happened.</para>
/// <para>Windows of different lengths share a table. The key must tell them apart: it includes the rule and the period.</para>
/// </remarks>
public sealed class SlidingWindowCounters
{
    /// <summary>40 MiB: a million keys fit, and fewer than one in a thousand of them finds its sets full.</summary>
    public const long DefaultMemory = 40L << 20;

    // A group's lock has a cache line of its own; the second number in it is the group's sequence of amounts in units.
    private const int GroupSets = 256, LockStride = 16, SetWords = CounterSet.Size / sizeof(ulong);

    // With as many free places, the first set is taken whatever the second has: most keys are then found at the first look.
    private const int RoomToSpare = 3;

    private readonly ulong[] _memory;
    private readonly int _first;
    private readonly int[] _locks;
    private readonly uint _groups;
    private readonly uint _setMask;
    private readonly UInt128 _secret;
    private long _displaced;

    /// <param name="memoryBytes">How much memory the table takes: a multiple of 64 KiB, or a smaller power of two from 4 KiB; rounded down.</param>
    /// <param name="secret">A random number that no client learns.</param>
    public SlidingWindowCounters(long memoryBytes, UInt128 secret)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memoryBytes, 4L << 30);
        long sets = Math.Max(16, memoryBytes / CounterSet.Size);
        int groupSets = sets >= GroupSets ? GroupSets : 1 << BitOperations.Log2((ulong)sets);
        _secret = secret;
        _setMask = (uint)groupSets - 1;
        _groups = (uint)(sets / groupSets);
        sets = _groups * groupSets;
        _locks = new int[_groups * LockStride];

        // Pinned, so that it can be aligned: a set's tags then lie in one cache line.
        const int Line = 64;
        _memory = GC.AllocateArray<ulong>(((int)sets * SetWords) + (Line / sizeof(ulong)), pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _first = (int)((((address + Line - 1) & -Line) - address) / sizeof(ulong));
        Capacity = (int)sets * CounterSet.Places;
    }

    /// <summary>For how many keys there is a place.</summary>
    public int Capacity { get; }

    /// <summary>Bytes held, whatever is counted.</summary>
    public long MemoryBytes => (_memory.Length * (long)sizeof(ulong)) + (_locks.Length * (long)sizeof(int));

    /// <summary>How many keys lost their place to another before their time.</summary>
    public long Displaced => Volatile.Read(ref _displaced);

    /// <summary>Starts the hash of a key of this table.</summary>
    public KeyHasher StartKey() => new(_secret);

    /// <summary>Counts, unless the key is mitigated.</summary>
    public WindowReading Count(in CounterKey key, in CounterWindow window, long now, uint amount) =>
        Apply(key, window, now, amount, double.PositiveInfinity);

    /// <summary>Counts, unless the key is mitigated or the count would rise above the window's limit.</summary>
    public WindowReading TryCount(in CounterKey key, in CounterWindow window, long now, uint amount) =>
        Apply(key, window, now, amount, window.Limit);

    /// <summary>Looks without counting.</summary>
    public WindowReading Read(in CounterKey key, in CounterWindow window, long now)
    {
        now = Clamp(now);
        ref int held = ref Lock(key, out Sets sets);
        ref Counter counter = ref Find(sets, CounterSet.Tag(key, 0), out _, out _);
        WindowReading reading = default;
        if (!Unsafe.IsNullRef(ref counter))
        {
            counter.Advance(window, now);
            reading = new WindowReading(Scale(counter.Estimate(window, now), window), false, counter.Until > now ? counter.Until : 0, 0);
        }

        Volatile.Write(ref held, 0);
        return reading;
    }

    /// <summary>Mitigates a key until a time; the longer of two mitigations counts. Tells whether it was not mitigated before.</summary>
    public bool Mitigate(in CounterKey key, in CounterWindow window, long now, long until)
    {
        now = Clamp(now);
        ref int held = ref Lock(key, out Sets sets);
        ref Counter counter = ref FindOrTake(sets, key, window, now);
        counter.Advance(window, now);
        bool begins = counter.Until <= now;
        counter.Until = Math.Max(counter.Until, Math.Clamp(until, 0, Counter.MaxTime));
        Volatile.Write(ref held, 0);
        return begins;
    }

    /// <summary>Forgets a key: its count and its mitigation. Passing a challenge does that.</summary>
    public void Reset(in CounterKey key)
    {
        ref int held = ref Lock(key, out Sets sets);
        ref Counter counter = ref Find(sets, CounterSet.Tag(key, 0), out bool inSecond, out int place);
        if (!Unsafe.IsNullRef(ref counter))
        {
            counter = default;
            SetAt(inSecond ? sets.Second : sets.First).Take(place, 0);
        }

        Volatile.Write(ref held, 0);
    }

    private WindowReading Apply(in CounterKey key, in CounterWindow window, long now, uint amount, double limit)
    {
        now = Clamp(now);
        ref int held = ref Lock(key, out Sets sets);
        ref Counter counter = ref FindOrTake(sets, key, window, now);
        counter.Advance(window, now);
        double before = counter.Estimate(window, now);
        WindowReading reading;
        if (counter.Until > now)
        {
            reading = new WindowReading(Scale(before, window), false, counter.Until, counter.Until - now);
        }
        else if (Scale(before, window) + amount > limit)
        {
            long wait = counter.WaitFor(window, now, Math.Max(0, limit - amount) / (1L << window.UnitShift));
            reading = new WindowReading(Scale(before, window), false, 0, Math.Max(1, wait));
        }
        else
        {
            // A lock stands at a multiple of LockStride, and the array's length is one: the number behind it is there.
            uint units = Units(amount, window, ref Unsafe.Add(ref held, 1));
            counter.Add(window, units);
            reading = new WindowReading(Scale(before + units, window), true, 0, 0);
        }

        Volatile.Write(ref held, 0);
        return reading;
    }

    private ref Counter FindOrTake(Sets sets, in CounterKey key, in CounterWindow window, long now)
    {
        ulong tag = CounterSet.Tag(key, window.LimitCode);
        ref Counter counter = ref Find(sets, tag, out bool inSecond, out int place);
        if (!Unsafe.IsNullRef(ref counter))
        {
            // The limit may have changed since.
            SetAt(inSecond ? sets.Second : sets.First).Take(place, tag);
            return ref counter;
        }

        ref CounterSet set = ref Choose(sets, now, out place);
        set.Take(place, tag);
        counter = ref set[place];
        counter.Begin(window, now);
        return ref counter;
    }

    /// <summary>The emptier set's free place; if there is none, the place that matters least.</summary>
    private ref CounterSet Choose(Sets sets, long now, out int place)
    {
        ref CounterSet first = ref SetAt(sets.First);
        place = first.FindLeast(now, out int freeInFirst, out CounterSet.Standing standing);
        if (freeInFirst >= RoomToSpare)
        {
            return ref first;
        }

        ref CounterSet second = ref SetAt(sets.Second);
        second.Prefetch();
        int placeInSecond = second.FindLeast(now, out int freeInSecond, out CounterSet.Standing inSecond);
        if (freeInFirst + freeInSecond == 0)
        {
            Interlocked.Increment(ref _displaced);
        }

        if (freeInSecond > freeInFirst || (freeInSecond == freeInFirst && inSecond.IsBelow(standing)))
        {
            place = placeInSecond;
            return ref second;
        }

        return ref first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Counter Find(Sets sets, ulong tag, out bool inSecond, out int place)
    {
        ref CounterSet set = ref SetAt(sets.First);
        inSecond = false;
        place = set.Find(tag);
        if (place < 0)
        {
            set = ref SetAt(sets.Second);
            inSecond = true;
            place = set.Find(tag);
            if (place < 0)
            {
                return ref Unsafe.NullRef<Counter>();
            }
        }

        return ref set[place];
    }

    /// <summary>Takes the lock of a key's group, which is free again when 0 is written to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Lock(in CounterKey key, out Sets sets)
    {
        uint group = (uint)(((key.High & uint.MaxValue) * _groups) >> 32);
        uint first = (uint)(key.High >> 32) & _setMask, second = (uint)(key.High >> 48) & _setMask;
        int start = (int)(group * (_setMask + 1));
        sets = new Sets(start + (int)first, start + (int)(second == first ? first ^ 1 : second));
        SetAt(sets.First).Prefetch();
        SetAt(sets.Second).PrefetchTags();
        ref int held = ref _locks[group * LockStride];
        if (Interlocked.CompareExchange(ref held, 1, 0) != 0)
        {
            Wait(ref held);
        }

        return ref held;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wait(ref int held)
    {
        SpinWait spin = default;
        do
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref held) != 0 || Interlocked.CompareExchange(ref held, 1, 0) != 0);
    }

    // The slice is checked, and as long as a set.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref CounterSet SetAt(int index) =>
        ref Unsafe.As<ulong, CounterSet>(ref MemoryMarshal.GetReference(_memory.AsSpan(_first + (index * SetWords), SetWords)));

    private static double Scale(double units, in CounterWindow window) => units * (1L << window.UnitShift);

    /// <summary>The amount in units. What is left of a unit counts as one with the probability that it is of one.</summary>
    private static uint Units(uint amount, in CounterWindow window, ref int sequence)
    {
        if (window.UnitShift == 0)
        {
            return amount;
        }

        uint units = amount >> window.UnitShift, rest = amount & ((1u << window.UnitShift) - 1);
        uint dice = (uint)++sequence * 0x9E3779B1 >> (32 - window.UnitShift);
        return units + (dice < rest ? 1u : 0);
    }

    private static long Clamp(long now) => Math.Clamp(now, 0, Counter.MaxTime - (long)CounterWindow.MaxPeriod.TotalMilliseconds * 2);

    private readonly record struct Sets(int First, int Second);
}
