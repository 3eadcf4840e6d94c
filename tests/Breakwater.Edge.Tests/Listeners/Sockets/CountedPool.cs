using System.Buffers;

namespace Breakwater.Edge.Tests.Listeners.Sockets;

/// <summary>A pool that counts how often it is disposed of.</summary>
internal sealed class CountedPool : MemoryPool<byte>
{
    public int Disposals { get; private set; }

    public override int MaxBufferSize => 4096;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(minBufferSize);

    protected override void Dispose(bool disposing) => Disposals++;
}
