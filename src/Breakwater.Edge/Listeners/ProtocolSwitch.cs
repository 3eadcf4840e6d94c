using System.IO.Pipelines;
using System.Net;
using System.Security.Authentication;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Http1;
using Breakwater.Edge.Http2;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Zones;
using Breakwater.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Breakwater.Edge.Listeners;

/// <summary>
/// Where the protocols part: HTTP/1.1 goes to our own front end, HTTP/2 on to Kestrel's. Over TLS the handshake has decided (ALPN, RFC 7301);
/// on a plain connection the preface of HTTP/2 tells (prior knowledge, RFC 9113 §3.3). Thread-safe.
/// </summary>
internal sealed class ProtocolSwitch(DataPlane plane, ListenerConfig config, string listener)
{
    private static readonly IPEndPoint Nowhere = new(IPAddress.None, 0);

    private readonly HttpsRedirect? _redirect = config.RedirectToHttps is { } port ? new HttpsRedirect(port) : null;

    /// <summary>The connection middleware.</summary>
    public ConnectionDelegate Middleware(ConnectionDelegate http2) => async connection =>
    {
        // What is thrown is a bug; the connection has ended all the same.
        ConnectionProtocol protocol = ConnectionProtocol.Unknown;
        ConnectionEnd end = ConnectionEnd.EdgeFault;
        try
        {
            (protocol, end) = await RunAsync(connection, http2).ConfigureAwait(false);
        }
        finally
        {
            plane.Metrics.ConnectionEnded(listener, protocol, end);
        }
    };

    private async Task<(ConnectionProtocol Protocol, ConnectionEnd End)> RunAsync(ConnectionContext connection, ConnectionDelegate http2)
    {
        ClientConnection client = Describe(connection);
        bool isHttp2 = client.IsTls && (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual("h2"u8) ?? false);
        if (!client.IsTls && config.Protocols.HasFlag(ListenerProtocols.H2))
        {
            (isHttp2, ConnectionEnd ended) = await LookAsync(connection).ConfigureAwait(false);
            if (ended != ConnectionEnd.None)
            {
                return (ConnectionProtocol.Unknown, ended);
            }
        }

        if (isHttp2)
        {
            return (ConnectionProtocol.Http2, await RunHttp2Async(connection, client, http2).ConfigureAwait(false));
        }

        return config.Protocols.HasFlag(ListenerProtocols.H1)
            ? (ConnectionProtocol.Http1, await new Http1Connection(plane, connection, client).RunAsync().ConfigureAwait(false))
            : (ConnectionProtocol.Unknown, ConnectionEnd.BadRequest);
    }

    private async Task<ConnectionEnd> RunHttp2Async(ConnectionContext connection, ClientConnection client, ConnectionDelegate http2)
    {
        var tracked = new Http2Connection(connection);
        connection.Features.Set(client);
        plane.Connections.Add(tracked);
        try
        {
            await http2(connection).ConfigureAwait(false);
        }
        finally
        {
            plane.Connections.Remove(tracked);
        }

        return tracked.End;
    }

    private ClientConnection Describe(ConnectionContext connection)
    {
        ClientHelloFeature? hello = connection.Features.Get<ClientHelloFeature>();
        ITlsHandshakeFeature? tls = connection.Features.Get<ITlsHandshakeFeature>();
        return new ClientConnection
        {
            Id = plane.Connections.NextId(),
            Lane = plane.Lanes.Of(connection.ConnectionId),
            Listener = listener,
            Redirect = _redirect,
            Peer = new ConnectionPeer(connection.RemoteEndPoint),
            PeerPort = (connection.RemoteEndPoint as IPEndPoint)?.Port ?? 0,
            Local = connection.LocalEndPoint as IPEndPoint ?? Nowhere,
            IsTls = tls is not null,
            TlsProtocol = tls?.Protocol ?? SslProtocols.None,
            TlsCipher = tls?.NegotiatedCipherSuite?.ToString(),
            Sni = hello?.Hello.ServerName,
            Hello = hello?.Hello,
            Ja4 = hello?.Ja4Text,
        };
    }

    /// <summary>
    /// Looks at the first bytes without consuming them, until they differ from the preface of HTTP/2 or are all of it, or until the wait
    /// for them is broken off.
    /// </summary>
    private async ValueTask<FirstBytes> LookAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        using var wait = new OpeningWait(plane, connection, plane.Clock.Micros, plane.Live.Settings.HeaderTimeout, ConnectionEnd.HeaderTimeout);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ConnectionAbortedException)
            {
                // Our own front end meets the same, and knows what to call it.
                return new FirstBytes(IsHttp2: false, ConnectionEnd.None);
            }

            bool isHttp2 = RequestHead.IsHttp2Preface(read.Buffer.FirstSpan, out bool needMore);
            bool none = read.Buffer.IsEmpty;
            bool goOn = needMore && !read.IsCompleted && wait.BrokenOff == ConnectionEnd.None;
            input.AdvanceTo(read.Buffer.Start, goOn ? read.Buffer.End : read.Buffer.Start);
            if (!goOn)
            {
                // A read of Kestrel's must not be woken for what was meant for ours; our own front end does not mind, and answers what has begun.
                bool inTime = wait.TryEnd();
                return new FirstBytes(isHttp2, inTime || (!isHttp2 && !none) ? ConnectionEnd.None : wait.BrokenOff);
            }
        }
    }

    /// <summary>What the first bytes say: the protocol, or why there is nothing to serve.</summary>
    private readonly record struct FirstBytes(bool IsHttp2, ConnectionEnd End);
}
