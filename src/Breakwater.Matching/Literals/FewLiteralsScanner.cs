using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Breakwater.Matching;

/// <summary>
/// Finds some dozens of literals of two bytes or more. Immutable.
/// </summary>
/// <remarks>
/// The literals are dealt into eight buckets, one bit each. For each of three bytes in a row, two tables of 16 entries say which buckets
/// have a literal with that lower half and that upper half of a byte there; the six answers and-ed leave the buckets that may have a literal at
/// that place, for 16 or 32 places at once (the method is known as Teddy). What remains is compared in full. The three bytes are taken
/// from where the literal is rarest.
/// </remarks>
internal sealed class FewLiteralsScanner
{
    /// <summary>With more than this, the tables of a bucket fill up, and too many places remain.</summary>
    public const int MostLiterals = 16;

    private const int Buckets = 8, Window = 3;

    private readonly LiteralTable _literals;
    private readonly int[] _bucketStarts = new int[Buckets + 1];
    private readonly byte[] _tables = new byte[Window * 2 * 16];

    public FewLiteralsScanner(IReadOnlyList<(Literal Literal, int Id)> literals)
    {
        // Neighbours in order share their first bytes, which leaves more of a bucket's tables empty.
        List<(Literal Literal, int Id, int Offset)> ordered =
            [.. literals.Select(static entry => (entry.Literal, entry.Id, ByteRarity.RarestWindow(entry.Literal.Bytes, Window)))];
        ordered.Sort(static (a, b) => a.Literal.Bytes.AsSpan(a.Offset).SequenceCompareTo(b.Literal.Bytes.AsSpan(b.Offset)));
        _literals = new LiteralTable(ordered);
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            _bucketStarts[bucket + 1] = (bucket + 1) * ordered.Count / Buckets;
            for (int i = _bucketStarts[bucket]; i < _bucketStarts[bucket + 1]; i++)
            {
                Enter(ordered[i].Literal, ordered[i].Offset, (byte)(1 << bucket));
            }
        }
    }

    public long MemoryBytes => _tables.Length + _literals.MemoryBytes;

    /// <summary>Finds literals until the end, the sink's limit, or the end of the credit for comparisons.</summary>
    /// <returns>The place up to which all is done: the input's length unless the credit ended.</returns>
    public int Scan<TSink>(ReadOnlySpan<byte> input, ref TSink sink, int credit)
        where TSink : struct, ILiteralSink, allows ref struct =>
        Avx2.IsSupported ? Scan256(input, ref sink, credit) : Scan128(input, ref sink, credit);

    private int Scan256<TSink>(ReadOnlySpan<byte> input, ref TSink sink, int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        Vector256<byte> low0 = Table256(0), high0 = Table256(1), low1 = Table256(2), high1 = Table256(3), low2 = Table256(4), high2 = Table256(5);
        Vector256<byte> fifteen = Vector256.Create((byte)15);
        Span<byte> rest = stackalloc byte[64];
        Span<byte> buckets = stackalloc byte[32];
        for (int at = 0; at < input.Length - 1; at += 32)
        {
            scoped ReadOnlySpan<byte> here;
            if (at <= input.Length - (32 + Window - 1))
            {
                here = input.Slice(at, 32 + Window - 1);
            }
            else
            {
                // Not enough left for a whole step: a copy with zeros behind it. Comparisons keep to the input itself.
                input[at..].CopyTo(rest);
                here = rest;
            }

            // One check for all three, each of which begins a byte further: the slice is of so many bytes, and the copy is longer.
            scoped ref byte first = ref MemoryMarshal.GetReference(here);
            Vector256<byte> bytes0 = Vector256.LoadUnsafe(ref first);
            Vector256<byte> bytes1 = Vector256.LoadUnsafe(ref first, 1);
            Vector256<byte> bytes2 = Vector256.LoadUnsafe(ref first, Window - 1);
            Vector256<byte> hits =
                Avx2.Shuffle(low0, bytes0 & fifteen) & Avx2.Shuffle(high0, (bytes0.AsUInt16() >>> 4).AsByte() & fifteen)
                & Avx2.Shuffle(low1, bytes1 & fifteen) & Avx2.Shuffle(high1, (bytes1.AsUInt16() >>> 4).AsByte() & fifteen)
                & Avx2.Shuffle(low2, bytes2 & fifteen) & Avx2.Shuffle(high2, (bytes2.AsUInt16() >>> 4).AsByte() & fifteen);
            if (hits != Vector256<byte>.Zero)
            {
                hits.CopyTo(buckets);
                uint places = ~Vector256.Equals(hits, Vector256<byte>.Zero).ExtractMostSignificantBits();
                Verify(input, at, places, buckets, ref sink, ref credit);
                if (credit < 0)
                {
                    return at;
                }

                if (at - _literals.LongestOffset >= sink.Limit)
                {
                    break;
                }
            }
        }

        return input.Length;
    }

    private int Scan128<TSink>(ReadOnlySpan<byte> input, ref TSink sink, int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        Vector128<byte> low0 = Table128(0), high0 = Table128(1), low1 = Table128(2), high1 = Table128(3), low2 = Table128(4), high2 = Table128(5);
        Vector128<byte> fifteen = Vector128.Create((byte)15);
        Span<byte> rest = stackalloc byte[32];
        Span<byte> buckets = stackalloc byte[16];
        for (int at = 0; at < input.Length - 1; at += 16)
        {
            scoped ReadOnlySpan<byte> here;
            if (at <= input.Length - (16 + Window - 1))
            {
                here = input.Slice(at, 16 + Window - 1);
            }
            else
            {
                input[at..].CopyTo(rest);
                here = rest;
            }

            // One check for all three, each of which begins a byte further: the slice is of so many bytes, and the copy is longer.
            scoped ref byte first = ref MemoryMarshal.GetReference(here);
            Vector128<byte> bytes0 = Vector128.LoadUnsafe(ref first);
            Vector128<byte> bytes1 = Vector128.LoadUnsafe(ref first, 1);
            Vector128<byte> bytes2 = Vector128.LoadUnsafe(ref first, Window - 1);
            Vector128<byte> hits =
                Vector128.ShuffleNative(low0, bytes0 & fifteen) & Vector128.ShuffleNative(high0, (bytes0.AsUInt16() >>> 4).AsByte() & fifteen)
                & Vector128.ShuffleNative(low1, bytes1 & fifteen) & Vector128.ShuffleNative(high1, (bytes1.AsUInt16() >>> 4).AsByte() & fifteen)
                & Vector128.ShuffleNative(low2, bytes2 & fifteen) & Vector128.ShuffleNative(high2, (bytes2.AsUInt16() >>> 4).AsByte() & fifteen);
            if (hits != Vector128<byte>.Zero)
            {
                hits.CopyTo(buckets);
                uint places = ~Vector128.Equals(hits, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
                Verify(input, at, places, buckets, ref sink, ref credit);
                if (credit < 0)
                {
                    return at;
                }

                if (at - _literals.LongestOffset >= sink.Limit)
                {
                    break;
                }
            }
        }

        return input.Length;
    }

    /// <summary>Compares the literals of the buckets that remain at each place.</summary>
    private void Verify<TSink>(ReadOnlySpan<byte> input, int at, uint places, scoped ReadOnlySpan<byte> buckets, ref TSink sink, ref int credit)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        for (; places != 0; places &= places - 1)
        {
            int place = BitOperations.TrailingZeroCount(places);
            for (uint remaining = buckets[place]; remaining != 0; remaining &= remaining - 1)
            {
                int bucket = BitOperations.TrailingZeroCount(remaining);
                for (int i = _bucketStarts[bucket]; i < _bucketStarts[bucket + 1]; i++)
                {
                    credit -= _literals.Verify(input, at + place, i, ref sink);
                }
            }
        }
    }

    private void Enter(Literal literal, int offset, byte bucket)
    {
        ReadOnlySpan<byte> bytes = literal.Bytes.AsSpan(offset);
        for (int i = 0; i < Window; i++)
        {
            Span<byte> low = _tables.AsSpan(i * 32, 16), high = _tables.AsSpan((i * 32) + 16, 16);
            if (i >= bytes.Length)
            {
                // A literal that is shorter than the window takes anything behind its end.
                foreach (ref byte entry in _tables.AsSpan(i * 32, 32))
                {
                    entry |= bucket;
                }

                continue;
            }

            low[bytes[i] & 15] |= bucket;
            high[bytes[i] >> 4] |= bucket;
            if (literal.IgnoreCase && AsciiFold.IsLetter(bytes[i]))
            {
                high[(bytes[i] & ~0x20) >> 4] |= bucket;
            }
        }
    }

    private Vector128<byte> Table128(int index) => Vector128.Create<byte>(_tables.AsSpan(index * 16, 16));

    private Vector256<byte> Table256(int index) => Vector256.Create(Table128(index), Table128(index));
}
