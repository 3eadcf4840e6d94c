using System.Buffers;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// The memory that bodies may take that are read ahead or kept back, of all exchanges together: chunks of one size from the shared pool, counted. One per edge;
/// thread-safe.
/// </summary>
/// <remarks>
/// The last quarter is kept for the first chunk of a body. So those who send large bodies slowly take the memory from one another, and an
/// ordinary form, which fits into one chunk, is still read.
/// </remarks>
internal sealed class BodyMemory
{
    /// <summary>Bytes of a chunk.</summary>
    public const int ChunkBytes = 16 * 1024;

    private long _used;
    private long _refused;

    /// <summary>Bytes that are taken now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>How often a body could not be read on.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Lets metrics know the counters.</summary>
    public void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.BodyMemory, sink => sink.Value(Used));
        metrics.Observe(Instruments.BodyMemoryRefused, sink => sink.Value(Refused));
    }

    /// <summary>A chunk; null when there is none left.</summary>
    /// <param name="limit">Bytes that all may take together.</param>
    /// <param name="isFirst">Whether it is the first one of its body.</param>
    public byte[]? TryTake(long limit, bool isFirst)
    {
        return TryReserve(ChunkBytes, limit, isFirst) ? ArrayPool<byte>.Shared.Rent(ChunkBytes) : null;
    }

    /// <summary>Counts bytes that lie elsewhere; false when there are not so many left. <see cref="Release"/> follows where there are.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="limit">Bytes that all may take together.</param>
    /// <param name="isFirst">Whether they are the first ones of their body.</param>
    public bool TryReserve(int bytes, long limit, bool isFirst)
    {
        if (Interlocked.Add(ref _used, bytes) > (isFirst ? limit : limit - limit / 4))
        {
            Release(bytes);
            Interlocked.Increment(ref _refused);
            return false;
        }

        return true;
    }

    /// <summary>Bytes that were counted are free again.</summary>
    public void Release(int bytes) => Interlocked.Add(ref _used, -bytes);

    /// <summary>Takes a chunk back.</summary>
    public void Return(byte[] chunk)
    {
        ArrayPool<byte>.Shared.Return(chunk);
        Release(ChunkBytes);
    }
}
