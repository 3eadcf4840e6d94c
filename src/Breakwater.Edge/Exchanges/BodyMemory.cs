using System.Buffers;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// The memory that bodies read ahead may take, of all exchanges together: chunks of one size from the shared pool, counted. One per edge;
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
        if (Interlocked.Add(ref _used, ChunkBytes) > (isFirst ? limit : limit - limit / 4))
        {
            Interlocked.Add(ref _used, -ChunkBytes);
            Interlocked.Increment(ref _refused);
            return null;
        }

        return ArrayPool<byte>.Shared.Rent(ChunkBytes);
    }

    /// <summary>Takes a chunk back.</summary>
    public void Return(byte[] chunk)
    {
        ArrayPool<byte>.Shared.Return(chunk);
        Interlocked.Add(ref _used, -ChunkBytes);
    }
}
