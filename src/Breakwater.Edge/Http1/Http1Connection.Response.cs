using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Breakwater.Edge.Http1;

/// <content>Responses: the origin's head with its named changes, bodies counted or in chunks, and the edge's own answers.</content>
internal sealed partial class Http1Connection
{
    /// <summary>How long a connection that was refused is read on, so that the refusal is not lost to a reset.</summary>
    private const long LingerMicros = 1_000_000;

    /// <summary>What the client may have to read before the kernel takes more of us: it waits for a good part of its buffer to be free.</summary>
    private const long KernelBufferBytes = 64 * 1024;

    /// <summary>Fields that the edge writes itself.</summary>
    private static readonly KnownFieldSet Rewritten = KnownFieldSet.Of(KnownField.BreakwaterRay);

    private bool _responseStarted;
    private bool _continueSent;
    private bool _chunked;

    /// <inheritdoc/>
    public override bool ResponseStarted => _responseStarted;

    /// <inheritdoc/>
    public override ValueTask<bool> SendInterimAsync(ResponseHead head)
    {
        // HTTP/1.0 knows no interim responses (RFC 9110 §15.2).
        if (_exchange!.Request.Version == HttpVersion.Http10)
        {
            return new ValueTask<bool>(true);
        }

        _continueSent |= head.StatusCode == 100;
        var writer = new HeadWriter(_output.GetSpan(head.Bytes.Length + 64));
        writer.StatusLine(head.StatusCode, head.Reason);
        writer.Fields(head, Rewritten);
        writer.End();
        _output.Advance(writer.Written);
        return FlushAsync();
    }

