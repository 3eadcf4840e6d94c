using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>Literals side by side in memory, to be compared with an input. Immutable.</summary>
internal sealed class LiteralTable
{
    private readonly byte[] _bytes;
    private readonly Entry[] _entries;

    /// <param name="literals">
    /// The literals, their ids, and where in each lies the part by which a filter knows it. A literal that a filter knows by several
    /// parts is there several times; its bytes are kept once.
    /// </param>
    public LiteralTable(IReadOnlyList<(Literal Literal, int Id, int Offset)> literals)
    {
        List<byte> bytes = [];
        Dictionary<int, int> starts = [];
        _entries = new Entry[literals.Count];
        for (int i = 0; i < _entries.Length; i++)
        {
            (Literal literal, int id, int offset) = literals[i];
            if (starts.TryAdd(id, bytes.Count))
            {
                bytes.AddRange(literal.Bytes);
            }

            _entries[i] = new Entry(starts[id], literal.Bytes.Length, id, offset, literal.IgnoreCase);
            LongestOffset = Math.Max(LongestOffset, offset);
        }

        _bytes = [.. bytes];
    }

    /// <summary>The farthest that a literal's part lies from its start.</summary>
    public int LongestOffset { get; }

    public long MemoryBytes => _bytes.Length + ((long)Unsafe.SizeOf<Entry>() * _entries.Length);

    /// <summary>Tells the sink of a literal if it stands where its part was seen; it may reach beyond the input.</summary>
    /// <returns>What the comparison cost, 1 and up.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Verify<TSink>(ReadOnlySpan<byte> input, int place, int index, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        ref readonly Entry entry = ref _entries[index];
        int start = place - entry.Offset;
        if (!sink.Wants(entry.Id) || start < 0 || start > input.Length - entry.Length)
        {
            return 1;
        }

        ReadOnlySpan<byte> text = input.Slice(start, entry.Length);
        ReadOnlySpan<byte> literal = _bytes.AsSpan(entry.Start, entry.Length);
        if (entry.IgnoreCase ? AsciiFold.EqualsFolded(text, literal) : text.SequenceEqual(literal))
        {
            sink.Found(entry.Id, start);
        }

        return 1 + (entry.Length >> 5);
    }

    private readonly record struct Entry(int Start, int Length, int Id, int Offset, bool IgnoreCase);
}
