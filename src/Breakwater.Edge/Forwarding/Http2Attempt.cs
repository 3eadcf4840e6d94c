using System.Net.Http.Headers;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Time;
using Breakwater.Http;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// One attempt to have a request answered by an origin over HTTP/2, for gRPC and for origins that speak nothing else. The platform's client
/// does the protocol; it costs several times what our own HTTP/1.1 does.
/// </summary>
internal static class Http2Attempt
{
    private static readonly KnownFieldSet Replaced = KnownFieldSet.Of(
        KnownField.XForwardedFor, KnownField.XForwardedProto, KnownField.XForwardedHost, KnownField.XForwardedPort, KnownField.XRealIp,
        KnownField.Forwarded, KnownField.BreakwaterRay, KnownField.Host, KnownField.Expect);

    public static async ValueTask<AttemptResult> RunAsync(Exchange exchange, Origin origin, EdgeClock clock)
    {
        using var deadlines = new Http2Deadlines(clock, exchange.Zone!.Timeouts, exchange.Record.StartMicros);
        using HttpRequestMessage request = CreateRequest(exchange, origin);
        var body = exchange.Client.BodyEnded ? null : new RequestContent(exchange, deadlines, clock);
        request.Content = body;
        AddFields(exchange, request);
        using CancellationTokenRegistration gone = exchange.Client.Gone.UnsafeRegister(
            static deadlines => ((Http2Deadlines)deadlines!).Cancel(), deadlines);

        // Of a request with a body this is the time for a connection: the body then starts the time anew when it is sent.
        deadlines.FirstByte();
        exchange.Record.OriginSentMicros = clock.Micros;
        HttpResponseMessage response;
        try
        {
            response = await origin.Http2.SendAsync(request, deadlines.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return Failed(exchange, exception, body, deadlines);
        }

        using (response)
        {
            exchange.Record.OriginHeadMicros = clock.Micros;
            AttemptResult result = await RelayAsync(exchange, response, deadlines).ConfigureAwait(false);
            deadlines.Cancel();
            if (body is not null)
            {
                await body.StopAsync().ConfigureAwait(false);
            }

            return result;
        }
    }

    private static HttpRequestMessage CreateRequest(Exchange exchange, Origin origin)
    {
        RequestHead head = exchange.Request;
        ReadOnlySpan<byte> host = exchange.HostOverride;
        if (host.IsEmpty)
        {
            host = origin.Settings.HostField ?? head.Authority;
        }

        RewrittenTarget? rewritten = exchange.Rewritten;
        var target = new StringBuilder(origin.Url.GetLeftPart(UriPartial.Authority));
        target.Append(Encoding.Latin1.GetString(rewritten is { HasPath: true } ? rewritten.Path : head.Path));
        if (rewritten?.HasQuery ?? head.HasQuery)
        {
            target.Append('?').Append(Encoding.Latin1.GetString(rewritten?.HasQuery is null ? head.Query : rewritten.Query));
        }

        // As it came: the platform would otherwise decode, compress and re-encode it.
        var uri = new Uri(target.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new System.Net.Http.HttpMethod(Encoding.ASCII.GetString(head.Method)), uri)
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host.IsEmpty ? null : Encoding.ASCII.GetString(host);
        return request;
    }

    private static void AddFields(Exchange exchange, HttpRequestMessage request)
    {
        RequestHead head = exchange.Request;
        for (int i = 0; i < head.Count; i++)
        {
            if (!head.IsHopByHop(i) && !Replaced.Contains(head.Known(i)) && !exchange.RequestEdits.Removes(head.Name(i)))
            {
                Add(request, Encoding.ASCII.GetString(head.Name(i)), Encoding.Latin1.GetString(head.Value(i)));
            }
        }

        for (int i = 0; i < exchange.RequestEdits.AddedCount; i++)
        {
            Add(request, Encoding.ASCII.GetString(exchange.RequestEdits.AddedName(i)), Encoding.Latin1.GetString(exchange.RequestEdits.AddedValue(i)));
        }

        // gRPC asks for trailers in this way (RFC 9110 §10.1.4); it is the one hop-by-hop field that HTTP/2 keeps.
        if (head.TryGet(KnownField.Te, out _))
        {
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        Span<byte> lines = stackalloc byte[Clients.ForwardedFields.MaxLength + 1024];
        int length = OriginRequestWriter.WriteClient(exchange, lines);
        foreach (string line in Encoding.Latin1.GetString(lines[..length]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Add(request, line[..colon], line[(colon + 2)..]);
        }

        Add(request, "Breakwater-Ray", exchange.Ray.ToString());
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
        {
            request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static async ValueTask<AttemptResult> RelayAsync(Exchange exchange, HttpResponseMessage response, Http2Deadlines deadlines)
    {
        ResponseHead head = exchange.Response;
        if (!ReadHead(exchange, response))
        {
            exchange.Record.Violation = head.Violation;
            return AttemptResult.OfOrigin(ExchangeEnd.OriginBadResponse, AttemptProgress.Final);
        }

        exchange.Record.OriginStatus = exchange.Record.Status = head.StatusCode;
        if (ResponseModules.RunOnOrigin(exchange) is { } instead)
        {
            return await ResponseRelay.ReplaceAsync(exchange, instead).ConfigureAwait(false);
        }

        ClientStream client = exchange.Client;
        client.WriteHead(exchange, head, head.Framing switch
        {
            BodyFraming.None => ResponseFraming.None,
            BodyFraming.Length => ResponseFraming.Length,
            _ => ResponseFraming.Streamed,
        });
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(deadlines.Token).ConfigureAwait(false);
            while (true)
            {
                deadlines.BetweenBytes();
                ValueTask<int> reading = stream.ReadAsync(buffer, deadlines.Token);
                if (!reading.IsCompleted && !await client.FlushAsync().ConfigureAwait(false))
                {
                    return AttemptResult.OfClient(client.Failure);
                }

                int received = await reading.ConfigureAwait(false);
                if (received == 0)
                {
                    break;
                }

                client.WriteBody(buffer.AsSpan(0, received));
                exchange.Record.ResponseBodyBytes += received;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            if (client.Failure != ExchangeEnd.None)
            {
                return AttemptResult.OfClient(client.Failure);
            }

            return AttemptResult.OfOrigin(exception is OperationCanceledException ? deadlines.Reason : ExchangeEnd.OriginTruncated, AttemptProgress.Final);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        return await client.EndAsync(ReadTrailers(exchange, response)).ConfigureAwait(false)
            ? new AttemptResult(ExchangeEnd.Completed, OriginOutcomes.OfStatus(head.StatusCode), AttemptProgress.Final)
            : AttemptResult.OfClient(client.Failure);
    }

    private static bool ReadHead(Exchange exchange, HttpResponseMessage response)
    {
        ResponseHead head = exchange.Response;
        head.Begin((int)response.StatusCode, HttpVersion.Http2);
        AddAll(head, response.Headers);
        AddAll(head, response.Content.Headers);
        return head.End(exchange.Request.MethodKind, endOfStream: false) == ReadStatus.Complete;
    }

    private static ResponseHead? ReadTrailers(Exchange exchange, HttpResponseMessage response)
    {
        if (!response.TrailingHeaders.Any())
        {
            return null;
        }

        ResponseHead trailers = exchange.ResponseTrailers;
        trailers.Clear();
        trailers.Begin(200, HttpVersion.Http2);
        AddAll(trailers, response.TrailingHeaders);
        return trailers.End(exchange.Request.MethodKind, endOfStream: true) == ReadStatus.Complete ? trailers : null;
    }

    private static void AddAll(ResponseHead head, HttpHeaders fields)
    {
        foreach ((string name, HeaderStringValues values) in fields.NonValidated)
        {
            foreach (string value in values)
            {
                head.Add(Encoding.ASCII.GetBytes(name), Encoding.Latin1.GetBytes(value));
            }
        }
    }

    private static AttemptResult Failed(Exchange exchange, Exception exception, RequestContent? body, Http2Deadlines deadlines)
    {
        if (exchange.Client.Failure != ExchangeEnd.None)
        {
            return AttemptResult.OfClient(exchange.Client.Failure);
        }

        if (body is { IsTooLarge: true })
        {
            return AttemptResult.OfOrigin(ExchangeEnd.BodyTooLarge, AttemptProgress.Final);
        }

        if (deadlines.Token.IsCancellationRequested)
        {
            return AttemptResult.OfOrigin(deadlines.Reason, AttemptProgress.Final);
        }

        ExchangeEnd end = (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => ExchangeEnd.OriginUnresolved,
            HttpRequestError.ConnectionError => ExchangeEnd.OriginRefused,
            HttpRequestError.SecureConnectionError => ExchangeEnd.OriginTlsFailed,
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError => ExchangeEnd.OriginBadResponse,
            _ => ExchangeEnd.OriginReset,
        };
        bool sent = end is not (ExchangeEnd.OriginUnresolved or ExchangeEnd.OriginRefused or ExchangeEnd.OriginTlsFailed);
        return AttemptResult.OfOrigin(end, exchange.Record.RequestBodyBytes > 0 ? AttemptProgress.Final : sent ? AttemptProgress.Unanswered : AttemptProgress.NothingSent);
    }

    /// <summary>The client's body, handed to the platform's client as it comes.</summary>
    private sealed class RequestContent(Exchange exchange, Http2Deadlines deadlines, EdgeClock clock) : HttpContent
    {
        private Task _sending = Task.CompletedTask;

        /// <summary>Whether it was larger than the zone allows.</summary>
        public bool IsTooLarge { get; private set; }

        /// <summary>Makes sure that nobody reads the client's body any more.</summary>
        public async Task StopAsync()
        {
            if (!_sending.IsCompleted)
            {
                exchange.Client.CancelBodyRead();
            }

            try
            {
                await _sending.ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException)
            {
                // The origin had answered before it had read everything.
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => _sending = SendAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = exchange.Request.ContentLength;
            return length >= 0;
        }

        private async Task SendAsync(Stream stream)
        {
            // The head goes now; in a duplex exchange the first byte of the body may wait for the origin's answer.
            deadlines.Sending();
            await stream.FlushAsync(deadlines.Token).ConfigureAwait(false);
            await exchange.Client.SendContinueAsync().ConfigureAwait(false);
            while (true)
            {
                deadlines.Pause();
                BodyPiece piece = await exchange.Client.ReadBodyAsync().ConfigureAwait(false);
                if (piece.Status == BodyStatus.Failed)
                {
                    throw new IOException("The client did not finish its body.");
                }

                if (!piece.Data.IsEmpty)
                {
                    exchange.Record.RequestBodyBytes += piece.Data.Length;
                    try
                    {
                        if (exchange.Record.RequestBodyBytes > exchange.Zone!.BodyLimit)
                        {
                            IsTooLarge = true;
                            throw new IOException("The body is larger than the zone allows.");
                        }

                        deadlines.Sending();
                        await stream.WriteAsync(piece.Data, deadlines.Token).ConfigureAwait(false);
                        await stream.FlushAsync(deadlines.Token).ConfigureAwait(false);
                    }
                    finally
                    {
                        exchange.Client.AdvanceBody();
                    }
                }

                if (piece.Status == BodyStatus.End)
                {
                    if (exchange.Record.OriginHeadMicros == 0)
                    {
                        exchange.Record.OriginSentMicros = clock.Micros;
                    }

                    deadlines.FirstByte();
                    return;
                }
            }
        }
    }
}
