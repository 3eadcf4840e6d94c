using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Matching;

/// <summary>
/// Finds some hundreds or thousands of literals of two bytes or more. Immutable.
/// </summary>
/// <remarks>
/// <para>A literal of four bytes or more is known by four of its bytes in a row, the rarest ones. At each place of the input, a hash of the
/// four bytes there selects a bit, which is set if a literal may be known by them. Shorter literals have a bitmap of their own: two bytes
/// select a word and the third one a bit in it; a literal of two bytes sets all bits of its word. Both bitmaps fit the nearest cache.</para>
/// <para>Places are noted without a branch, and looked at afterwards, some dozens at a time: with so many literals, places that have to be looked
/// at are neither rare nor predictable.</para>
/// <para>All of this takes bytes with bit 0x20 set, which makes both cases of a letter the same. Literals are compared in full at the end.</para>
/// </remarks>
internal sealed class WindowScanner
{
    /// <summary>With more literals than this, too many places remain.</summary>
    public const int MostLiterals = 8192;

    private const ulong FoldAll = 0x2020202020202020;
    private const uint FoldWindow = 0x20202020, Spread = 0x9E3779B1, TripleTag = 1u << 31;
    private const int Window = 4, ShortWords = 1024, BitsPerLiteral = 16;

    // A step looks at four places, and reads eight bytes: all of the windows that begin at these places. Places are gone through in blocks.
    private const int Step = 4, StepReads = 8, Block = 64;

    // A note is a place, from the block's start on, and which of the bitmaps had its bit.
    private const int LongNote = 1, ShortNote = 2, NoteBits = 2;

    private readonly FingerprintedLiterals _literals;
    private readonly uint[] _longBits;
    private readonly int _longShift;
    private readonly uint[]? _shortBits;

