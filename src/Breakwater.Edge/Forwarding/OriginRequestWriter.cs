using System.Buffers.Text;
using System.Security.Cryptography;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Zones;
using Breakwater.Http;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// The head that goes to an HTTP/1.1 origin: the client's own, byte for byte, with the named changes and no others. Hop-by-hop fields go
/// (RFC 9110 §7.6.1); what tells the origin about the client is set anew; the framing is restated as the edge understood it.
/// </summary>
internal static class OriginRequestWriter
{
    /// <summary>Fields by which others could pretend to be somebody else; the edge alone writes them.</summary>
    private static readonly KnownFieldSet Replaced = KnownFieldSet.Of(
        KnownField.XForwardedFor, KnownField.XForwardedProto, KnownField.XForwardedHost, KnownField.XForwardedPort, KnownField.XRealIp,
        KnownField.Forwarded, KnownField.BreakwaterRay);

    private static readonly KnownFieldSet ReplacedWithHost = Replaced.With(KnownField.Host);

    /// <summary>HTTP/1.0 has no 100-continue (RFC 9110 §10.1.1); the client does not wait.</summary>
    private static readonly KnownFieldSet ReplacedWithExpect = ReplacedWithHost.With(KnownField.Expect);

    /// <summary>Room that the head is sure to fit into.</summary>
    public static int MaxSize(Exchange exchange, Origin origin) =>
        exchange.Request.Bytes.Length + exchange.RequestEdits.AddedBytes + ForwardedFields.MaxLength + 3 * exchange.Request.Authority.Length
        + origin.Authority.Length + exchange.HostOverride.Length + (exchange.Rewritten is { } rewritten ? rewritten.Path.Length + rewritten.Query.Length : 0) + 512;

    /// <summary>Writes the head; returns its length.</summary>
    public static int Write(Exchange exchange, Origin origin, Span<byte> destination)
    {
        RequestHead request = exchange.Request;
        var writer = new HeadWriter(destination);
        bool isConnect = request.MethodKind == MethodKind.Connect;

        // An extended CONNECT of HTTP/2 (RFC 8441 §5) is a WebSocket handshake in HTTP/1.1.
        ReadOnlySpan<byte> method = isConnect ? "GET"u8 : request.Method;
        if (exchange.Rewritten is { } rewritten)
        {
            writer.RequestLine(
                method, rewritten.HasPath ? rewritten.Path : request.Path, rewritten.HasQuery ?? request.HasQuery, rewritten.HasQuery is null ? request.Query : rewritten.Query);
        }
        else if (isConnect)
        {
            writer.RequestLine(method, request.Target);
        }
        else
        {
            writer.RequestLine(request);
        }

        // Host first (RFC 9110 §7.2), unless the client's own line stays where it is.
        ReadOnlySpan<byte> host = exchange.HostOverride;
        if (host.IsEmpty)
        {
            host = origin.Settings.HostField ?? (request.Has(KnownField.Host) ? default : origin.Authority);
        }

        if (!host.IsEmpty)
        {
            writer.Field(KnownField.Host, host);
        }

        KnownFieldSet except = request.Version == HttpVersion.Http10 ? ReplacedWithExpect : host.IsEmpty ? Replaced : ReplacedWithHost;
        if (request.Version == HttpVersion.Http10 && host.IsEmpty)
        {
            writer.Field(KnownField.Host, request.Authority);
        }

        writer.Fields(request, except, exchange.RequestEdits);
        WriteClient(ref writer, exchange);
        writer.Ray(exchange.Ray);
        // No other protocol is passed on: what follows an upgrade to h2c would be requests that nobody has looked at.
        if (Tunnel.IsWanted(exchange))
        {
            writer.Field(KnownField.Connection, "Upgrade"u8);
            writer.Field(KnownField.Upgrade, "websocket"u8);
        }

        if (isConnect)
        {
            WriteWebSocketHandshake(ref writer);
        }

        // A body without a stated length, from chunks or from a stream of HTTP/2 and 3.
        else if (request.Framing is BodyFraming.Chunked or BodyFraming.UntilClose)
        {
            writer.Field(KnownField.TransferEncoding, "chunked"u8);
        }

        writer.End();
        return writer.Written;
    }

    /// <summary>What HTTP/1.1 needs to open a WebSocket (RFC 6455 §4.1) and HTTP/2 does without.</summary>
    private static void WriteWebSocketHandshake(ref HeadWriter writer)
    {
        Span<byte> nonce = stackalloc byte[16];
        RandomNumberGenerator.Fill(nonce);
        Span<byte> key = stackalloc byte[24];
        Base64.EncodeToUtf8(nonce, key, out _, out _);
        writer.Field(KnownField.Connection, "Upgrade"u8);
        writer.Field(KnownField.Upgrade, "websocket"u8);
        writer.Field(KnownField.SecWebSocketKey, key);
    }

    /// <summary>The field lines that tell the origin about the client; returns their length.</summary>
    public static int WriteClient(Exchange exchange, Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        WriteClient(ref writer, exchange);
        return writer.Written;
    }

    private static void WriteClient(ref HeadWriter writer, Exchange exchange)
    {
        OriginHeaders headers = exchange.Zone!.OriginHeaders;
        ClientConnection connection = exchange.Connection;
        ReadOnlySpan<byte> host = exchange.Request.Authority;
        HeadEdits edits = exchange.RequestEdits;
        if (headers.XForwarded)
        {
            // A rule of the operator's that names one of them has the last word.
            if (!edits.Removes("X-Forwarded-For"u8))
            {
                writer.Advance(ForwardedFields.WriteForwardedFor(connection.Peer, exchange.Proxies, writer.Rest));
            }

            if (!edits.Removes("X-Forwarded-Proto"u8))
            {
                writer.Advance(ForwardedFields.WriteForwardedProto(exchange.Proxies, connection.IsTls, writer.Rest));
            }

            if (!edits.Removes("X-Forwarded-Host"u8))
            {
                writer.Advance(ForwardedFields.WriteForwardedHost(host, writer.Rest));
            }

            if (!edits.Removes("X-Real-IP"u8))
            {
                writer.Advance(ForwardedFields.WriteRealIp(connection.Peer, exchange.Proxies, writer.Rest));
            }
        }

        if (headers.Forwarded && !edits.Removes("Forwarded"u8))
        {
            writer.Advance(ForwardedFields.WriteForwarded(connection.Peer, exchange.Proxies, connection.IsTls, host, writer.Rest));
        }

        if (headers.Via && !edits.Removes("Via"u8))
        {
            writer.Raw(exchange.Request.Version switch
            {
                HttpVersion.Http10 => "Via: 1.0 breakwater\r\n"u8,
                HttpVersion.Http11 => "Via: 1.1 breakwater\r\n"u8,
                HttpVersion.Http2 => "Via: 2 breakwater\r\n"u8,
                _ => "Via: 3 breakwater\r\n"u8,
            });
        }
    }
}
