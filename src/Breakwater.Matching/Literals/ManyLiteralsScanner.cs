using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Matching;

/// <summary>
/// Finds any number of literals of two bytes or more. Immutable.
/// </summary>
/// <remarks>
/// <para>A literal of seven bytes or more is known by six of its bytes in a row, and by six that begin one byte further, so that at one
/// of two neighbouring places of the input there is one of both: only every other place is looked at. The six bytes there are hashed; the
/// hash selects a word of a bitmap and two bits in it, both of which are set if a literal has those six bytes. For
/// thousands of literals the bitmap fits the nearest cache, and hardly any place of ordinary input passes by mistake. Which of its bytes
/// stand for a literal is chosen so that they are rare.</para>
/// <para>Shorter literals are looked for at every place, in a bitmap of their own: two of their bytes select the word and a third one the
/// bit; a literal of two bytes sets all bits of its word.</para>
/// <para>A place that passes leads to the literals with that fingerprint, which are compared in full.</para>
/// <para>Fingerprints are taken with bit 0x20 of each byte set, which makes both cases of a letter the same.</para>
/// </remarks>
internal sealed class ManyLiteralsScanner
{
    private const ulong FoldAll = 0x2020202020202020, SpreadLong = 0x9E3779B97F4A7C15;
    private const uint SpreadPair = 0x9E3779B1, TripleTag = 1u << 31;
    private const int LongWindow = 6, LongLength = LongWindow + 1, ShortWindow = 3, ShortWordBits = 12;

    // A step looks at four places, and reads eight bytes: all of the windows that begin at these places.
    private const int Step = 4, StepReads = 8;

    private readonly FingerprintedLiterals _literals;
    private readonly uint[] _longBits;
    private readonly int _longShift;
    private readonly uint[]? _shortBits;

    public ManyLiteralsScanner(IReadOnlyList<(Literal Literal, int Id)> literals)
    {
        List<FingerprintedLiteral> longs = [], shorts = [];
        Dictionary<uint, int> shared = [];
        foreach ((Literal literal, int id) in literals)
        {
            bool isLong = literal.Bytes.Length >= LongLength;
            int offset = Choose(literal.Bytes, isLong, shared);
            for (int i = 0; i < (isLong ? 2 : 1); i++)
            {
                (isLong ? longs : shorts).Add(new(Fingerprint(literal.Bytes, offset + i, isLong), literal, id, offset + i));
            }
        }

        int wordBits = Math.Clamp(BitOperations.Log2((uint)Math.Max(1, longs.Count)), 5, 16);
        _longShift = 64 - wordBits - 10;
        _longBits = new uint[1 << wordBits];
        foreach ((_, Literal literal, _, int offset) in longs)
        {
            uint place = (uint)(LongHash(Read(literal.Bytes, offset, LongWindow)) >> _longShift);
            _longBits[place >> 10] |= (1u << (int)place) | (1u << (int)(place >> 5));
        }

        if (shorts.Count > 0)
        {
            _shortBits = new uint[1 << ShortWordBits];
            foreach ((uint fingerprint, _, _, _) in shorts)
            {
                _shortBits[ShortWord(fingerprint)] |= (fingerprint & TripleTag) == 0 ? uint.MaxValue : 1u << (int)(fingerprint >> 16);
            }
        }

        _literals = new FingerprintedLiterals(longs, shorts);
    }

    public long MemoryBytes =>
        (4L * _longBits.Length) + (4L * (_shortBits?.Length ?? 0)) + _literals.MemoryBytes;

    /// <summary>Finds literals until the end, the sink's limit, or the end of the credit for comparisons.</summary>
    /// <returns>The place up to which all is done: the input's length unless the credit ended.</returns>
    public int Scan<TSink>(ReadOnlySpan<byte> input, ref TSink sink, int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        ref byte start = ref MemoryMarshal.GetReference(input);
        int at = 0;
        if (input.Length >= StepReads)
        {
            int to = input.Length - StepReads + 1;
            int done = _shortBits is null
                ? Scan<TSink, LongOnly>(input, ref start, 0, to, ref sink, ref credit)
                : Scan<TSink, LongAndShort>(input, ref start, 0, to, ref sink, ref credit);
            if (done < to)
            {
                return credit < 0 ? done : input.Length;
            }

            at = done;
        }

        // Less than a step reads is left: a copy with zeros behind it. Comparisons keep to the input itself.
        Span<byte> rest = stackalloc byte[32];
        input[at..].CopyTo(rest);
        int end = _shortBits is null
            ? Scan<TSink, LongOnly>(input, ref MemoryMarshal.GetReference(rest), at, input.Length, ref sink, ref credit)
            : Scan<TSink, LongAndShort>(input, ref MemoryMarshal.GetReference(rest), at, input.Length, ref sink, ref credit);
        return credit < 0 ? end : input.Length;
    }

