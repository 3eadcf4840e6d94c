namespace Breakwater.Edge.Origins.Balancing;

/// <summary>
/// Random numbers for many threads at the price of one interlocked addition: SplitMix64 (Steele, Lea, Flood: Fast splittable
/// pseudorandom number generators, 2014), whose state is a counter. Not for secrets. Thread-safe; deterministic for one seed and thread.
/// </summary>
internal sealed class SharedRandom(ulong seed)
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _counter = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(Interlocked.Add(ref _counter, Step));

    /// <summary>A number from 0 to <paramref name="bound"/> − 1, for 64 random bits.</summary>
    public static long Below(ulong random, long bound) => (long)Math.BigMul(random, (ulong)bound, out _);

    /// <summary>Spreads the bits of a number over all 64: neighbours become strangers. A bijection.</summary>
    public static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }
}
