using System.Buffers;

namespace Breakwater.Rules.Evaluation;

/// <summary>A place in <see cref="ScratchMemory"/>; packs into a register.</summary>
internal readonly record struct ScratchSlice(byte Chunk, int Start, int Length)
{
    private const int PlaceBits = 24;

    public long Packed => ((long)Length << (PlaceBits + 8)) | ((long)Start << 8) | Chunk;

    public static ScratchSlice Unpack(long packed) =>
        new((byte)packed, (int)(packed >> 8) & ((1 << PlaceBits) - 1), (int)(packed >> (PlaceBits + 8)));
}

/// <summary>
/// Memory for what functions make during an evaluation: reserved one after another, given back all at once. It grows in chunks that never
/// move, so a span stays valid until it is given back. Bounded: once all chunks are full, a reservation fails and the function's result
/// is missing. Owned by one <see cref="EvaluationContext"/>.
/// </summary>
internal sealed class ScratchMemory
{
    private const int FirstChunk = 4096;

    /// <summary>Chunks of 4, 8, 16, ... KiB: 1 MiB the last, 2 MiB together.</summary>
    private const int MostChunks = 9;

    /// <summary>Chunks that a pooled context keeps: up to 64 KiB each. Larger ones go back to the shared pool.</summary>
    private const int KeptChunks = 5;

    private readonly byte[]?[] _chunks = new byte[]?[MostChunks];
    private int _chunk;
    private int _used;

    /// <summary>The most bytes that one reservation can have.</summary>
    public static int Largest => FirstChunk << (MostChunks - 1);

    public (int Chunk, int Used) Mark => (_chunk, _used);

    /// <summary>Gives back what was reserved after a mark.</summary>
    public void Release((int Chunk, int Used) mark) => (_chunk, _used) = mark;

    public bool TryReserve(int length, out Span<byte> memory)
    {
        if (TryReserve(length, out ScratchSlice slice))
        {
            memory = Get(slice);
            return true;
        }

        memory = default;
        return false;
    }

    public bool TryReserve(int length, out ScratchSlice slice)
    {
        while (length > (FirstChunk << _chunk) - _used)
        {
            if (_chunk == MostChunks - 1)
            {
                slice = default;
                return false;
            }

            _chunk++;
            _used = 0;
        }

        slice = new ScratchSlice((byte)_chunk, _used, length);
        _used += length;
        return true;
    }

    /// <summary>Gives back the last bytes of the last reservation.</summary>
    public void Trim(int surplus) => _used -= surplus;

    public Span<byte> Get(ScratchSlice slice) =>
        (_chunks[slice.Chunk] ?? Make(slice.Chunk)).AsSpan(slice.Start, slice.Length);

    /// <summary>Gives everything back.</summary>
    public void Reset()
    {
        for (int i = KeptChunks; i < MostChunks && _chunk >= KeptChunks; i++)
        {
            if (_chunks[i] is not { } large) continue;
            ArrayPool<byte>.Shared.Return(large);
            _chunks[i] = null;
        }

        _chunk = 0;
        _used = 0;
    }

    private byte[] Make(int chunk) =>
        _chunks[chunk] = chunk < KeptChunks ? new byte[FirstChunk << chunk] : ArrayPool<byte>.Shared.Rent(FirstChunk << chunk);
}
