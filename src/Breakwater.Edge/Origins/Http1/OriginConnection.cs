using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Connections.Polling;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Origins.Http1;

/// <summary>
/// One HTTP/1.1 connection to an origin: bytes out, bytes in, plain or TLS. Leased to one exchange at a time; idle in its pool between.
/// Only <see cref="Abort"/> may be called from other threads than the leaseholder's.
/// </summary>
/// <remarks>
/// <para>
/// A read is always pending while the connection is idle. So an origin that closes, or that sends bytes nobody asked for (a response
/// queue that would poison the next exchange), ends the connection at once instead of failing the next request; and the first read
/// of the next response costs no system call of its own.
/// </para>
/// <para>
/// Nothing here throws for what the network does: a result below zero is a failed operation, and <see cref="Failure"/> says why when
/// it was our own doing. Neither reading nor writing allocates.
/// </para>
/// </remarks>
internal sealed class OriginConnection : IValueTaskSource<int>, IReceiving, IDisposable
{
    /// <summary>The result of an operation on a connection that is broken.</summary>
    public const int Failed = SocketReceiver.Failed;

    private const int ReceiveBufferBytes = 8192;
    private const int StateLeased = 0, StateIdle = 1, StateDead = 2;

    private readonly PolledSocket _socket;
    private readonly EndPoint _endPoint;
    private readonly Stream? _tls;
    private readonly SocketReceiver _receiver;
    private readonly SocketSender _sender;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);

    private ManualResetValueTaskSourceCore<int> _received;
    private bool _receivePending;
    private bool _intoBuffer;
    private int _start;
    private int _end;
    private int _state = StateLeased;
    private int _disposed;
    private long _deadline = long.MaxValue;
    private ExchangeEnd _deadlineReason;
    private int _failure;

    // The version of the origin's addresses in which its own was seen last.
    private int _currentIn = -1;

    private OriginConnection(OriginConnectionPool pool, PolledSocket socket, Stream? tls, EndPoint endPoint, long nowMicros)
    {
        Pool = pool;
        _endPoint = endPoint;
        _socket = socket;
        _tls = tls;
        _receiver = new SocketReceiver(socket, this);
        _sender = new SocketSender(socket);
        CreatedMicros = nowMicros;
    }

    /// <summary>The pool that it belongs to.</summary>
    public OriginConnectionPool Pool { get; }

    /// <summary>When it was opened.</summary>
    public long CreatedMicros { get; }

    /// <summary>When it last became idle.</summary>
    public long IdleSinceMicros { get; private set; }

    /// <summary>How many exchanges it has served before the present one.</summary>
    public int Served { get; private set; }

    /// <summary>Why we cut it; <see cref="ExchangeEnd.None"/> when we did not.</summary>
    public ExchangeEnd Failure => (ExchangeEnd)Volatile.Read(ref _failure);

    /// <summary>Whether the connection is no longer fit for use.</summary>
    public bool IsDead => Volatile.Read(ref _state) == StateDead;

    /// <summary>Received and not yet consumed.</summary>
    public ReadOnlyMemory<byte> Buffered => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Opens a connection. Null when that fails; <paramref name="attempt"/> tells why.</summary>
    public static async Task<OriginConnection?> OpenAsync(OriginConnectionPool pool, EndPoint endPoint, ConnectAttempt attempt)
    {
        PolledSocket? polled = null;
        try
        {
            Socket socket = OriginSocket.Create(endPoint);
            polled = new PolledSocket(socket);
            attempt.Begin(polled);
            Stream? tls = null;
            if (pool.Tls is not { } options)
            {
                await polled.ConnectAsync(endPoint).ConfigureAwait(false);
            }
            else
            {
                // A stream of the platform's is on the platform's own loop from the beginning.
                await socket.ConnectAsync(endPoint).ConfigureAwait(false);
                var ssl = new SslStream(new NetworkStream(socket, ownsSocket: true));
                attempt.TlsStarted();
                await ssl.AuthenticateAsClientAsync(options).ConfigureAwait(false);
                tls = ssl;
            }

            return new OriginConnection(pool, polled, tls, endPoint, pool.Clock.Micros);
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            attempt.Failed(exception);
            polled?.Dispose();
            return null;
        }
    }

    /// <summary>Sets when the operation in progress has taken too long, and what to call that. <see cref="long.MaxValue"/> disarms.</summary>
    public void Arm(long deadlineMicros, ExchangeEnd reason)
    {
        _deadlineReason = reason;
        Volatile.Write(ref _deadline, deadlineMicros);
    }

    /// <summary>Whether its deadline has passed.</summary>
    public bool IsOverdue(long nowMicros) => nowMicros > Volatile.Read(ref _deadline);

    /// <summary>Cuts the connection when its deadline has passed. Called by the pool's heartbeat.</summary>
    public void CutIfOverdue(long nowMicros)
    {
        long deadline = Volatile.Read(ref _deadline);

        // The exchange below succeeds only if the owner has not moved the deadline meanwhile, so that a connection
        // which made it just in time is left alone.
        if (nowMicros > deadline && Interlocked.CompareExchange(ref _deadline, long.MaxValue, deadline) == deadline)
        {
            Abort(_deadlineReason);
        }
    }

    /// <summary>Cuts the connection: whatever is pending on it fails at once. Thread-safe.</summary>
    public void Abort(ExchangeEnd reason)
    {
        Interlocked.CompareExchange(ref _failure, (int)reason, (int)ExchangeEnd.None);
        Volatile.Write(ref _state, StateDead);
        Dispose();
    }

    /// <summary>Sends all of the bytes. False when the connection is broken.</summary>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) => _tls is null ? _sender.SendAsync(bytes) : SendTlsAsync(bytes);

    /// <summary>
    /// Receives more into the connection's own buffer: the number of bytes, 0 at the origin's end of the stream, below 0 when the
    /// connection is broken. What was consumed is discarded first. The buffer must not be full.
    /// </summary>
    public ValueTask<int> ReceiveAsync()
    {
        if (_receivePending)
        {
            return new ValueTask<int>(this, _received.Version);
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return Receive(_buffer.AsMemory(_end), intoBuffer: true);
    }

    /// <summary>Receives straight into the caller's memory; only while nothing is buffered. Result as of <see cref="ReceiveAsync()"/>.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> destination) => Receive(destination, intoBuffer: false);

    /// <summary>Marks buffered bytes as used.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>
    /// Hands the connection back to its pool's idle state. False when it can't be kept: it is broken, or the origin has sent more than
    /// was asked for.
    /// </summary>
    public bool TryMakeIdle(long nowMicros)
    {
        Arm(long.MaxValue, ExchangeEnd.None);
        if (_start != _end || _receivePending || IsDead)
        {
            return false;
        }

        _start = _end = 0;
        Served++;
        IdleSinceMicros = nowMicros;
        if (Interlocked.CompareExchange(ref _state, StateIdle, StateLeased) != StateLeased)
        {
            return false;
        }

        // Completing at once means: closed, or unasked-for bytes. Either way it is of no more use.
        return !TryReceive(_buffer, intoBuffer: true, out _);
    }

    /// <summary>Takes the connection out of its idle state. False when it died there.</summary>
    public bool TryLease() => Interlocked.CompareExchange(ref _state, StateLeased, StateIdle) == StateIdle;

    /// <summary>
    /// Whether the origin is still at the address that this is a connection to; asked while it is idle or just leased. The answer is kept until
    /// the addresses change.
    /// </summary>
    public bool IsCurrent(OriginResolver? resolver)
    {
        if (resolver is null || _currentIn == resolver.Version)
        {
            return true;
        }

        int version = resolver.Version;
        if (!resolver.IsCurrent(_endPoint))
        {
            return false;
        }

        _currentIn = version;
        return true;
    }

    /// <summary>
    /// Whether the origin has spoken or closed while nothing was asked of it. To be asked after <see cref="TryLease"/>, before sending.
    /// </summary>
    public bool HasSpoken => !_receivePending || _received.GetStatus(_received.Version) != ValueTaskSourceStatus.Pending;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Volatile.Write(ref _state, StateDead);

            // The socket first: a polite end of TLS would wait for a peer that is often why we are here.
            _socket.Dispose();
            _tls?.Dispose();
        }
    }

    /// <summary>The raw stream of an upgraded connection; what was already buffered must be taken first.</summary>
    public ValueTask<int> ReceiveRawAsync(Memory<byte> destination)
    {
        if (_start == _end)
        {
            return Receive(destination, intoBuffer: false);
        }

        int count = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(destination.Span);
        _start += count;
        return new ValueTask<int>(count);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // The buffer grows here, on the owner's thread: whoever looks at it sees only what was awaited.
        _receivePending = false;
        int result = _received.GetResult(token);
        if (_intoBuffer && result > 0)
        {
            _end += result;
        }

        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _received.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _received.OnCompleted(continuation, state, token, flags);

    /// <summary>A read that was pending has ended: the owner goes on, or, when there is none, the connection is over.</summary>
    void IReceiving.OnReceived(int result)
    {
        if (Interlocked.CompareExchange(ref _state, StateDead, StateIdle) == StateIdle)
        {
            Dispose();
            return;
        }

        _received.SetResult(result);
    }

    private ValueTask<int> Receive(Memory<byte> destination, bool intoBuffer) =>
        TryReceive(destination, intoBuffer, out int result) ? new ValueTask<int>(result) : new ValueTask<int>(this, _received.Version);

    /// <summary>Begins to receive. True when that ended at once; otherwise a receive is pending.</summary>
    private bool TryReceive(Memory<byte> destination, bool intoBuffer, out int result)
    {
        _received.Reset();
        _receivePending = true;
        _intoBuffer = intoBuffer;
        if (_tls is not null)
        {
            ReceiveTls(destination);
            result = 0;
            return false;
        }

        if (_receiver.TryReceive(destination, out result))
        {
            _receivePending = false;
            if (intoBuffer && result > 0)
            {
                _end += result;
            }

            return true;
        }

        return false;
    }

    private async void ReceiveTls(Memory<byte> destination)
    {
        int result;
        try
        {
            result = await _tls!.ReadAsync(destination).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever it was, nobody awaits this method: the reader learns of it by the result.
            result = Failed;
        }

        ((IReceiving)this).OnReceived(result);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendTlsAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _tls!.WriteAsync(bytes).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }
}
