using System.Runtime.CompilerServices;

namespace Breakwater.Traffic;

/// <summary>
/// One key's count, in 24 bytes. Mutable; guarded by the lock of its group.
/// </summary>
/// <remarks>
/// The window is cut into parts: 13 of them where the limit is below 128, so that numbers of 8 bits do, and 6 with numbers of 16 bits otherwise. One
/// number counts the part that runs now, the others those before it; of the oldest, only a share is still inside the window. Only that
/// one has to be estimated, where counting in whole windows, as is usual, has to estimate a share of a whole window. The first part
/// begins when the first request comes.
/// </remarks>
internal struct Counter
{
    /// <summary>How many bits all numbers have together.</summary>
    public const int NumberBits = 112;

    /// <summary>Times are kept in 40 bits: 34 years of milliseconds.</summary>
    public const long MaxTime = (1L << 40) - 1;

    private const ulong Halves = 0x0000FFFF_0000FFFF, Bytes = 0x00FF00FF_00FF00FF;

    // The lower 32 bits of the two times; then, from the lowest 16 bits up: their upper 8 bits each, and the numbers, newest first.
    private ulong _times;
    private ulong _low;
    private ulong _high;

    /// <summary>When the last of what is counted leaves the window: one part later than a period after the start of the newest.</summary>
    public readonly long End => (uint)_times | ((long)(byte)_low << 32);

    /// <summary>Until when the key is mitigated.</summary>
    public long Until
    {
        readonly get => (long)(_times >> 32) | ((long)(byte)(_low >> 8) << 32);
        set
        {
            _times = (uint)_times | ((ulong)value << 32);
            _low = (_low & ~0xFF00UL) | ((ulong)(byte)(value >> 32) << 8);
        }
    }

    /// <summary>Whether it says nothing any more.</summary>
    public readonly bool IsOver(long now) => End <= now && Until <= now;

    /// <summary>Starts anew.</summary>
    public void Begin(in CounterWindow window, long now)
    {
        this = default;
        SetEnd(now + (window.Slots * window.Slot));
    }

    /// <summary>All numbers together.</summary>
    public readonly int Total(int laneBits)
    {
        ulong low = _low >> 16, high = _high;
        if (laneBits == 8)
        {
            ulong pairs = (low & Bytes) + ((low >> 8) & Bytes) + (high & Bytes) + ((high >> 8) & Bytes);
            return (int)((pairs * 0x0001_0001_0001_0001) >> 48);
        }

        ulong halves = (low & Halves) + ((low >> 16) & Halves) + (high & Halves) + ((high >> 16) & Halves);
        return (int)((uint)halves + (halves >> 32));
    }

    /// <summary>Lets the parts that are over move on.</summary>
    public void Advance(in CounterWindow window, long now)
    {
        long elapsed = now - Start(window);
        if (elapsed < window.Slot)
        {
            return;
        }

        long slots = elapsed / window.Slot;
        if (slots >= window.Slots)
        {
            (_low, _high) = (_low & 0xFFFF, 0);
            SetEnd(now + (window.Slots * window.Slot));
            return;
        }

        UInt128 numbers = new UInt128(_high, _low) >> 16 << (16 + (window.LaneBits * (int)slots));
        (_high, _low) = ((ulong)(numbers >> 64), (ulong)numbers | (_low & 0xFFFF));
        SetEnd(End + (slots * window.Slot));
    }

    /// <summary>Counts units. Beyond what a number holds, which is twice the limit or more, it stays where it is.</summary>
    public void Add(in CounterWindow window, uint units)
    {
        ulong most = (1UL << window.LaneBits) - 1;
        ulong newest = (_low >> 16) & most;
        _low = (_low & ~(most << 16)) | (Math.Min(newest + units, most) << 16);
    }

    /// <summary>The units within the window that ends now. The counter has been advanced.</summary>
    public readonly double Estimate(in CounterWindow window, long now)
    {
        uint oldest = (uint)(_high >> (64 - window.LaneBits));
        int whole = Total(window.LaneBits) - (int)oldest;
        if (oldest == 0)
        {
            return whole;
        }

        long left = OldestBegins(window) - Math.Max(0, now - Start(window));
        return whole + (oldest * (Math.Clamp(left, 0, window.Slot) / (double)window.Slot));
    }

    /// <summary>How long until the estimate is not above a number of units any more, if nothing is added.</summary>
    public readonly long WaitFor(in CounterWindow window, long now, double target)
    {
        long start = Start(window);
        UInt128 numbers = new UInt128(_high, _low) >> 16;
        int whole = Total(window.LaneBits);
        for (int age = 0; age < window.Slots; age++)
        {
            // Once the counter has advanced this far, the oldest part is what now is the last, the last but one…
            uint oldest = (uint)(numbers >> (window.LaneBits * (window.FullSlots - age))) & ((1u << window.LaneBits) - 1);
            whole -= (int)oldest;
            if (whole > target)
            {
                continue;
            }

            double share = oldest == 0 ? 1 : (target - whole) / oldest;
            double leaves = start + (age * window.Slot) + OldestBegins(window) - (share * window.Slot);
            return Math.Max((long)Math.Ceiling(leaves), Math.Max(now, start + (age * window.Slot))) - now;
        }

        return Math.Max(0, End - now);
    }

    /// <summary>How much of the oldest part is inside the window at the moment at which the newest begins, in milliseconds.</summary>
    private static long OldestBegins(in CounterWindow window) => window.Period - ((window.FullSlots - 1) * window.Slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly long Start(in CounterWindow window) => End - (window.Slots * window.Slot);

    private void SetEnd(long end)
    {
        _times = (_times & ~(ulong)uint.MaxValue) | (uint)end;
        _low = (_low & ~0xFFUL) | (byte)(end >> 32);
    }
}
