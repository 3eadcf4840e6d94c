using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>
/// Sorted, distinct IPv4 addresses, and how many of them are not above a given one. Immutable. Two bytes an address: the upper 16 bits
/// select a span of the lower 16 bits, in which at most 16 steps of binary search remain.
/// </summary>
internal sealed class Ipv4Boundaries
{
    private readonly int[] _index;
    private readonly ushort[] _low;

    /// <param name="sorted">Ascending, without duplicates.</param>
    public Ipv4Boundaries(ReadOnlySpan<uint> sorted)
    {
        _low = new ushort[sorted.Length];
        _index = sorted.IsEmpty ? [] : new int[(1 << 16) + 1];
        for (int i = 0; i < sorted.Length; i++)
        {
            uint address = sorted[i];
            _low[i] = (ushort)address;
            _index[(address >> 16) + 1]++;
        }

        for (int i = 1; i < _index.Length; i++)
        {
            _index[i] += _index[i - 1];
        }
    }

    public long MemoryBytes => (_index.Length * sizeof(int)) + ((long)_low.Length * sizeof(ushort));

    /// <summary>How many boundaries are at or below the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(uint address)
    {
        int[] index = _index;
        int top = (int)(address >> 16);
        if (top + 1 >= index.Length)
        {
            return 0;
        }

        int from = index[top];
        int count = index[top + 1] - from;
        if (count == 0)
        {
            return from;
        }

        ushort[] low = _low;
        ushort wanted = (ushort)address;
        while (count > 1)
        {
            int half = count >> 1;
            from += low[from + half] <= wanted ? half : 0;
            count -= half;
        }

        return from + (low[from] <= wanted ? 1 : 0);
    }
}
