using System.Buffers;
using System.Collections.Concurrent;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Waf;
using Breakwater.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Edge.Http2;

/// <summary>
/// Where the streams of HTTP/2 and HTTP/3 come in: Kestrel speaks the protocol, and each stream becomes an <see cref="Exchange"/> like any
/// other. Thread-safe.
/// </summary>
internal sealed class Http2Application(DataPlane plane) : IHttpApplication<Http2Stream>
{
    private const int MaxPooled = 1024;

    private readonly ConcurrentQueue<Http2Stream> _pool = new();

    /// <inheritdoc/>
    public Http2Stream CreateContext(IFeatureCollection contextFeatures)
    {
        Http2Stream stream = _pool.TryDequeue(out Http2Stream? pooled) ? pooled : new Http2Stream(plane);
        stream.Begin(contextFeatures);
        return stream;
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(Http2Stream context)
    {
        Exchange exchange = context.Exchange;
        exchange.Begin(plane.Rays.Next(), plane.Clock.Micros);
        plane.Metrics.ExchangeStarted();
        try
        {
            ReadStatus head = context.ReadHead();

            // A stream that was reset already gets no origin's time (rapid reset, CVE-2023-44487).
            if (context.IsReset)
            {
                exchange.Record.End = ExchangeEnd.ClientAborted;
            }
            else if (head == ReadStatus.Complete)
            {
                await plane.Pipeline.RunAsync(exchange).ConfigureAwait(false);
            }
            else
            {
                RefusedHeads.Take(exchange, exchange.Request.Bytes, ReadOnlySequence<byte>.Empty);
                await Pipeline.RefuseAsync(exchange, ExchangeEnd.BadRequest, exchange.Request.Violation).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not (IOException or OperationCanceledException or ConnectionAbortedException))
        {
            await plane.Pipeline.FaultAsync(exchange, exception).ConfigureAwait(false);
        }
        finally
        {
            plane.Pipeline.Finish(exchange);
        }
    }

    /// <inheritdoc/>
    public void DisposeContext(Http2Stream context, Exception? exception)
    {
        context.End();
        if (_pool.Count < MaxPooled)
        {
            _pool.Enqueue(context);
        }
    }
}
