using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// A listening socket. Kestrel's accept loop owns it. No client and no lack of resources ends it: <see cref="AcceptAsync"/> goes on until the
/// socket is closed.
/// </summary>
internal sealed partial class SocketListener : IConnectionListener
{
    /// <summary>How long to wait when the system had nothing left to make one more connection of.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>At most one warning a minute.</summary>
    internal static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly Socket _socket;
    private readonly Func<CancellationToken, ValueTask<Socket>> _accept;
    private readonly ListenerMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly AcceptGate _gate;
    private readonly DescriptorReserve _reserve;
    private readonly CancellationTokenSource _ended = new();
    private long _accepted;
    private long? _warned;
    private bool _isShort;
    private int _disposed;

    /// <param name="socket">Bound and listening; disposed of with the listener.</param>
    /// <param name="memory">For the connections; the listener's hold on it ends with the listener.</param>
    /// <param name="time">Measures the pauses.</param>
    /// <param name="log">Where it is told that connections have to wait.</param>
    /// <param name="accept">Takes the next connection off the queue; null for what the socket does.</param>
    /// <param name="gate">Says when connections are left where they are; null = never.</param>
    /// <param name="reserve">Says when so few file descriptors are left that connections are left where they are; null for that of the process.</param>
    public SocketListener(
        Socket socket,
        ListenerMemory memory,
        TimeProvider time,
        ILogger log,
        Func<CancellationToken, ValueTask<Socket>>? accept = null,
        AcceptGate? gate = null,
        DescriptorReserve? reserve = null)
    {
        _reserve = reserve ?? DescriptorReserve.OfProcess;
        _gate = gate ?? new AcceptGate();
        _socket = socket;
        _accept = accept ?? socket.AcceptAsync;
        _memory = memory;
        _time = time;
        _log = log;
        EndPoint = socket.LocalEndPoint!;
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            CancellationToken closing = _gate.Closing;
            try
            {
                if (!_gate.IsOpen)
                {
                    await _gate.WaitAsync(_ended.Token).ConfigureAwait(false);
                    continue;
                }

                if (_isShort && !_reserve.HasRoomForClients())
                {
                    await WaitAsync(SocketError.TooManyOpenSockets, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                // Kestrel ends a listener by unbinding it; its token is for listeners that are asked to stop in another way.
                Socket accepted = await _accept(cancellationToken.CanBeCanceled ? cancellationToken : closing).ConfigureAwait(false);
                _isShort = _reserve.IsShortForClients(accepted);
                if (TryConfigure(accepted) is { } connection)
                {
                    return connection;
                }
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested && !_ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // The gate was closed; what has not been taken off the queue stays there.
            }
            catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException
                or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception) when (IsOfClient(exception.SocketErrorCode))
            {
                // It went while it was still in the queue.
            }
            catch (SocketException exception)
            {
                await WaitAsync(exception.SocketErrorCode, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _ended.Cancel();
        _socket.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _ended.Cancel();
            _socket.Dispose();
            _memory.Release();
        }

        return default;
    }

    /// <summary>
    /// Whether accept(2) has failed for a reason of the connection that it took off the queue, as Linux reports them, and not for one that the next
    /// call would meet again.
    /// </summary>
    private static bool IsOfClient(SocketError error) => error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut
        or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.HostUnreachable
        or SocketError.ProtocolOption or SocketError.OperationNotSupported;

    /// <summary>Null when the client has gone meanwhile; then the socket is disposed of.</summary>
    private SocketConnection? TryConfigure(Socket accepted)
    {
        try
        {
            if (accepted.AddressFamily != AddressFamily.Unix)
            {
                accepted.NoDelay = true;
            }

            return new SocketConnection(accepted, (++_accepted).ToString("X", CultureInfo.InvariantCulture), _memory);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            accepted.Dispose();
            return null;
        }
    }

    /// <summary>Leaves connections in the queue for a moment; asking again at once would only burn the processor that the others need.</summary>
    private async Task WaitAsync(SocketError error, CancellationToken cancel)
    {
        long now = _time.GetTimestamp();
        if (_warned is not { } last || _time.GetElapsedTime(last, now) >= WarningInterval)
        {
            _warned = now;
            Log.NoneLeft(_log, EndPoint, error);
        }

        await Task.Delay(Pause, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 521, Level = LogLevel.Warning, Message = "Listener {EndPoint}: new connections must wait, since the system makes none ({Error}). TooManyOpenSockets: no file descriptor is left for them; raise the limit of the process (ulimit -n, LimitNOFILE), or lower limits.max_connections. (Logged once a minute at most)")]
        public static partial void NoneLeft(ILogger log, EndPoint endPoint, SocketError error);
    }
}
