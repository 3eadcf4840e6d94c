using System.Numerics;
using System.Runtime.Intrinsics;

namespace Breakwater.Waf.Engine;

/// <summary>Sets of rules as bitmaps over <see cref="WafRule.Ordinal"/>, and of operators over their bits. Stateless.</summary>
internal static class RuleBits
{
    public static ulong[] Make(int rules) => new ulong[(rules + 63) >> 6];

    public static bool Has(ReadOnlySpan<ulong> bits, int rule) => (bits[rule >> 6] & (1UL << rule)) != 0;

    public static void Add(Span<ulong> bits, int rule) => bits[rule >> 6] |= 1UL << rule;

    /// <summary>Adds a set to another.</summary>
    public static void Add(ReadOnlySpan<ulong> some, Span<ulong> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector256<ulong>.Count; i += Vector256<ulong>.Count)
        {
            (Vector256.Create(to[i..]) | Vector256.Create(some[i..])).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++) to[i] |= some[i];
    }

    /// <summary>Adds what two sets have in common to a third.</summary>
    public static void AddCommon(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector256<ulong>.Count; i += Vector256<ulong>.Count)
        {
            (Vector256.Create(to[i..]) | (Vector256.Create(left[i..]) & Vector256.Create(right[i..]))).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++) to[i] |= left[i] & right[i];
    }

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        int count = 0;
        foreach (ulong word in bits) count += BitOperations.PopCount(word);
        return count;
    }
}
