using System.Buffers;
using System.IO.Pipelines;
using System.Security.Authentication;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Observability;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Breakwater.Edge.Tls;

/// <summary>
/// Reads the ClientHello of each connection before TLS does, leaving it in place, and keeps watch until the handshake is over:
/// <code>
///  options.Use(hello.Peek);             looks, sets ClientHelloFeature, starts handshake_timeout; counts what fails
///  options.UseHttps(tls.Options);       the handshake (Kestrel, SslStream)
///  options.Use(hello.Established);      ends handshake_timeout, counts what succeeds
/// </code>
/// Thread-safe.
/// </summary>
internal sealed class ClientHelloMiddleware(DataPlane plane, string listener)
{
    /// <summary>What became of the first bytes.</summary>
    private enum Outcome : byte
    {
        Hello,
        NotTls,
        Invalid,
        BrokenOff,
        ClosedEmpty,
        ClosedEarly,
    }

    /// <summary>Before TLS.</summary>
    public ConnectionDelegate Peek(ConnectionDelegate next) => async connection =>
    {
        long accepted = connection.Features.Get<ProxyProtocolFeature>()?.AcceptedMicros ?? plane.Clock.Micros;
        using var wait = new OpeningWait(plane, connection, accepted, plane.Live.Settings.HandshakeTimeout, ConnectionEnd.TlsFailed);
        switch (await ReadHelloAsync(connection, wait).ConfigureAwait(false))
        {
            case Outcome.Hello:
                await HandshakeAsync(connection, next, wait).ConfigureAwait(false);
                break;
            case Outcome.ClosedEmpty:
                // A look whether the port is open, or a browser's spare connection: no handshake was tried.
                End(ConnectionEnd.ClientClosed);
                break;
            case Outcome.ClosedEarly:
                Fail(TlsHandshakeFailure.ClientGone);
                break;
            case Outcome.BrokenOff:
                BrokenOff(wait.BrokenOff);
                break;
            default:
                Fail(TlsHandshakeFailure.BadHello);
                break;
        }
    };

    /// <summary>After TLS.</summary>
    public ConnectionDelegate Established(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<ClientHelloFeature>() is { } feature)
        {
            // Over in the same moment: the connection is being cut.
            if (!feature.TryEstablish()) return Task.CompletedTask;
            plane.Metrics.TlsHandshakeCompleted(connection.Features.Get<ITlsHandshakeFeature>()?.Protocol ?? SslProtocols.None);
        }
        return next(connection);
    };

    private async Task HandshakeAsync(ConnectionContext connection, ConnectionDelegate next, OpeningWait wait)
    {
        var feature = connection.Features.Get<ClientHelloFeature>()!;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            // The TLS library keeps its reasons to itself; what is seen from outside tells enough.
            if (wait.BrokenOff != ConnectionEnd.None)
            {
                BrokenOff(wait.BrokenOff);
            }
            else if (!feature.IsEstablished)
            {
                Fail(connection.ConnectionClosed.IsCancellationRequested ? TlsHandshakeFailure.ClientGone : TlsHandshakeFailure.Refused);
            }
        }
    }

    private void Fail(TlsHandshakeFailure reason)
    {
        plane.Metrics.TlsHandshakeFailed(reason);
        End(ConnectionEnd.TlsFailed);
    }

    /// <summary>By the edge: a drain is no failure of the handshake.</summary>
    private void BrokenOff(ConnectionEnd reason)
    {
        if (reason == ConnectionEnd.Drained) End(reason);
        else Fail(TlsHandshakeFailure.Timeout);
    }

    private void End(ConnectionEnd reason) => plane.Metrics.ConnectionEnded(listener, ConnectionProtocol.Unknown, reason);

    /// <summary>Looks at what comes until it is known what it is. Nothing of a ClientHello is consumed.</summary>
    private static async ValueTask<Outcome> ReadHelloAsync(ConnectionContext connection, OpeningWait wait)
    {
        PipeReader input = connection.Transport.Input;
        var reader = new ClientHelloReader();
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                return Outcome.ClosedEarly;
            }

            ReadOnlySequence<byte> buffer = read.Buffer;
            switch (reader.Read(buffer, out ClientHello? hello))
            {
                case ClientHelloStatus.Complete:
                    input.AdvanceTo(buffer.Start);
                    if (!wait.TryBeginHandshake()) return Outcome.BrokenOff;
                    connection.Features.Set(new ClientHelloFeature(hello!, wait));
                    return Outcome.Hello;

                case ClientHelloStatus.NotTls:
                    input.AdvanceTo(buffer.Start);
                    await AnswerHttpAsync(connection).ConfigureAwait(false);
                    return wait.BrokenOff != ConnectionEnd.None ? Outcome.BrokenOff : Outcome.NotTls;

                case ClientHelloStatus.Invalid:
                    input.AdvanceTo(buffer.Start);
                    await AlertAsync(connection, reader.Error).ConfigureAwait(false);
                    return Outcome.Invalid;
            }

            bool isEmpty = buffer.IsEmpty;
            input.AdvanceTo(buffer.Start, buffer.End);
            if (wait.BrokenOff != ConnectionEnd.None) return Outcome.BrokenOff;
            if (read.IsCompleted) return isEmpty ? Outcome.ClosedEmpty : Outcome.ClosedEarly;
        }
    }

    /// <summary>Answers what looks like an HTTP request; says nothing to the rest.</summary>
    private static async ValueTask AnswerHttpAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = read.Buffer;
                bool? isRequest = HttpOnTlsPort.IsRequest(buffer);
                bool hasHead = isRequest == true && (HttpOnTlsPort.HasHead(buffer) || read.IsCompleted);
                bool over = isRequest == false || hasHead || read.IsCompleted || read.IsCanceled;
                input.AdvanceTo(over ? buffer.End : buffer.Start, buffer.End);
                if (hasHead) await connection.Transport.Output.WriteAsync(HttpOnTlsPort.Answer).ConfigureAwait(false);
                if (over) return;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Gone: there is nobody to answer.
        }
    }

    /// <summary>Tells the client why, as TLS does (RFC 8446 §6).</summary>
    private static async ValueTask AlertAsync(ConnectionContext connection, ClientHelloError error)
    {
        try
        {
            await connection.Transport.Output.WriteAsync(TlsAlert.For(error)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Gone: there is nobody to tell.
        }
    }
}
