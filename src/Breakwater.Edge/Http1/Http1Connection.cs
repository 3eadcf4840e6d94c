using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Time;
using Breakwater.Edge.Waf;
using Breakwater.Edge.Zones;
using Breakwater.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Breakwater.Edge.Http1;

/// <summary>
/// The HTTP/1.1 front end (RFC 9112): one client connection, one exchange after the other. Reads heads strictly, hands each request to
/// the pipeline as an <see cref="Exchange"/>, and is that exchange's <see cref="ClientStream"/>.
/// </summary>
/// <remarks>
/// <para>Owned by its own flow. <see cref="OnHeartbeat"/>, <see cref="Drain"/> and <see cref="Abort(ConnectionEnd)"/> come from other threads and only
/// read deadlines, set flags and cancel what is pending.</para>
/// <para>While no request is in progress the connection holds no exchange and no buffers: ten thousand idle ones must be cheap.</para>
/// <para>This file is the connection's life; <c>Http1Connection.Body.cs</c> reads bodies, <c>Http1Connection.Response.cs</c> writes
/// responses, <c>Http1Connection.Deadlines.cs</c> watches the time.</para>
/// </remarks>
internal sealed partial class Http1Connection : ClientStream, IHeartbeatTarget, IDrainable
{
    private readonly DataPlane _plane;
    private readonly ConnectionContext _transport;
    private readonly ClientConnection _client;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;

    private Exchange? _exchange;
    private int _requests;
    private bool _keepAlive;
    private ExchangeEnd _failure;
    private ConnectionEnd _end;

    public Http1Connection(DataPlane plane, ConnectionContext transport, ClientConnection client)
    {
        _plane = plane;
        _transport = transport;
        _client = client;
        _input = transport.Transport.Input;
        _output = transport.Transport.Output;
    }

    /// <inheritdoc/>
    public override ExchangeEnd Failure => _failure;

    private enum HeadResult : byte
    {
        Request,
        Refused,
        BytesBeforeUpgrade,
        TimedOut,
        Ended,
    }

    /// <summary>Serves the connection to its end. Does not throw for anything that the client does.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<ConnectionEnd> RunAsync()
    {
        _plane.Connections.Add(this);
        _plane.Heartbeat.Add(this);
        try
        {
            do
            {
                HeadResult head = await ReadHeadAsync().ConfigureAwait(false);
                if (head == HeadResult.Ended)
                {
                    break;
                }

                Exchange exchange = _exchange!;
                BeginExchange(exchange);
                try
                {
                    await AnswerAsync(exchange, head).ConfigureAwait(false);
                }
                catch (Exception exception) when (!IsTransportFailure(exception))
                {
                    _keepAlive = false;
                    await _plane.Pipeline.FaultAsync(exchange, exception).ConfigureAwait(false);
                }
                finally
                {
                    _plane.Pipeline.Finish(exchange);
                }

                if (!BodyEnded && _keepAlive && !await DrainBodyAsync().ConfigureAwait(false))
                {
                    _keepAlive = false;
                    End(ConnectionEnd.BodyUnread);
                }

                FinishExchange(exchange);
            }
            while (_keepAlive);

            await LingerAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            End(ConnectionEnd.ClientReset);
        }
        finally
        {
            _plane.Heartbeat.Remove(this);
            _plane.Connections.Remove(this);
            ReleaseExchange();
        }

        return _end;
    }

    /// <inheritdoc/>
    public void Leave() => Volatile.Write(ref _leaving, true);

    /// <inheritdoc/>
    public void Drain()
    {
        Leave();
        Volatile.Write(ref _draining, true);
        if (Volatile.Read(ref _idle))
        {
            _input.CancelPendingRead();
        }
    }

    /// <inheritdoc/>
    public void Abort(ConnectionEnd reason)
    {
        End(reason);
        _transport.Abort(new ConnectionAbortedException($"Connection ended: {reason}."));
    }

