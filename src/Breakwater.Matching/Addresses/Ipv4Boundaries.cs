using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>
/// Sorted, distinct IPv4 addresses, and how many of them are not above a given one. Immutable. Two bytes an address: the upper 16 bits
/// select a span of the lower 16 bits, in which at most 16 steps of binary search remain. Few addresses, such as a rule names, are not worth
/// a table of 256 KiB: those are searched as they are.
/// </summary>
internal sealed class Ipv4Boundaries
{
    /// <summary>Up to so many addresses a search of all of them takes no longer than the table's.</summary>
    internal const int Few = 2048;

    private readonly uint[]? _few;
    private readonly int[] _index = [];
    private readonly ushort[] _low = [];

    /// <param name="sorted">Ascending, without duplicates.</param>
    public Ipv4Boundaries(ReadOnlySpan<uint> sorted)
    {
        if (sorted.Length <= Few)
        {
            _few = sorted.ToArray();
            return;
        }

        _low = new ushort[sorted.Length];
        _index = new int[(1 << 16) + 1];
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

    public long MemoryBytes => ((_index.Length + (_few?.Length ?? 0)) * sizeof(int)) + ((long)_low.Length * sizeof(ushort));

    /// <summary>How many boundaries are at or below the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(uint address)
    {
        if (_few is { } few)
        {
            return RankOfFew(few, address);
        }

        int[] index = _index;
        int top = (int)(address >> 16);
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

    private static int RankOfFew(uint[] few, uint address)
    {
        int from = 0;
        int count = few.Length;
        while (count > 1)
        {
            int half = count >> 1;
            from += few[from + half] <= address ? half : 0;
            count -= half;
        }

        return from + (from < few.Length && few[from] <= address ? 1 : 0);
    }
}
