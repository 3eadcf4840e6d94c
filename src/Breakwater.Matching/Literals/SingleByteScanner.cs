using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Breakwater.Matching;

/// <summary>
/// Finds literals of one byte. Immutable.
/// </summary>
/// <remarks>
/// A set of bytes is two tables of 16 bytes: indexed by a byte's lower half, bit n says whether the byte with upper half n (first table)
/// or n + 8 (second) is in the set. One shuffle looks 16 bytes up. A byte that was found is struck off, so that one which is
/// everywhere costs no more than one which occurs once.
/// </remarks>
internal sealed class SingleByteScanner
{
    // Literal ids by byte: the one that is that byte exactly, and the one that ignores case; -1 where there is none.
    private readonly int[] _exact = new int[256];
    private readonly int[] _folded = new int[256];
    private readonly Vector128<byte> _low;
    private readonly Vector128<byte> _high;

    public SingleByteScanner(IReadOnlyList<(Literal Literal, int Id)> literals)
    {
        Array.Fill(_exact, -1);
        Array.Fill(_folded, -1);
        Span<byte> tables = stackalloc byte[32];
        foreach ((Literal literal, int id) in literals)
        {
            byte value = literal.Bytes[0];
            if (literal.IgnoreCase)
            {
                Enter(_folded, value, id, tables);
                Enter(_folded, (byte)(value & ~0x20), id, tables);
            }
            else
            {
                Enter(_exact, value, id, tables);
            }
        }

        _low = Vector128.Create<byte>(tables[..16]);
        _high = Vector128.Create<byte>(tables[16..]);
    }

    public void Scan<TSink>(ReadOnlySpan<byte> input, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        if (!Vector128.IsHardwareAccelerated || input.Length < 16)
        {
            for (int i = 0; i < input.Length && i < sink.Limit; i++)
            {
                Tell(input[i], i, ref sink);
            }

            return;
        }

        Vector128<byte> low = _low, high = _high;
        Vector128<byte> bits = Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128);
        Vector128<byte> fifteen = Vector128.Create((byte)15);
        int last = input.Length - 16;
        for (int at = 0; ;)
        {
            Vector128<byte> bytes = Vector128.Create(input.Slice(at, 16));
            Vector128<byte> lower = bytes & fifteen;
            Vector128<byte> upper = (bytes.AsUInt16() >>> 4).AsByte() & fifteen;
            Vector128<byte> isHigh = Vector128.LessThan(bytes.AsSByte(), Vector128<sbyte>.Zero).AsByte();
            Vector128<byte> row = Vector128.ConditionalSelect(isHigh, Vector128.ShuffleNative(high, lower), Vector128.ShuffleNative(low, lower));
            Vector128<byte> hits = row & Vector128.ShuffleNative(bits, upper);
            if (hits != Vector128<byte>.Zero)
            {
                uint places = ~Vector128.Equals(hits, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
                for (; places != 0; places &= places - 1)
                {
                    int place = at + BitOperations.TrailingZeroCount(places);
                    byte value = input[place];
                    Tell(value, place, ref sink);
                    Strike(ref value < 0x80 ? ref low : ref high, value);
                }

                if (at >= sink.Limit)
                {
                    return;
                }
            }

            if (at == last)
            {
                return;
            }

            at = Math.Min(at + 16, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Tell<TSink>(byte value, int place, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        if (_exact[value] is >= 0 and int exact)
        {
            sink.Found(exact, place);
        }

        if (_folded[value] is >= 0 and int folded)
        {
            sink.Found(folded, place);
        }
    }

    private static void Strike(ref Vector128<byte> table, byte value)
    {
        int row = value & 15;
        table = table.WithElement(row, (byte)(table.GetElement(row) & ~(1 << ((value >> 4) & 7))));
    }

    private static void Enter(int[] ids, byte value, int id, Span<byte> tables)
    {
        ids[value] = id;
        tables[(value >> 7 << 4) + (value & 15)] |= (byte)(1 << ((value >> 4) & 7));
    }
}