    /// <summary>What the transport throws when a client is gone.</summary>
    private static bool IsTransportFailure(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException or ConnectionAbortedException;

    private void End(ConnectionEnd reason)
    {
        if (_end == ConnectionEnd.None)
        {
            _end = reason;
        }
    }

    /// <summary>Reads the next request's head into <see cref="_exchange"/>.</summary>
    private ValueTask<HeadResult> ReadHeadAsync()
    {
        // The next request may be here already; then nothing is let go and nothing is armed.
        if (_input.TryRead(out ReadResult read))
        {
            ExchangeForHead();
            ReadStatus status = ParseHead(read.Buffer);
            if (status != ReadStatus.NeedMore)
            {
                return new ValueTask<HeadResult>(Judge(status));
            }
        }

        return AwaitHeadAsync(_plane.For(_client).Settings);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<HeadResult> AwaitHeadAsync(EdgeSettings settings)
    {
        ReadStatus status = ReadStatus.NeedMore;
        while (status == ReadStatus.NeedMore)
        {
            bool started = _exchange is { Request.HasStarted: true };
            if (!started)
            {
                if (_exchange is { Request.IsUntouched: true })
                {
                    ReleaseExchange();
                }

                ArmOnce(DeadlineKind.Idle, _requests == 0 ? settings.HeaderTimeout : settings.IdleTimeout);
                Volatile.Write(ref _idle, true);
                if (Volatile.Read(ref _draining))
                {
                    End(ConnectionEnd.Drained);
                    return HeadResult.Ended;
                }
            }
            else
            {
                ArmOnce(DeadlineKind.Header, settings.HeaderTimeout);
            }

            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            Volatile.Write(ref _idle, false);
            ExchangeForHead();
            status = ParseHead(read.Buffer);
            if (status == ReadStatus.NeedMore && (read.IsCompleted || read.IsCanceled) && HeadEnded(read.IsCompleted) is { } ended)
            {
                Disarm();
                return ended;
            }
        }

        Disarm();
        return Judge(status);
    }

    private HeadResult Judge(ReadStatus status)
    {
        if (status != ReadStatus.Complete)
        {
            return HeadResult.Refused;
        }

        if (!_exchange!.Request.IsWebSocketUpgrade || !HasUnreadBytes())
        {
            return HeadResult.Request;
        }

        RefusedHeads.Take(_exchange, _exchange.Request.Bytes, ReadOnlySequence<byte>.Empty);
        return HeadResult.BytesBeforeUpgrade;
    }

    /// <summary>
    /// Whether the client sent more than was read so far. After a request to upgrade, and before its answer, nobody can tell whether such
    /// bytes are the new protocol's or a next request.
    /// </summary>
    private bool HasUnreadBytes()
    {
        if (!_input.TryRead(out ReadResult read))
        {
            return !_client.IsTls && _transport.Features.Get<IConnectionSocketFeature>()?.Socket.Available > 0;
        }

        bool any = !read.Buffer.IsEmpty;
        _input.AdvanceTo(read.Buffer.Start);
        return any;
    }

    /// <summary>
    /// There is no complete head, and the client closed, or a deadline or a drain woke the read. Null when it was none of these, but a wake-up
    /// that came too late for what it was meant for.
    /// </summary>
    private HeadResult? HeadEnded(bool closed)
    {
        bool started = _exchange is { Request.HasStarted: true };
        if (closed)
        {
            End(started ? ConnectionEnd.ClientReset : ConnectionEnd.ClientClosed);
            return HeadResult.Ended;
        }

        switch (_overdue)
        {
            case DeadlineKind.Header:
                End(ConnectionEnd.HeaderTimeout);
                return HeadResult.TimedOut;
            case DeadlineKind.Idle:
                End(_requests == 0 ? ConnectionEnd.HeaderTimeout : ConnectionEnd.IdleTimeout);
                return HeadResult.Ended;
            case DeadlineKind.None when !started && Volatile.Read(ref _draining):
                End(ConnectionEnd.Drained);
                return HeadResult.Ended;
            default:
                return null;
        }
    }

    /// <summary>Gives the head what was received; consumes what belongs to it.</summary>
    private ReadStatus ParseHead(ReadOnlySequence<byte> buffer)
    {
        RequestHead head = _exchange!.Request;
        int held = head.Bytes.Length;
        ReadStatus status;
        if (buffer.IsSingleSegment)
        {
            status = head.Read(buffer.FirstSpan, out int consumed);
            if (status == ReadStatus.Invalid)
            {
                RefuseHead(held, buffer);
                return status;
            }

            _input.AdvanceTo(buffer.GetPosition(consumed));
            return status;
        }

        status = ReadStatus.NeedMore;
        SequencePosition end = buffer.Start;
        foreach (ReadOnlyMemory<byte> segment in buffer)
        {
            status = head.Read(segment.Span, out int consumed);
            if (status != ReadStatus.Invalid)
            {
                end = buffer.GetPosition(consumed, end);
            }

            if (status != ReadStatus.NeedMore)
            {
                break;
            }
        }

        if (status == ReadStatus.Invalid)
        {
            RefuseHead(held, buffer);
            return status;
        }

        _input.AdvanceTo(end);
        return status;
    }

    /// <summary>A head that is wrong ends the connection: what was received is let go, when the firewall has taken what it wants of it.</summary>
    /// <param name="held">Bytes of the head that came before.</param>
    /// <param name="buffer">What came last.</param>
    private void RefuseHead(int held, in ReadOnlySequence<byte> buffer)
    {
        RefusedHeads.Take(_exchange!, _exchange!.Request.Bytes[..held], buffer);
        _input.AdvanceTo(buffer.End);
    }

    private ValueTask AnswerAsync(Exchange exchange, HeadResult head) => head switch
    {
        HeadResult.Request => _plane.Pipeline.RunAsync(exchange),
        HeadResult.BytesBeforeUpgrade => Pipeline.RefuseAsync(exchange, ExchangeEnd.BadRequest, HttpViolation.BytesBeforeUpgrade),
        HeadResult.TimedOut => Pipeline.RefuseAsync(exchange, ExchangeEnd.HeaderTimeout, HttpViolation.None),
        _ => Pipeline.RefuseAsync(exchange, ExchangeEnd.BadRequest, exchange.Request.Violation),
    };

    private void BeginExchange(Exchange exchange)
    {
        _requests++;
        _failure = ExchangeEnd.None;
        exchange.Begin(_plane.Rays.Next(), _plane.Clock.Micros);
        Volatile.Write(ref _settings, exchange.Generation.Settings);
        _plane.Metrics.ExchangeStarted();
        BeginBody(exchange.Request);
        BeginResponse();
        _keepAlive = exchange.Request.KeepAlive
            && exchange.Request.Violation == HttpViolation.None
            && _requests < exchange.Generation.Settings.RequestsPerConnection
            && !Volatile.Read(ref _leaving);
    }

    /// <summary>Leaves the connection at the beginning of the next request, or says why there can be none.</summary>
    private void FinishExchange(Exchange exchange)
    {
        if (!_keepAlive)
        {
            End(exchange.Record.End switch
            {
                ExchangeEnd.BadRequest or ExchangeEnd.UnknownHost => ConnectionEnd.BadRequest,
                ExchangeEnd.Dropped => ConnectionEnd.Dropped,
                ExchangeEnd.TunnelClosed or ExchangeEnd.TunnelIdle => ConnectionEnd.TunnelClosed,
                ExchangeEnd.BodyTimeout => ConnectionEnd.BodyTimeout,
                ExchangeEnd.ClientTooSlow => ConnectionEnd.WriteTimeout,
                ExchangeEnd.ClientAborted => ConnectionEnd.ClientReset,
                ExchangeEnd.EdgeFault => ConnectionEnd.EdgeFault,
                _ when _failure != ExchangeEnd.None => ConnectionEnd.ResponseAborted,
                _ when Volatile.Read(ref _leaving) => ConnectionEnd.Drained,
                _ when _requests >= exchange.Generation.Settings.RequestsPerConnection => ConnectionEnd.RequestLimit,
                _ => ConnectionEnd.NotKeptAlive,
            });
        }

        exchange.Clear();
    }

    /// <summary>
    /// Has an exchange for the head that is being read, under the generation that was in force when its first byte was looked at. One that is kept
    /// from the request before goes on, where the limits of heads are still the same.
    /// </summary>
    private void ExchangeForHead()
    {
        if (_exchange is { Request.HasStarted: true })
        {
            return;
        }

        Generation generation = _plane.For(_client);
        if (_exchange is { } kept)
        {
            if (kept.Request.Limits == generation.Settings.Head || !kept.Request.IsUntouched)
            {
                kept.Generation = generation;
                return;
            }

            ReleaseExchange();
        }

        _exchange = _plane.Pipeline.Rent(generation);
        _exchange.Client = this;
        _exchange.Connection = _client;
    }

    private void ReleaseExchange()
    {
        if (_exchange is { } exchange)
        {
            _exchange = null;
            _plane.Pipeline.Return(exchange);
        }
    }
}
