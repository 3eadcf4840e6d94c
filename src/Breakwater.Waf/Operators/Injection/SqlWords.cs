using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// Words, phrases and two-byte operators of SQL with their types, learned by eng/Breakwater.Eng.ObserveInjection (sql-words.txt). ASCII
/// letters match in either case. A hash table in which a word is one vector: 31 bytes of text, padded, and the length. Immutable, thread-safe.
/// </summary>
internal sealed class SqlWords
{
    private const int LengthAt = 31;
    private const int IndexBits = 12;
    private const int OutlineBits = 13;

    private readonly short[] _slots = new short[1 << IndexBits];
    private readonly Vector256<byte>[] _keys;
    private readonly SqlTokenType[] _types;
    private readonly bool[] _leads;
    private readonly bool[] _isFoldedByType;

    // Of entries of two bytes, by these bytes: operators for the most part, of which an input may have one at every other place.
    private readonly SqlTokenType[] _pairs = new SqlTokenType[1 << 16];
    private readonly byte[][] _texts;

    /// <summary>Lengths, first and last bytes that some entry has: most words of prose have none of them and are told apart here.</summary>
    private readonly ulong[] _outlines = new ulong[1 << (OutlineBits - 6)];

    private SqlWords(IReadOnlyDictionary<string, SqlTokenType> words)
    {
        // The beginnings of phrases are entries too, so that a word tells whether it is worth while to look at the next one.
        HashSet<string> leads = [.. words.Keys.SelectMany(w => Enumerable.Range(1, w.Length - 1).Where(i => w[i] == ' ').Select(i => w[..i]))];
        string[] all = [.. words.Keys.Union(leads).Order(StringComparer.Ordinal)];
        _texts = [.. all.Select(Encoding.Latin1.GetBytes)];
        _types = [.. all.Select(w => words.GetValueOrDefault(w))];
        _leads = [.. all.Select(leads.Contains)];
        _keys = [.. _texts.Select(t => Key(t))];
        _isFoldedByType = [.. all.Select(w => !leads.Contains(w) && !SqlFolding.MayRead(w))];
        Array.Fill(_slots, (short)-1);
        for (short i = 0; i < _keys.Length; i++)
        {
            int outline = Outline(_texts[i]);
            _outlines[outline >> 6] |= 1UL << outline;
            int slot = Slot(_keys[i]);
            while (_slots[slot] >= 0) slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = i;
        }

        foreach ((string word, SqlTokenType type) in words)
        {
            if (word.Length == 2) _pairs[(word[0] << 8) | word[1]] = type;
        }
    }

    public static SqlWords Shared { get; } = new(LearnedTable.Lines("sql-words.txt").ToDictionary(l => l[2..], l => (SqlTokenType)l[0]));

    /// <inheritdoc cref="Find(ReadOnlySpan{byte}, int)"/>
    public short Find(ReadOnlySpan<byte> word) => Find(word, word.Length);

    /// <summary>The entry of a word of at most <see cref="SqlToken.MaxLength"/> bytes, or -1. An entry may be no more than a phrase's beginning.</summary>
    /// <param name="text">The word, and what follows it: fastest where this is so much that the word need not be copied.</param>
    /// <param name="length">The word's length.</param>
    public short Find(ReadOnlySpan<byte> text, int length)
    {
        if (length == 0) return -1;
        int outline = Outline(text[..length]);
        if ((_outlines[outline >> 6] >> outline & 1) == 0) return -1;
        Vector256<byte> key = text.Length >= Vector256<byte>.Count ? Key(Vector256.Create(text), length) : Key(text[..length]);
        for (int slot = Slot(key); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            short entry = _slots[slot];
            if (entry < 0 || _keys[entry] == key) return entry;
        }
    }

    /// <summary>None for a mere beginning, and for no entry.</summary>
    public SqlTokenType TypeOf(short entry) => entry < 0 ? SqlTokenType.None : _types[entry];

    /// <summary>The type of an operator of two bytes; none for no entry.</summary>
    public SqlTokenType TypeOf(byte first, byte second) => _pairs[(first << 8) | second];

    /// <summary>Whether some phrase goes on behind it.</summary>
    public bool LeadsPhrase(short entry) => entry >= 0 && _leads[entry];

    /// <summary>Whether folding sees nothing of it but its type.</summary>
    public bool IsFoldedByType(short entry) => _isFoldedByType[entry];

    public ReadOnlySpan<byte> TextOf(short entry) => _texts[entry];

    /// <summary>Letters count in either case; that other bytes fall together does no harm.</summary>
    private static int Outline(ReadOnlySpan<byte> word)
    {
        uint mixed = (uint)(word[0] & 0xDF) | (uint)(word[^1] & 0xDF) << 8 | (uint)word.Length << 16;
        return (int)(mixed * 0x9E37_79B1 >> (32 - OutlineBits));
    }

    private static Vector256<byte> Key(ReadOnlySpan<byte> word)
    {
        Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
        padded.Clear();
        word.CopyTo(padded);
        return Key(Vector256.Create<byte>(padded), word.Length);
    }

    private static Vector256<byte> Key(Vector256<byte> text, int length)
    {
        Vector256<byte> key = (text & Vector256.LessThan(Vector256<byte>.Indices, Vector256.Create((byte)length))).WithElement(LengthAt, (byte)length);
        Vector256<byte> small = Vector256.LessThan(key - Vector256.Create((byte)'a'), Vector256.Create((byte)26));
        return key ^ (small & Vector256.Create((byte)0x20));
    }

    /// <summary>By the first 16 bytes, which tell all but a few phrases apart.</summary>
    private static int Slot(Vector256<byte> key)
    {
        Vector128<ulong> parts = key.GetLower().AsUInt64();
        ulong mixed = parts[0] ^ BitOperations.RotateLeft(parts[1], 21);
        return (int)((mixed * 0x9E37_79B9_7F4A_7C15) >> (64 - IndexBits));
    }
}
