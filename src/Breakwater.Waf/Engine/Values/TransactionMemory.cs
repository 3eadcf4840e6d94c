using System.Buffers.Text;
using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Engine;

/// <summary>
/// All bytes of a transaction, in five segments: names and values, results of transformations, the two bodies as they came, and the program's
/// fixed texts, which all transactions share. A <see cref="ByteSlice"/> names its segment in the top bits of its offset, so that a value is
/// eight bytes wherever it lies; one of the first segment is also one of the body processors' arena. Owned by one transaction.
/// </summary>
internal sealed class TransactionMemory : IDisposable
{
    public const int Transformed = 1;
    public const int RequestBody = 2;
    public const int ResponseBody = 3;
    public const int Literals = 4;

    private const int SegmentShift = 28;
    private const int OffsetMask = (1 << SegmentShift) - 1;

    // A buffer that grew beyond this for one large request is given back after it.
    private const int KeptBytes = 16 << 10;

    private readonly WorkMeter _work;
    private readonly ByteArena _transformed;
    private readonly ByteArena _requestBody = new(OffsetMask);
    private readonly ByteArena _responseBody = new(OffsetMask);
    private readonly byte[] _literals;

    public TransactionMemory(WorkMeter work, byte[] literals, BodyLimits limits, int transformedBytes)
    {
        _work = work;
        _literals = literals;
        Body = new InspectedBody(limits);
        _transformed = new ByteArena(Math.Min(transformedBytes, OffsetMask));
    }

    /// <summary>What a value that is not there is.</summary>
    public static ByteSlice Absent => new(-1, 0);

    /// <summary>Names and values, and what the body processors fill.</summary>
    public InspectedBody Body { get; }

    /// <summary>Where results of transformations lie; its slices become values by <see cref="In"/>.</summary>
    public ByteArena Results => _transformed;

    /// <summary>The request's body as far as it is inspected.</summary>
    public ByteArena RequestBytes => _requestBody;

    /// <summary>The response's body as far as it is inspected.</summary>
    public ByteArena ResponseBytes => _responseBody;

    /// <summary>The bytes of a value; worth nothing after the next append to its segment.</summary>
    public ReadOnlySpan<byte> this[ByteSlice slice]
    {
        get
        {
            int segment = slice.Offset >> SegmentShift;
            if (segment == 0) return Body.Arena[slice];
            ByteSlice within = new(slice.Offset & OffsetMask, slice.Length);
            return segment switch
            {
                Transformed => _transformed[within],
                RequestBody => _requestBody[within],
                ResponseBody => _responseBody[within],
                Literals => _literals.AsSpan(within.Offset, within.Length),
                _ => default,
            };
        }
    }

    /// <summary>Whether a value is there.</summary>
    public static bool IsPresent(ByteSlice slice) => slice.Offset >= 0;

    /// <summary>A slice of another segment's arena, as a value.</summary>
    public static ByteSlice In(int segment, ByteSlice within) => new((segment << SegmentShift) | within.Offset, within.Length);

    /// <summary>The whole of a body as a value.</summary>
    public ByteSlice WholeBody(int segment) => In(segment, new ByteSlice(0, segment == RequestBody ? _requestBody.Used : _responseBody.Used));

    /// <summary>Bytes that it holds.</summary>
    public long HeldBytes => (long)Body.Arena.Capacity + _transformed.Capacity + _requestBody.Capacity + _responseBody.Capacity;

    /// <summary>Empties all, and gives back what only a large request needs.</summary>
    public void Reset()
    {
        Body.Reset();
        Empty(Body.Arena);
        Empty(_transformed);
        Empty(_requestBody);
        Empty(_responseBody);
    }

    /// <summary>Copies bytes into the first segment; what does not fit is the empty value, and the transaction's budget is spent.</summary>
    public ByteSlice Keep(ReadOnlySpan<byte> bytes)
    {
        if (Body.Arena.TryAppend(bytes, out ByteSlice slice)) return slice;
        _work.Exhaust();
        return default;
    }

    /// <summary>As <see cref="Keep(ReadOnlySpan{byte})"/>, for a value that lies in the memory already, which may move meanwhile.</summary>
    public bool TryAppendCopy(ByteSlice value)
    {
        if (!Body.Arena.TryReserve(value.Length, out Span<byte> room))
        {
            _work.Exhaust();
            return false;
        }

        this[value].CopyTo(room);
        Body.Arena.Commit(value.Length);
        return true;
    }

    /// <summary>Copies of values, one behind the other, <paramref name="length"/> bytes in all; what does not fit is the empty value, and the budget is spent.</summary>
    public ByteSlice KeepAll(ReadOnlySpan<ByteSlice> values, int length)
    {
        if (!Body.Arena.TryReserve(length, out Span<byte> room))
        {
            _work.Exhaust();
            return default;
        }

        foreach (ByteSlice value in values)
        {
            this[value].CopyTo(room);
            room = room[value.Length..];
        }

        return Body.Arena.Commit(length);
    }

    /// <summary>A number in decimal digits.</summary>
    public ByteSlice KeepNumber(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out int length);
        return Keep(digits[..length]);
    }

    public void Dispose()
    {
        Body.Dispose();
        _transformed.Dispose();
        _requestBody.Dispose();
        _responseBody.Dispose();
    }

    private static void Empty(ByteArena arena)
    {
        if (arena.Capacity > KeptBytes) arena.Dispose();
        else arena.Reset();
    }
}
