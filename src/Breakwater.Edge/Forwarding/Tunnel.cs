using System.Buffers;
using System.IO.Pipelines;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Http1;

namespace Breakwater.Edge.Forwarding;

/// <summary>An upgraded connection (WebSocket, RFC 9110 §7.8): bytes both ways until one side ends or both are silent for too long.</summary>
internal static class Tunnel
{
    /// <summary>Whether the client asks for one that its zone allows.</summary>
    public static bool IsWanted(Exchange exchange) => exchange.Request.IsWebSocketUpgrade && exchange.Zone!.AllowUpgrade;

    /// <summary>Answers the client's upgrade and carries bytes until the end.</summary>
    public static async ValueTask<AttemptResult> RunAsync(Exchange exchange, OriginConnection connection, OriginDeadlines deadlines)
    {
        if (!IsWanted(exchange))
        {
            return AttemptResult.OfOrigin(ExchangeEnd.OriginBadResponse, AttemptProgress.Final);
        }

        // A tunnel may last for days, and its origin need not wait so long to be well.
        exchange.Record.Origin?.OnAnswered();
        IDuplexPipe? client = await exchange.Client.AcceptTunnelAsync(exchange, exchange.Response).ConfigureAwait(false);
        if (client is null)
        {
            return AttemptResult.OfClient(ExchangeEnd.ClientAborted);
        }

        deadlines.Tunnel();
        Task up = UpAsync(exchange, client.Input, connection, deadlines);
        Task down = DownAsync(exchange, client.Output, connection, deadlines);
        await Task.WhenAny(up, down).ConfigureAwait(false);
        connection.Abort(ExchangeEnd.TunnelClosed);
        client.Input.CancelPendingRead();
        client.Output.CancelPendingFlush();
        await Task.WhenAll(up, down).ConfigureAwait(false);
        ExchangeEnd end = connection.Failure == ExchangeEnd.TunnelIdle ? ExchangeEnd.TunnelIdle : ExchangeEnd.TunnelClosed;
        return new AttemptResult(end, OriginOutcome.Success, AttemptProgress.Final);
    }

    private static async Task UpAsync(Exchange exchange, PipeReader input, OriginConnection connection, OriginDeadlines deadlines)
    {
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync().ConfigureAwait(false);
                if (!read.Buffer.IsEmpty)
                {
                    // That it came is a sign of life, and that it went on, which may take a while, another one.
                    deadlines.Tunnel();
                }

                bool sent = true;
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    sent = sent && await connection.SendAsync(segment).ConfigureAwait(false);
                }

                exchange.Record.RequestBodyBytes += read.Buffer.Length;
                input.AdvanceTo(read.Buffer.End);
                if (!sent || read.IsCompleted || read.IsCanceled)
                {
                    return;
                }

                deadlines.Tunnel();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone; so is the tunnel.
        }
    }

    private static async Task DownAsync(Exchange exchange, PipeWriter output, OriginConnection connection, OriginDeadlines deadlines)
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> buffered = connection.Buffered;
                if (!buffered.IsEmpty)
                {
                    deadlines.Tunnel();
                    output.Write(buffered.Span);
                    exchange.Record.ResponseBodyBytes += buffered.Length;
                    connection.Consume(buffered.Length);
                    FlushResult flush = await output.FlushAsync().ConfigureAwait(false);
                    if (flush.IsCompleted || flush.IsCanceled)
                    {
                        return;
                    }

                    deadlines.Tunnel();
                }

                if (await connection.ReceiveAsync().ConfigureAwait(false) <= 0)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone; so is the tunnel.
        }
    }
}
