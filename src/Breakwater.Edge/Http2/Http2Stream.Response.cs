using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Edge.Http2;

/// <content>Responses over a stream.</content>
internal sealed partial class Http2Stream
{
    // RFC 9113 §7.
    private const int InternalError = 2, Cancel = 8;

    private static readonly string[] KnownNames = Array.ConvertAll(
        Enum.GetValues<KnownField>(), field => Encoding.ASCII.GetString(KnownFields.Name(field)));

    /// <summary>Kestrel has no way to send interim responses over a stream; they are optional information, and left out.</summary>
    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => new(true);

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing)
    {
        _response.StatusCode = head.StatusCode;
        IHeaderDictionary fields = _response.Headers;
        HeadEdits edits = exchange.ResponseEdits;
        bool edited = !edits.IsEmpty;
        for (int i = 0; i < head.Count; i++)
        {
            KnownField known = head.Known(i);
            if (!head.IsHopByHop(i) && known is not (KnownField.BreakwaterRay or KnownField.Trailer) && !(edited && edits.Removes(head.Name(i))))
            {
                Append(fields, known, head.Name(i), head.Value(i));
            }
        }

        WriteOwnFields(exchange, fields);
        _output = _responseBody.Writer;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response)
    {
        _response.StatusCode = response.Status;
        IHeaderDictionary fields = _response.Headers;
        AppendLines(fields, response.Fields.Span, exchange.ResponseEdits);
        if (response.Status is not (204 or 304))
        {
            fields.ContentLength = response.Body.Length;
        }

        WriteOwnFields(exchange, fields);
        _output = _responseBody.Writer;
        if (exchange.Request.MethodKind != MethodKind.Head && response.Status is not (204 or 304))
        {
            _output.Write(response.Body.Span);
            exchange.Record.ResponseBodyBytes = response.Body.Length;
        }

        return await FlushAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void WriteBody(ReadOnlySpan<byte> bytes) => _output!.Write(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint) => _output!.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int count) => _output!.Advance(count);

    /// <inheritdoc/>
    public override ValueTask<bool> FlushAsync()
    {
        try
        {
            ValueTask<FlushResult> flush = _output!.FlushAsync();
            return flush.IsCompletedSuccessfully ? new ValueTask<bool>(Flushed(flush.Result)) : AwaitFlushAsync(flush);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            return new ValueTask<bool>(GiveUp());
        }
    }

    /// <summary>The end of the stream travels with what was written last; Kestrel sends it when the exchange is over.</summary>
    public override ValueTask<bool> EndAsync(FieldBlock? trailers)
    {
        if (trailers is not null && _features!.Get<IHttpResponseTrailersFeature>() is { } feature)
        {
            for (int i = 0; i < trailers.Count; i++)
            {
                Append(feature.Trailers, trailers.Known(i), trailers.Name(i), trailers.Value(i));
            }
        }

        return new ValueTask<bool>(!IsReset || GiveUp());
    }

    /// <inheritdoc/>
    public override void Abort(ExchangeEnd reason)
    {
        if (_failure == ExchangeEnd.None)
        {
            _failure = reason;
        }

        _features?.Get<IHttpResetFeature>()?.Reset(reason == ExchangeEnd.Dropped ? Cancel : InternalError);
    }

    /// <summary>Answers an extended CONNECT (RFC 8441 §5): 200 where HTTP/1.1 had 101, and the stream is the tunnel.</summary>
    public override async ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head)
    {
        if (_features!.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true } connect)
        {
            return null;
        }

        _response.StatusCode = StatusCodes.Status200OK;
        IHeaderDictionary fields = _response.Headers;
        for (int i = 0; i < head.Count; i++)
        {
            if (!head.IsHopByHop(i) && head.Known(i) is not (KnownField.BreakwaterRay or KnownField.SecWebSocketAccept or KnownField.ContentLength))
            {
                Append(fields, head.Known(i), head.Name(i), head.Value(i));
            }
        }

        WriteOwnFields(exchange, fields);
        try
        {
            Stream stream = await connect.AcceptAsync().ConfigureAwait(false);
            return new StreamTunnel(stream);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            GiveUp();
            return null;
        }
    }

    private static void Append(IHeaderDictionary fields, KnownField known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        string text = known == KnownField.None ? Encoding.Latin1.GetString(name) : KnownNames[(int)known];
        fields.Append(text, Encoding.Latin1.GetString(value));
    }

    /// <summary>Takes apart field lines of the edge's own making.</summary>
    private static void AppendLines(IHeaderDictionary fields, ReadOnlySpan<byte> lines, HeadEdits edits)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf("\r\n"u8);
            int colon = lines.IndexOf((byte)':');
            if (!edits.Removes(lines[..colon]))
            {
                Append(fields, KnownField.None, lines[..colon], lines[(colon + 2)..end]);
            }

            lines = lines[(end + 2)..];
        }
    }

    private static void WriteOwnFields(Exchange exchange, IHeaderDictionary fields)
    {
        HeadEdits edits = exchange.ResponseEdits;
        for (int i = 0; i < edits.AddedCount; i++)
        {
            Append(fields, KnownField.None, edits.AddedName(i), edits.AddedValue(i));
        }

        fields.Append("Breakwater-Ray", exchange.Ray.ToString());
    }

    private async ValueTask<bool> AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return Flushed(await flush.ConfigureAwait(false));
        }
        catch (Exception exception) when (IsGone(exception))
        {
            return GiveUp();
        }
    }

    private bool Flushed(FlushResult result) => !result.IsCompleted || GiveUp();

    private bool GiveUp()
    {
        if (_failure == ExchangeEnd.None)
        {
            _failure = ExchangeEnd.ClientAborted;
        }

        return false;
    }

    /// <summary>The raw stream of a tunnel as two pipes.</summary>
    private sealed class StreamTunnel(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
