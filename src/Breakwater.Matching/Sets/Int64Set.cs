namespace Breakwater.Matching;

/// <summary>A set of integers, given as values and ranges. Immutable.</summary>
/// <remarks>Sets that span little (status codes, ports) are bitmaps; others are sorted ranges, searched in halves.</remarks>
public sealed class Int64Set
{
    private const int MaxBitmapBits = 1 << 16;

    private readonly long[] _firsts;
    private readonly long[] _lasts;
    private readonly long _lowest;
    private readonly ulong[]? _bitmap;

    private Int64Set(List<(long First, long Last)> ranges)
    {
        _firsts = [.. ranges.Select(range => range.First)];
        _lasts = [.. ranges.Select(range => range.Last)];
        if (ranges.Count == 0 || (ulong)(_lasts[^1] - _firsts[0]) >= MaxBitmapBits || _lasts[^1] - _firsts[0] < 0)
        {
            return;
        }

        _lowest = _firsts[0];
        _bitmap = new ulong[((_lasts[^1] - _lowest) >> 6) + 1];
        foreach ((long first, long last) in ranges)
        {
            for (long value = first - _lowest; value <= last - _lowest; value++)
            {
                _bitmap[value >> 6] |= 1UL << (int)value;
            }
        }
    }

    /// <summary>How many separate ranges remain after what overlaps or touches was joined.</summary>
    public int RangeCount => _firsts.Length;

    /// <summary>The set of all values of the ranges, both ends included. A range that ends before it begins is refused.</summary>
    /// <exception cref="ArgumentException">A range ends before it begins.</exception>
    public static Int64Set Create(IEnumerable<(long First, long Last)> ranges)
    {
        List<(long First, long Last)> sorted = [.. ranges];
        if (sorted.Exists(static range => range.Last < range.First))
        {
            throw new ArgumentException("A range ends before it begins.", nameof(ranges));
        }

        sorted.Sort();
        List<(long First, long Last)> joined = [];
        foreach ((long first, long last) in sorted)
        {
            if (joined.Count > 0 && (joined[^1].Last == long.MaxValue || first <= joined[^1].Last + 1))
            {
                joined[^1] = (joined[^1].First, Math.Max(last, joined[^1].Last));
            }
            else
            {
                joined.Add((first, last));
            }
        }

        return new Int64Set(joined);
    }

    /// <summary>Whether the value is in the set.</summary>
    public bool Contains(long value)
    {
        if (_bitmap is { } bitmap)
        {
            ulong bit = (ulong)value - (ulong)_lowest;
            return bit >> 6 < (ulong)bitmap.Length && ((bitmap[bit >> 6] >> (int)bit) & 1) != 0;
        }

        int from = 0, count = _firsts.Length;
        if (count == 0)
        {
            return false;
        }

        while (count > 1)
        {
            int half = count >> 1;
            from += _firsts[from + half] <= value ? half : 0;
            count -= half;
        }

        return _firsts[from] <= value && value <= _lasts[from];
    }
}