    public WindowScanner(IReadOnlyList<(Literal Literal, int Id)> literals)
    {
        List<FingerprintedLiteral> longs = [], shorts = [];
        foreach ((Literal literal, int id) in literals)
        {
            bool isLong = literal.Bytes.Length >= Window;
            int offset = isLong ? RarestWindow(literal.Bytes) : 0;
            (isLong ? longs : shorts).Add(new(Fingerprint(literal.Bytes, offset), literal, id, offset));
        }

        int bits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, BitsPerLiteral * longs.Count)));
        _longShift = 32 - bits;
        _longBits = new uint[1 << (bits - 5)];
        foreach ((uint fingerprint, _, _, _) in longs)
        {
            uint place = (fingerprint * Spread) >> _longShift;
            _longBits[place >> 5] |= 1u << (int)place;
        }

        if (shorts.Count > 0)
        {
            _shortBits = new uint[ShortWords];
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
        Span<uint> notes = stackalloc uint[Block + Step];
        // The last places are looked at in a copy, so that no window ends beyond the input.
        int most = Math.Max(0, input.Length - StepReads + 1) & ~(Step - 1);
        for (int from = 0; from < most; from += Block)
        {
            int count = Note(ref Unsafe.Add(ref MemoryMarshal.GetReference(input), from), Math.Min(Block, most - from), notes);
            if (!Compare(input, from, notes[..count], ref sink, ref credit))
            {
                return credit < 0 ? from : input.Length;
            }
        }

        if (most == input.Length)
        {
            return input.Length;
        }

        Span<byte> rest = stackalloc byte[(2 * StepReads) + Step];
        input[most..].CopyTo(rest);
        int last = Note(ref MemoryMarshal.GetReference(rest), input.Length - most, notes);
        _ = Compare(input, most, notes[..last], ref sink, ref credit);
        return credit < 0 ? most : input.Length;
    }

    private int Note(ref byte bytes, int places, scoped Span<uint> notes) =>
        _shortBits is null ? Note<LongOnly>(ref bytes, places, notes) : Note<LongAndShort>(ref bytes, places, notes);

    /// <summary>Notes the places at which a literal may be known.</summary>
    /// <remarks>
    /// Not checked, because it runs every four bytes of all input. A step at a place below <paramref name="places"/> reads eight bytes, and so four
    /// beyond the places at the most: the input goes on for seven behind them, the copy of the rest (ten places or fewer of 20 bytes) for ten.
    /// A block has 64 places, and so 64 notes at the most and one that is written but not kept, of 68.
    /// </remarks>
    private int Note<TKinds>(ref byte bytes, int places, scoped Span<uint> notes)
        where TKinds : struct
    {
        ref uint longBits = ref MemoryMarshal.GetArrayDataReference(_longBits);
        ref uint shortBits = ref typeof(TKinds) == typeof(LongAndShort) ? ref MemoryMarshal.GetArrayDataReference(_shortBits!) : ref longBits;
        ref uint note = ref MemoryMarshal.GetReference(notes);
        int shift = _longShift;
        nuint count = 0;
        for (int at = 0; at < places; at += Step)
        {
            // A note is written in any case, and kept by counting it.
            ulong window = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at)) | FoldAll;
            uint found = Look<TKinds>((uint)window, shift, ref longBits, ref shortBits);
            Unsafe.Add(ref note, count) = (uint)at << NoteBits | found;
            count += Bit(found);
            found = Look<TKinds>((uint)(window >> 8), shift, ref longBits, ref shortBits);
            Unsafe.Add(ref note, count) = (uint)(at + 1) << NoteBits | found;
            count += Bit(found);
            found = Look<TKinds>((uint)(window >> 16), shift, ref longBits, ref shortBits);
            Unsafe.Add(ref note, count) = (uint)(at + 2) << NoteBits | found;
            count += Bit(found);
            found = Look<TKinds>((uint)(window >> 24), shift, ref longBits, ref shortBits);
            Unsafe.Add(ref note, count) = (uint)(at + 3) << NoteBits | found;
            count += Bit(found);
        }

        return (int)count;
    }

    /// <summary>Which of the bitmaps has the bit of the window.</summary>
    /// <remarks>Not checked: the shift leaves as many bits of the hash as the one bitmap has, and <see cref="ShortWord"/> those that count the other's words.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Look<TKinds>(uint window, int shift, ref uint longBits, ref uint shortBits)
        where TKinds : struct
    {
        uint hash = (window * Spread) >> shift;
        uint found = (Unsafe.Add(ref longBits, hash >> 5) >> (int)hash) & LongNote;
        if (typeof(TKinds) == typeof(LongAndShort))
        {
            found |= ((Unsafe.Add(ref shortBits, ShortWord(window)) >> (int)(window >> 16)) << 1) & ShortNote;
        }

        return found;
    }

    /// <summary>1 for a note that is to be kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Bit(uint found) => (found | (found >> 1)) & 1;

    /// <summary>Compares the literals that may stand at the places noted; false when the credit or the sink's interest ended.</summary>
    private bool Compare<TSink>(ReadOnlySpan<byte> input, int blockStart, scoped ReadOnlySpan<uint> notes, ref TSink sink, ref int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        foreach (uint note in notes)
        {
            int place = blockStart + (int)(note >> NoteBits);
            uint window = ReadWindow(input, place) | FoldWindow;
            if ((note & LongNote) != 0)
            {
                _literals.Compare(input, place, _literals.Longs.Find(window), ref sink, ref credit);
            }

            if ((note & ShortNote) != 0)
            {
                _literals.Compare(input, place, _literals.Shorts.Find((window & 0xFFFFFF) | TripleTag), ref sink, ref credit);
                _literals.Compare(input, place, _literals.Shorts.Find(window & 0xFFFF), ref sink, ref credit);
            }

            if (place - _literals.Table.LongestOffset >= sink.Limit)
            {
                return false;
            }
        }

        return credit >= 0;
    }

    /// <summary>The four bytes at a place; zeros where the input has ended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadWindow(ReadOnlySpan<byte> input, int place)
    {
        if (place <= input.Length - Window)
        {
            return Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(input), place));
        }

        uint window = 0;
        for (int i = input.Length - 1; i >= place; i--)
        {
            window = (window << 8) | input[i];
        }

        return window;
    }

    private static int RarestWindow(ReadOnlySpan<byte> literal)
    {
        int best = 0;
        double bestFrequency = double.MaxValue;
        for (int i = 0; i <= literal.Length - Window; i++)
        {
            double frequency = ByteRarity.Frequency(literal.Slice(i, Window));
            if (frequency < bestFrequency)
            {
                (best, bestFrequency) = (i, frequency);
            }
        }

        return best;
    }

    /// <summary>Four bytes; or three and a tag; or two.</summary>
    private static uint Fingerprint(ReadOnlySpan<byte> literal, int offset)
    {
        int length = Math.Min(literal.Length, Window);
        uint bytes = 0;
        for (int i = length - 1; i >= 0; i--)
        {
            bytes = (bytes << 8) | literal[offset + i] | 0x20;
        }

        return length == Window - 1 ? bytes | TripleTag : bytes;
    }

    /// <summary>The lower five bits of the first byte, and below them those of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ShortWord(uint window) => (((window & 0x1F1F) * 0x2001) >> 8) & (ShortWords - 1);

    private readonly struct LongOnly;

    private readonly struct LongAndShort;
}
