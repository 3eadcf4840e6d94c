using System.Buffers;

namespace Breakwater.Matching;

/// <summary>
/// Finds the literals with which an input begins; or, kept backwards, ends. Immutable.
/// </summary>
/// <remarks>
/// In a sorted list, all literals that an input begins with are the last one not above the input, or such as that one begins with: between one
/// of them and the input everything begins alike. So one binary search finds the longest candidate, and from each literal a
/// link leads to the next shorter one that it begins with.
/// </remarks>
internal sealed class OrderedLiterals
{
    private readonly bool _ignoreCase;
    private readonly bool _backwards;
    private readonly byte[][] _sorted;
    private readonly int[] _ids;
    private readonly int[] _shorter;
    private readonly int[] _byFirst = new int[257];
    private readonly int _longest;

    /// <param name="literals">Different ones, of one byte or more; all with the same <see cref="Literal.IgnoreCase"/>.</param>
    /// <param name="backwards">Whether inputs have to end with them.</param>
    public OrderedLiterals(IReadOnlyList<(Literal Literal, int Id)> literals, bool backwards)
    {
        _ignoreCase = literals[0].Literal.IgnoreCase;
        _backwards = backwards;
        (byte[] Bytes, int Id)[] sorted =
            [.. literals.Select(entry => (backwards ? [.. entry.Literal.Bytes.Reverse()] : entry.Literal.Bytes, entry.Id))];
        Array.Sort(sorted, static (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        _sorted = [.. sorted.Select(static entry => entry.Bytes)];
        _ids = [.. sorted.Select(static entry => entry.Id)];
        _longest = _sorted.Max(static literal => literal.Length);
        _shorter = new int[_sorted.Length];
        for (int i = 0; i < _sorted.Length; i++)
        {
            _byFirst[_sorted[i][0] + 1]++;
            int shorter = i - 1;
            while (shorter >= 0 && !_sorted[i].AsSpan().StartsWith(_sorted[shorter]))
            {
                shorter = _shorter[shorter];
            }

            _shorter[i] = shorter;
        }

        for (int i = 1; i < _byFirst.Length; i++)
        {
            _byFirst[i] += _byFirst[i - 1];
        }
    }

    public long MemoryBytes => _byFirst.Length * 4L + _sorted.Sum(static literal => 40L + literal.Length);

    public void Scan<TSink>(ReadOnlySpan<byte> input, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        if (input.IsEmpty)
        {
            return;
        }

        byte first = _backwards ? input[^1] : input[0];
        first = _ignoreCase ? AsciiFold.Lower(first) : first;
        int from = _byFirst[first], to = _byFirst[first + 1];
        if (from == to)
        {
            return;
        }

        if (!_backwards && !_ignoreCase)
        {
            Scan(input, input.Length, from, to, ref sink);
            return;
        }

        // As much of the input as the longest literal has, in the form in which literals are kept.
        int length = Math.Min(input.Length, _longest);
        byte[]? rented = length > 512 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> text = rented is null ? stackalloc byte[512] : rented;
        text = text[..length];
        ReadOnlySpan<byte> part = _backwards ? input[^length..] : input[..length];
        if (_ignoreCase)
        {
            AsciiFold.Lower(part, text);
        }
        else
        {
            part.CopyTo(text);
        }

        if (_backwards)
        {
            text.Reverse();
        }

        Scan(text, input.Length, from, to, ref sink);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Scan<TSink>(scoped ReadOnlySpan<byte> text, int inputLength, int from, int to, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        int start = from;
        while (start < to)
        {
            int middle = (start + to) >>> 1;
            if (text.SequenceCompareTo(_sorted[middle]) >= 0)
            {
                start = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        if (start == from)
        {
            return;
        }

        int common = text.CommonPrefixLength(_sorted[start - 1]);
        for (int i = start - 1; i >= 0; i = _shorter[i])
        {
            int length = _sorted[i].Length;
            if (length <= common)
            {
                sink.Found(_ids[i], _backwards ? inputLength - length : 0);
            }
        }
    }
}
