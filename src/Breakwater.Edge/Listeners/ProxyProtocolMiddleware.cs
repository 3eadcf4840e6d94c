using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Listeners;

/// <summary>What a connection's PROXY protocol header said; a feature of the connection. Immutable.</summary>
/// <param name="Header">The header.</param>
/// <param name="Sender">Who sent it: the socket's own peer.</param>
/// <param name="AcceptedMicros">When the connection was accepted: handshake_timeout counts from here.</param>
internal sealed record ProxyProtocolFeature(ProxyHeader Header, EndPoint? Sender, long AcceptedMicros);

/// <summary>
/// Takes the PROXY protocol header off the start of each connection of a listener that demands it, and gives the connection the
/// addresses that it names. A connection without a good header is closed without an answer: only the proxy in front can be on the
/// other end, and it speaks no HTTP yet. Thread-safe.
/// </summary>
internal sealed partial class ProxyProtocolMiddleware(DataPlane plane, string listener, ProxyProtocolMode mode)
{
    /// <summary>At most one warning a minute for each listener: a misconfigured load balancer fails every connection.</summary>
    internal const long WarningInterval = 60_000_000;

    private readonly ILogger _log = plane.Loggers.CreateLogger<ProxyProtocolMiddleware>();
    private long _nextWarning = long.MinValue;

    /// <summary>The connection middleware. Goes before everything that reads, and before what counts connections per client.</summary>
    public ConnectionDelegate Middleware(ConnectionDelegate next) => async connection =>
    {
        long accepted = plane.Clock.Micros;
        ConnectionEnd end = await ReadHeaderAsync(connection, accepted).ConfigureAwait(false);
        if (end == ConnectionEnd.None) await next(connection).ConfigureAwait(false);
        else plane.Metrics.ConnectionEnded(listener, ConnectionProtocol.Unknown, end);
    };

    /// <summary><see cref="ConnectionEnd.None"/> when the header was read and the connection may go on.</summary>
    private async ValueTask<ConnectionEnd> ReadHeaderAsync(ConnectionContext connection, long accepted)
    {
        PipeReader input = connection.Transport.Input;
        using var wait = new OpeningWait(plane, connection, accepted, plane.Live.Settings.HandshakeTimeout, ConnectionEnd.BadProxyHeader);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                return ConnectionEnd.ClientReset;
            }

            ReadOnlySequence<byte> buffer = read.Buffer;
            var status = Parse(buffer, out ProxyHeader header, out ProxyHeaderError error);
            if (status == ProxyHeaderStatus.Complete && Allows(header.Version) && wait.TryEnd())
            {
                Apply(header, connection, accepted);
                input.AdvanceTo(buffer.GetPosition(header.Length));
                return ConnectionEnd.None;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (status == ProxyHeaderStatus.NeedMore && !read.IsCompleted && !read.IsCanceled) continue;

            // A load balancer that only looks whether the port is open.
            if (read.IsCompleted && buffer.IsEmpty) return ConnectionEnd.ClientClosed;
            if (wait.BrokenOff == ConnectionEnd.Drained) return ConnectionEnd.Drained;
            Warn(connection, wait.BrokenOff != ConnectionEnd.None ? "none came in time" : Describe(status, error));
            return ConnectionEnd.BadProxyHeader;
        }
    }

    private static ProxyHeaderStatus Parse(in ReadOnlySequence<byte> buffer, out ProxyHeader header, out ProxyHeaderError error)
    {
        if (buffer.IsSingleSegment) return ProxyProtocol.Read(buffer.FirstSpan, out header, out error);
        Span<byte> joined = stackalloc byte[ProxyProtocol.MaxLength];
        int length = (int)Math.Min(buffer.Length, joined.Length);
        buffer.Slice(0, length).CopyTo(joined);
        return ProxyProtocol.Read(joined[..length], out header, out error);
    }

    private bool Allows(int version) => mode switch
    {
        ProxyProtocolMode.V1 => version == 1,
        ProxyProtocolMode.V2 => version == 2,
        _ => true,
    };

    private static void Apply(in ProxyHeader header, ConnectionContext connection, long accepted)
    {
        connection.Features.Set(new ProxyProtocolFeature(header, connection.RemoteEndPoint, accepted));
        if (!header.HasAddresses) return;
        connection.RemoteEndPoint = new IPEndPoint(header.Source.ToIPAddress(), header.SourcePort);
        connection.LocalEndPoint = new IPEndPoint(header.Destination.ToIPAddress(), header.DestinationPort);
    }

    private string Describe(ProxyHeaderStatus status, ProxyHeaderError error) => status switch
    {
        ProxyHeaderStatus.Complete => $"it is of the other version than proxy_protocol: {mode} demands",
        ProxyHeaderStatus.NeedMore => "the connection ended within it",
        _ => error switch
        {
            ProxyHeaderError.NoHeader => "the connection begins with something else",
            ProxyHeaderError.TooLong => "it is too long",
            ProxyHeaderError.BadLine => "its line is malformed",
            ProxyHeaderError.BadCode => "its version, command, family or transport is unknown",
            ProxyHeaderError.BadLength => "it is too short for its addresses",
            ProxyHeaderError.BadField => "an additional field in it is malformed",
            _ => "its checksum is wrong",
        },
    };

    private void Warn(ConnectionContext connection, string what)
    {
        long now = plane.Clock.Micros, next = Volatile.Read(ref _nextWarning);
        if (now >= next && Interlocked.CompareExchange(ref _nextWarning, now + WarningInterval, next) == next)
            Log.BadHeader(_log, listener, connection.RemoteEndPoint, what);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "Listener {Listener}: {Peer} sent no good PROXY protocol header: {What}. Let only a proxy that sends it reach this listener, or set proxy_protocol: off. (Logged once a minute at most)")]
        public static partial void BadHeader(ILogger log, string listener, EndPoint? peer, string what);
    }
}
