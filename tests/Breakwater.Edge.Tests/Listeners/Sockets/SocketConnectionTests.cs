using System.IO.Pipelines;
using Breakwater.Edge.Listeners.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Breakwater.Edge.Tests.Listeners.Sockets;

/// <summary>A connection ends once, whoever ends it and however often, and takes with it what waits on it.</summary>
public sealed class SocketConnectionTests : IAsyncDisposable
{
    private static readonly ConnectionAbortedException Reason = new("test");

    private readonly SocketPair _pair = SocketPair.Connect(bufferBytes: 64 * 1024);
    private readonly CountedPool _pool = new();
    private readonly SocketConnection _connection;

    public SocketConnectionTests() => _connection = new SocketConnection(_pair.Server, "1", new ListenerMemory(_pool));

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _pair.Dispose();
    }

    [Fact]
    public void EveryFeatureThatKestrelAsksForIsThere()
    {
        Assert.Same(_connection, _connection.Features.Get<IConnectionIdFeature>());
        Assert.Same(_connection, _connection.Features.Get<IConnectionTransportFeature>());
        Assert.Same(_connection, _connection.Features.Get<IConnectionItemsFeature>());
        Assert.Same(_connection, _connection.Features.Get<IConnectionEndPointFeature>());
        Assert.Same(_connection, _connection.Features.Get<IConnectionLifetimeFeature>());
        Assert.Same(_pair.Server, _connection.Features.Get<IConnectionSocketFeature>()!.Socket);
        Assert.Same(_pool, _connection.Features.Get<IMemoryPoolFeature>()!.MemoryPool);
    }

    [Fact]
    public async Task AbortingEndsWhatWaitsOnIt()
    {
        Task<ReadResult> read = _connection.Transport.Input.ReadAsync().AsTask();
        Task<FlushResult> flush = _connection.Transport.Output.WriteAsync(new byte[2_000_000]).AsTask();
        Assert.False(read.IsCompleted || flush.IsCompleted);
        _connection.Abort(Reason);
        Assert.True((await read.WaitAsync(SocketPair.Patience)).IsCompleted);
        Assert.True((await flush.WaitAsync(SocketPair.Patience)).IsCompleted);
    }

    [Fact]
    public async Task AbortingTellsOnceHoweverOftenItIsDone()
    {
        int told = 0;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = _connection.ConnectionClosed.Register(() =>
        {
            Interlocked.Increment(ref told);
            closed.SetResult();
        });
        _connection.Abort(Reason);
        _connection.Abort(Reason);
        await closed.Task.WaitAsync(SocketPair.Patience);
        await _connection.DisposeAsync();
        _connection.Abort(Reason);
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task DisposingTwiceIsAsOnce()
    {
        await _connection.DisposeAsync();
        await _connection.DisposeAsync();
        await _pair.EndsAtClientAsync();
        Assert.Equal(0, _pool.Disposals);
    }

    /// <summary>An orderly end: what was flushed arrives before it.</summary>
    [Fact]
    public async Task DisposingLetsTheClientReadWhatWasSent()
    {
        await _connection.Transport.Output.WriteAsync("bye"u8.ToArray());
        await _connection.DisposeAsync();
        Assert.Equal("bye", await _pair.ReadTextAtClientAsync(3));
        await _pair.EndsAtClientAsync();
    }

    [Fact]
    public async Task AbortingAfterTheClientHasResetIsNoException()
    {
        _pair.ResetAndArrive();
        _connection.Abort(Reason);
        await _connection.DisposeAsync();
    }

    [Fact]
    public async Task AbortingWhileAReceiveOutlivesItsReadIsSafe()
    {
        Task<ReadResult> read = _connection.Transport.Input.ReadAsync().AsTask();
        _connection.Transport.Input.CancelPendingRead();
        Assert.True((await read.WaitAsync(SocketPair.Patience)).IsCanceled);
        _connection.Abort(Reason);
        await _connection.DisposeAsync();
        Assert.True((await _connection.Transport.Input.ReadAsync()).IsCompleted);
    }
}