    /// <inheritdoc/>
    public override ValueTask<bool> SendContinueAsync()
    {
        if (_continueSent || !_exchange!.Request.ExpectContinue || _exchange.Request.Version == HttpVersion.Http10)
        {
            return new ValueTask<bool>(true);
        }

        _continueSent = true;
        ReadOnlySpan<byte> line = "HTTP/1.1 100 Continue\r\n\r\n"u8;
        line.CopyTo(_output.GetSpan(line.Length));
        _output.Advance(line.Length);
        return FlushAsync();
    }

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing)
    {
        BeginHead(framing);
        HeadEdits edits = exchange.ResponseEdits;
        var writer = new HeadWriter(_output.GetSpan(head.Bytes.Length + edits.AddedBytes + 256));
        writer.StatusLine(head.StatusCode, head.Reason);
        writer.Fields(head, Rewritten, edits);
        WriteOwnFields(ref writer, exchange);
        writer.End();
        _output.Advance(writer.Written);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response)
    {
        if (response.Close)
        {
            _keepAlive = false;
        }

        BeginHead(response.Status == 304 ? ResponseFraming.None : ResponseFraming.Length);
        HeadEdits edits = exchange.ResponseEdits;
        var writer = new HeadWriter(_output.GetSpan(response.Fields.Length + edits.AddedBytes + response.Body.Length + 512));
        writer.StatusLine(response.Status, StatusText.Of(response.Status));
        writer.Raw(_plane.Date.Line);
        writer.Lines(response.Fields.Span, edits);
        if (response.Status is not (204 or 304))
        {
            writer.Field(KnownField.ContentLength, response.Body.Length);
        }

        writer.Added(edits);
        WriteOwnFields(ref writer, exchange);
        writer.Raw("\r\n"u8);
        if (exchange.Request.MethodKind != MethodKind.Head && response.Status is not (204 or 304))
        {
            writer.Raw(response.Body.Span);
            exchange.Record.ResponseBodyBytes = response.Body.Length;
        }

        _output.Advance(writer.Written);
        return FlushAsync();
    }

    /// <inheritdoc/>
    public override void WriteBody(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (!_chunked)
        {
            System.Buffers.BuffersExtensions.Write(_output, bytes);
            return;
        }

        Span<byte> size = _output.GetSpan(ChunkedWriter.MaxSizeLine);
        _output.Advance(ChunkedWriter.WriteSize(size, bytes.Length));
        System.Buffers.BuffersExtensions.Write(_output, bytes);
        System.Buffers.BuffersExtensions.Write(_output, "\r\n"u8);
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint) => _output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int count) => _output.Advance(count);

    /// <inheritdoc/>
    public override ValueTask<bool> FlushAsync()
    {
        long pending = KernelBufferBytes + _output.UnflushedBytes;
        try
        {
            ValueTask<FlushResult> flush = _output.FlushAsync();
            return flush.IsCompletedSuccessfully
                ? new ValueTask<bool>(Flushed(flush.Result))
                : AwaitFlushAsync(flush, pending);
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            Fail(ExchangeEnd.ClientAborted);
            return new ValueTask<bool>(false);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> EndAsync(FieldBlock? trailers)
    {
        if (_chunked)
        {
            int size = trailers is null ? 0 : trailers.Bytes.Length;
            var writer = new HeadWriter(_output.GetSpan(size + 16));
            writer.Raw("0\r\n"u8);
            for (int i = 0; trailers is not null && i < trailers.Count; i++)
            {
                writer.Raw(trailers.Line(i));
            }

            writer.Raw("\r\n"u8);
            _output.Advance(writer.Written);
        }

        return FlushAsync();
    }

    /// <inheritdoc/>
    public override void Abort(ExchangeEnd reason)
    {
        Fail(reason);
        _transport.Abort(new ConnectionAbortedException($"Response broken off: {reason}."));
    }

    /// <inheritdoc/>
    public override async ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head)
    {
        if (HasUnreadBytes())
        {
            Abort(ExchangeEnd.BadRequest);
            return null;
        }

        _responseStarted = true;
        _keepAlive = false;
        WriteSwitchingProtocols(exchange, head);
        return await FlushAsync().ConfigureAwait(false) ? _transport.Transport : null;
    }

    private void WriteSwitchingProtocols(Exchange exchange, ResponseHead head)
    {
        HeadEdits edits = exchange.ResponseEdits;
        var writer = new HeadWriter(_output.GetSpan(head.Bytes.Length + edits.AddedBytes + 256));
        writer.StatusLine(head.StatusCode, head.Reason);
        writer.Fields(head, Rewritten, edits);
        writer.Raw("Connection: Upgrade\r\nUpgrade: "u8);
        head.TryGet(KnownField.Upgrade, out ReadOnlySpan<byte> protocol);
        writer.Raw(protocol);
        writer.Raw("\r\n"u8);
        writer.Ray(exchange.Ray);
        writer.End();
        _output.Advance(writer.Written);
    }

    private void BeginResponse()
    {
        _responseStarted = false;
        _continueSent = false;
        _chunked = false;
    }

    private void BeginHead(ResponseFraming framing)
    {
        RequestHead request = _exchange!.Request;
        _responseStarted = true;
        bool streamed = framing == ResponseFraming.Streamed;
        _chunked = streamed && request.Version == HttpVersion.Http11;

        // A body that ends with the connection; or a client that may or may not send the body it asked leave for: in both cases
        // there is no telling where a next request would begin.
        if ((streamed && !_chunked) || (request.ExpectContinue && !_continueSent && !_bodyEnded) || Volatile.Read(ref _leaving))
        {
            _keepAlive = false;
        }
    }

    private void WriteOwnFields(ref HeadWriter writer, Exchange exchange)
    {
        writer.Ray(exchange.Ray);
        if (!_keepAlive)
        {
            writer.Raw("Connection: close\r\n"u8);
        }
        else if (exchange.Request.Version == HttpVersion.Http10)
        {
            writer.Raw("Connection: keep-alive\r\n"u8);
        }

        if (_chunked)
        {
            writer.Raw("Transfer-Encoding: chunked\r\n"u8);
        }
    }

    private bool Flushed(FlushResult result)
    {
        if (result.IsCompleted)
        {
            Fail(ExchangeEnd.ClientAborted);
            return false;
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> AwaitFlushAsync(ValueTask<FlushResult> flush, long pendingBytes)
    {
        Volatile.Write(ref _flushBytes, pendingBytes);
        Volatile.Write(ref _flushSince, _plane.Clock.Micros);
        try
        {
            return Flushed(await flush.ConfigureAwait(false));
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            Fail(ExchangeEnd.ClientAborted);
            return false;
        }
        finally
        {
            Volatile.Write(ref _flushSince, 0);
        }
    }

    /// <summary>
    /// After a refusal, or with a body unread: says that no more is coming, and reads a little on. Closing with bytes unread would reset the
    /// connection, and the client might never see the answer (RFC 9112 §9.6).
    /// </summary>
    private async ValueTask LingerAsync()
    {
        if (_failure is ExchangeEnd.ClientAborted or ExchangeEnd.ClientTooSlow || (_bodyEnded && _end is not (ConnectionEnd.BadRequest or ConnectionEnd.HeaderTimeout)))
        {
            return;
        }

        Socket? socket = _transport.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null || _client.IsTls || _responseStarted is false)
        {
            return;
        }

        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            return;
        }

        Disarm();
        ArmOnce(DeadlineKind.Linger, LingerMicros);
        long read = 0;
        while (read < MaxDrainedBytes)
        {
            ReadResult result = await _input.ReadAsync().ConfigureAwait(false);
            read += result.Buffer.Length;
            _input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || _overdue == DeadlineKind.Linger)
            {
                return;
            }
        }
    }
}