    /// <summary>Looks at places, whose bytes are at <paramref name="bytes"/>, and tells the first at which it did not look.</summary>
    /// <remarks>
    /// Not checked, because it runs every four bytes of all input: a step at a place below <paramref name="to"/> reads the eight bytes from
    /// there on. In the input these end at its end at the latest, for <paramref name="to"/> is seven less than its length; of the copy, which
    /// holds seven bytes or fewer, two steps read twelve bytes of 32.
    /// </remarks>
    private int Scan<TSink, TKinds>(ReadOnlySpan<byte> input, ref byte bytes, int from, int to, ref TSink sink, ref int credit)
        where TSink : struct, ILiteralSink, allows ref struct
        where TKinds : struct
    {
        ref uint longBits = ref MemoryMarshal.GetArrayDataReference(_longBits);
        ref uint shortBits = ref typeof(TKinds) == typeof(LongAndShort) ? ref MemoryMarshal.GetArrayDataReference(_shortBits!) : ref longBits;
        int shift = _longShift;
        int at = from;
        for (; at < to; at += Step, bytes = ref Unsafe.Add(ref bytes, Step))
        {
            ulong window = Unsafe.ReadUnaligned<ulong>(ref bytes) | FoldAll;
            uint maybe = LookForLong(LongHash(window), shift, ref longBits) | LookForLong(LongHash(window >> 16), shift, ref longBits);
            if (typeof(TKinds) == typeof(LongAndShort))
            {
                maybe |= LookForShort((uint)window, ref shortBits) | LookForShort((uint)(window >> 8), ref shortBits)
                    | LookForShort((uint)(window >> 16), ref shortBits) | LookForShort((uint)(window >> 24), ref shortBits);
            }

            if ((maybe & 1) != 0)
            {
                Verify(input, window, at, ref sink, ref credit);
                if (credit < 0 || at - _literals.Table.LongestOffset >= sink.Limit)
                {
                    return at;
                }
            }
        }

        return at;
    }

    /// <summary>Bit 0 tells whether the hash may be that of a long literal's window.</summary>
    /// <remarks>Not checked: the shift leaves ten bits more of the hash than it takes to count the words.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LookForLong(ulong hash, int shift, ref uint longBits)
    {
        uint place = (uint)(hash >> shift);
        uint word = Unsafe.Add(ref longBits, place >> 10);
        return (word >> (int)place) & (word >> (int)(place >> 5));
    }

    /// <summary>Bit 0 tells whether a short literal's window may begin here.</summary>
    /// <remarks>Not checked: <see cref="ShortWord"/> is of as many bits as it takes to count the words.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LookForShort(uint window, ref uint shortBits) =>
        Unsafe.Add(ref shortBits, ShortWord(window)) >> (int)(window >> 16);

    /// <summary>Looks at each of the places again, and compares the literals that may stand there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Verify<TSink>(ReadOnlySpan<byte> input, ulong window, int at, ref TSink sink, ref int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        for (int i = 0; i < Step; i++, window >>= 8)
        {
            if (i % 2 == 0)
            {
                ulong hash = LongHash(window);
                if ((LookForLong(hash, _longShift, ref MemoryMarshal.GetArrayDataReference(_longBits)) & 1) != 0)
                {
                    _literals.Compare(input, at + i, _literals.Longs.Find((uint)(hash >> 32)), ref sink, ref credit);
                }
            }

            uint triple = (uint)window & 0xFFFFFF;
            if (_shortBits is not null && (LookForShort(triple, ref MemoryMarshal.GetArrayDataReference(_shortBits)) & 1) != 0)
            {
                _literals.Compare(input, at + i, _literals.Shorts.Find(triple | TripleTag), ref sink, ref credit);
                _literals.Compare(input, at + i, _literals.Shorts.Find(triple & 0xFFFF), ref sink, ref credit);
            }
        }
    }

    /// <summary>Where the window begins that stands for a literal: the rarest one, with a preference for what few others have.</summary>
    private static int Choose(ReadOnlySpan<byte> literal, bool isLong, Dictionary<uint, int> shared)
    {
        int length = isLong ? LongLength : Math.Min(literal.Length, ShortWindow);
        int best = 0, bestCost = int.MaxValue;
        for (int i = 0; i <= literal.Length - length; i++)
        {
            int sharing = shared.GetValueOrDefault(Fingerprint(literal, i, isLong));
            int cost = ByteRarity.Of(literal.Slice(i, length)) + (64 * sharing);
            if (cost < bestCost)
            {
                (best, bestCost) = (i, cost);
            }
        }

        CollectionsMarshal.GetValueRefOrAddDefault(shared, Fingerprint(literal, best, isLong), out _)++;
        return best;
    }

    private static uint Fingerprint(ReadOnlySpan<byte> literal, int offset, bool isLong)
    {
        if (isLong)
        {
            return (uint)(LongHash(Read(literal, offset, LongWindow)) >> 32);
        }

        int length = Math.Min(literal.Length, ShortWindow);
        return (uint)Read(literal, offset, length) | (length == ShortWindow ? TripleTag : 0);
    }

    private static ulong Read(ReadOnlySpan<byte> literal, int offset, int length)
    {
        ulong bytes = 0;
        for (int i = length - 1; i >= 0; i--)
        {
            bytes = (bytes << 8) | literal[offset + i] | 0x20;
        }

        return bytes;
    }

    /// <summary>Of the first six bytes; the rest is shifted out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LongHash(ulong window) => (window << 16) * SpreadLong;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ShortWord(uint window) => ((window & 0xFFFF) * SpreadPair) >> (32 - ShortWordBits);

    private readonly struct LongOnly;

    private readonly struct LongAndShort;
}
