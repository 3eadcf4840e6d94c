using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Listeners.Sockets;
using Breakwater.Edge.Tests.Files;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Listeners.Sockets;

/// <summary>Nothing that happens to one connection, and no lack of resources, ends the accepting of others.</summary>
public sealed class SocketListenerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines<SocketTransport> _log = new();
    private readonly CountedPool _pool = new();
    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Queue<Func<ValueTask<Socket>>> _first = [];
    private readonly SemaphoreSlim _accepts = new(0);
    private readonly SocketListener _listener;
    private readonly List<Socket> _clients = [];

    public SocketListenerTests()
    {
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen(8);
        _listener = new SocketListener(_listening, new ListenerMemory(_pool), _time, _log, Accept);

        // What the queue says first, then what the socket does.
        ValueTask<Socket> Accept(CancellationToken cancellation)
        {
            _accepts.Release();
            return _first.TryDequeue(out Func<ValueTask<Socket>>? result) ? result() : _listening.AcceptAsync(cancellation);
        }
    }

    public static TheoryData<SocketError> ErrorsOfOneClient =>
        [SocketError.ConnectionAborted, SocketError.ConnectionReset, SocketError.TimedOut, SocketError.NetworkDown, SocketError.NetworkUnreachable,
            SocketError.HostDown, SocketError.HostUnreachable, SocketError.ProtocolOption, SocketError.OperationNotSupported];

    public static TheoryData<SocketError> ErrorsThatStay =>
        [SocketError.TooManyOpenSockets, SocketError.NoBufferSpaceAvailable, SocketError.AccessDenied, SocketError.SocketError];

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _listener.DisposeAsync();
        _accepts.Dispose();
    }

    [Fact]
    public async Task AConnectionKnowsItsEndsAndSendsWithoutDelay()
    {
        Socket client = Connect();
        await using var connection = await AcceptAsync();
        Assert.Equal(client.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, connection.LocalEndPoint);
        Assert.Equal(_listening.LocalEndPoint, _listener.EndPoint);
        Assert.True(connection.Socket.NoDelay);
        Assert.Same(_pool, connection.MemoryPool);
    }

    [Fact]
    public async Task EachConnectionHasAnIdOfItsOwn()
    {
        Connect();
        Connect();
        await using var first = await AcceptAsync();
        await using var second = await AcceptAsync();
        Assert.NotEqual(first.ConnectionId, second.ConnectionId);
    }

    /// <summary>As an operating system does it that refuses to set options of a connection that was reset; a datagram socket has no TCP options.</summary>
    [Fact]
    public async Task ASocketThatCannotBeConfiguredIsDisposedOfAndTheNextOneAccepted()
    {
        Socket refuses = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.Throws<SocketException>(() => refuses.NoDelay = true);
        _first.Enqueue(() => new ValueTask<Socket>(refuses));
        Socket client = Connect();
        await using var connection = await AcceptAsync();
        Assert.Equal(client.LocalEndPoint, connection.RemoteEndPoint);
        Assert.True(refuses.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task ASocketThatIsGoneAlreadyIsNoEndOfTheListener()
    {
        Socket gone = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        gone.Dispose();
        _first.Enqueue(() => new ValueTask<Socket>(gone));
        Connect();
        await using var connection = await AcceptAsync();
    }

    [Fact]
    public async Task AClientThatResetsBetweenAcceptAndConfigurationLeavesAConnectionThatEnds()
    {
        using SocketPair pair = SocketPair.Connect();
        _first.Enqueue(() =>
        {
            pair.ResetAndArrive();
            return new ValueTask<Socket>(pair.Server);
        });
        await using var connection = await AcceptAsync();
        ReadResult read = await connection.Transport.Input.ReadAsync();
        Assert.True(read.IsCompleted);
        Assert.True(read.Buffer.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(ErrorsOfOneClient))]
    public async Task AnErrorOfOneClientIsPassedOverAtOnce(SocketError error)
    {
        Fail(error);
        Connect();
        await using var connection = await AcceptAsync();
        Assert.Empty(_log);
    }

    [Theory]
    [MemberData(nameof(ErrorsThatStay))]
    public async Task AnErrorThatWouldComeAgainAtOnceIsWaitedOut(SocketError error)
    {
        Fail(error);
        Fail(error);
        Connect();
        Task<ConnectionContext?> accepting = _listener.AcceptAsync().AsTask();
        await AcceptTriedAsync();
        _time.Advance(SocketListener.Pause - TimeSpan.FromTicks(1));
        Assert.Equal(0, _accepts.CurrentCount);
        _time.Advance(TimeSpan.FromTicks(1));
        await AcceptTriedAsync();
        Assert.False(accepting.IsCompleted);
        _time.Advance(SocketListener.Pause);
        await using ConnectionContext? connection = await accepting.WaitAsync(SocketPair.Patience);
        Assert.NotNull(connection);
        Assert.Contains($"({error})", Assert.Single(_log));
    }

    [Fact]
    public async Task ThatConnectionsHaveToWaitIsSaidOnceAMinute()
    {
        Task<ConnectionContext?>? accepting = null;
        foreach (int lines in (int[])[1, 1, 2])
        {
            Fail(SocketError.TooManyOpenSockets);
            Connect();
            accepting = _listener.AcceptAsync().AsTask();
            Assert.Equal(lines, _log.Count);
            _time.Advance(SocketListener.WarningInterval / 2);
            await (await accepting.WaitAsync(SocketPair.Patience))!.DisposeAsync();
        }

        Assert.StartsWith("Warning: Listener 127.0.0.1:", _log.First());
    }

    [Fact]
    public async Task CancellationEndsAPause()
    {
        using CancellationTokenSource cancel = new();
        Fail(SocketError.TooManyOpenSockets);
        Task<ConnectionContext?> accepting = _listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Null(await accepting.WaitAsync(SocketPair.Patience));
    }

    [Fact]
    public async Task ClosingEndsAnAcceptThatWaits()
    {
        Task<ConnectionContext?> accepting = _listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        await _listener.UnbindAsync();
        Assert.Null(await accepting.WaitAsync(SocketPair.Patience));
        Assert.Null(await _listener.AcceptAsync());
    }

    [Fact]
    public async Task CancellationEndsAnAcceptThatWaits()
    {
        using CancellationTokenSource cancel = new();
        Task<ConnectionContext?> accepting = _listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Null(await accepting.WaitAsync(SocketPair.Patience));
    }

    [Fact]
    public async Task TheMemoryIsGivenBackWithTheListener()
    {
        await _listener.UnbindAsync();
        Assert.Equal(0, _pool.Disposals);
        await _listener.DisposeAsync();
        await _listener.DisposeAsync();
        Assert.Equal(1, _pool.Disposals);
    }

    [Fact]
    public async Task TheMemoryOutlivesTheListenerWhileAConnectionIsOpen()
    {
        Connect();
        Connect();
        ConnectionContext first = await AcceptAsync(), second = await AcceptAsync();
        await first.DisposeAsync();
        await first.DisposeAsync();
        await _listener.DisposeAsync();
        Assert.Equal(0, _pool.Disposals);
        second.Abort();
        Assert.Equal(0, _pool.Disposals);
        await second.DisposeAsync();
        Assert.Equal(1, _pool.Disposals);
    }

    [Fact]
    public async Task AConnectionThatCameToNothingHoldsNoMemory()
    {
        Socket gone = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        gone.Dispose();
        _first.Enqueue(() => new ValueTask<Socket>(gone));
        Connect();
        await (await AcceptAsync()).DisposeAsync();
        await _listener.DisposeAsync();
        Assert.Equal(1, _pool.Disposals);
    }

    private void Fail(SocketError error) => _first.Enqueue(() => ValueTask.FromException<Socket>(new SocketException((int)error)));

    private Socket Connect()
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _clients.Add(client);
        client.Connect(_listener.EndPoint);
        return client;
    }

    private async Task<SocketConnection> AcceptAsync() =>
        Assert.IsType<SocketConnection>(await _listener.AcceptAsync().AsTask().WaitAsync(SocketPair.Patience));

    private async Task AcceptTriedAsync() => Assert.True(await _accepts.WaitAsync(SocketPair.Patience), "No further attempt.");
}
