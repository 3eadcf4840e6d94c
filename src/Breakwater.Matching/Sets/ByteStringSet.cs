using System.Numerics;

namespace Breakwater.Matching;

/// <summary>
/// A set of byte strings, compared as they are or without regard to ASCII case. Immutable.
/// </summary>
/// <remarks>
/// A bitmap of the lengths that occur turns most strangers away; then one hash, and one comparison where all 32 bits of it agree.
/// Each string has its number, in the order in which the strings were given, so that the set serves as an index as well.
/// </remarks>
public sealed class ByteStringSet
{
    private const int AnySeedProbes = 8;

    private readonly Slot[] _slots;
    private readonly ulong _lengths;
    private readonly ulong _seed;
    private readonly bool _ignoreCase;
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    private ByteStringSet(byte[] bytes, int[] starts, bool ignoreCase, ulong seed)
    {
        _bytes = bytes;
        _starts = starts;
        _ignoreCase = ignoreCase;
        Count = starts.Length - 1;
        for (int i = 0; i < Count; i++)
        {
            _lengths |= LengthBit(starts[i + 1] - starts[i]);
        }

        // Half full at most, so that there is a free slot to end every search; another seed when chains grew long by bad luck.
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, 2 * Count));
        _slots = new Slot[size];
        for (int attempt = 0; ; attempt++)
        {
            _seed = seed + ((ulong)attempt * 0x9E3779B97F4A7C15);
            if (Fill() <= AnySeedProbes || attempt == 15)
            {
                return;
            }
        }
    }

    /// <summary>The set without strings.</summary>
    public static ByteStringSet Empty { get; } = Create([]);

    /// <summary>How many strings were given, repeated ones counted again.</summary>
    public int Count { get; }

    /// <summary>A set of the strings, which are copied.</summary>
    /// <param name="strings">The strings; one given twice has the number of its first occurrence.</param>
    /// <param name="ignoreCase">Whether ASCII letters of different case are the same.</param>
    /// <param name="seed">The hash's key.</param>
    public static ByteStringSet Create(IEnumerable<ReadOnlyMemory<byte>> strings, bool ignoreCase = false, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(strings);
        List<byte> bytes = [];
        List<int> starts = [0];
        foreach (ReadOnlyMemory<byte> text in strings)
        {
            bytes.AddRange(ignoreCase ? AsciiFold.ToLower(text.Span) : text.Span);
            starts.Add(bytes.Count);
        }

        return new ByteStringSet([.. bytes], [.. starts], ignoreCase, seed);
    }

    /// <summary>Whether the string is in the set.</summary>
    public bool Contains(ReadOnlySpan<byte> text) => Find(text) >= 0;

    /// <summary>The number of the string, from 0 in the order given, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        if ((_lengths & LengthBit(text.Length)) == 0)
        {
            return -1;
        }

        uint hash = KeyedHash.Compute(text, _seed, _ignoreCase);
        Slot[] slots = _slots;
        for (int at = (int)hash & (slots.Length - 1); ; at = (at + 1) & (slots.Length - 1))
        {
            Slot slot = slots[at];
            if (slot.Number == 0)
            {
                return -1;
            }

            if (slot.Hash == hash && EqualsNumber(text, slot.Number - 1))
            {
                return slot.Number - 1;
            }
        }
    }

    /// <summary>The string of a number, in folded form when case is ignored.</summary>
    public ReadOnlySpan<byte> this[int number] => _bytes.AsSpan(_starts[number], _starts[number + 1] - _starts[number]);

    private static ulong LengthBit(int length) => 1UL << Math.Min(length, 63);

    private bool EqualsNumber(ReadOnlySpan<byte> text, int number) =>
        _ignoreCase ? AsciiFold.EqualsFolded(text, this[number]) : text.SequenceEqual(this[number]);

    /// <summary>Enters all strings, and tells the longest way that one took.</summary>
    private int Fill()
    {
        Array.Clear(_slots);
        int longest = 0;
        for (int number = 0; number < Count; number++)
        {
            uint hash = KeyedHash.Compute(this[number], _seed, _ignoreCase);
            int probes = 1;
            int at = (int)hash & (_slots.Length - 1);
            while (_slots[at].Number != 0 && !(_slots[at].Hash == hash && EqualsNumber(this[number], _slots[at].Number - 1)))
            {
                at = (at + 1) & (_slots.Length - 1);
                probes++;
            }

            if (_slots[at].Number == 0)
            {
                _slots[at] = new Slot(hash, number + 1);
                longest = Math.Max(longest, probes);
            }
        }

        return longest;
    }

    /// <param name="Hash">All bits of the string's hash.</param>
    /// <param name="Number">The string's number plus one; 0 marks a free slot.</param>
    private readonly record struct Slot(uint Hash, int Number);
}
