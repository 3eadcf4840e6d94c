using System.Numerics;

namespace Breakwater.Waf.Engine;

/// <summary>Sets of rules as bitmaps over <see cref="WafRule.Ordinal"/>. Stateless.</summary>
internal static class RuleBits
{
    public static ulong[] Make(int rules) => new ulong[(rules + 63) >> 6];

    public static bool Has(ReadOnlySpan<ulong> bits, int rule) => (bits[rule >> 6] & (1UL << rule)) != 0;

    public static void Add(Span<ulong> bits, int rule) => bits[rule >> 6] |= 1UL << rule;

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        int count = 0;
        foreach (ulong word in bits) count += BitOperations.PopCount(word);
        return count;
    }
}
