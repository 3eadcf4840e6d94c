using System.Net;
using System.Security.Authentication;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// What the edge knows of the connection that a request came over: set once when the connection is ready, the same for all its
/// exchanges. Immutable after that, but for what is derived from it and remembered; thread-safe.
/// </summary>
internal sealed class ClientConnection
{
    /// <summary>A number unique in this process, for logs.</summary>
    public required long Id { get; init; }

    /// <summary>Whether it runs a candidate that is on canary: <see cref="Generations.Canary.ConnectionLane"/>.</summary>
    public uint Lane { get; init; } = Generations.Canary.ConnectionLane.Never;

    /// <summary>What its requests came to, for a canary that runs; null when none of them was counted yet.</summary>
    public Generations.Canary.ConnectionTally? Tally { get; set; }

    /// <summary>The listener's name, as configured (its address).</summary>
    public required string Listener { get; init; }

    /// <summary>Who is at the other end: from the socket, or from the PROXY protocol header.</summary>
    public required ConnectionPeer Peer { get; init; }

    /// <summary>The port at the other end; 0 on a Unix-domain socket.</summary>
    public int PeerPort { get; init; }

    /// <summary>The address that the client connected to.</summary>
    public required IPEndPoint Local { get; init; }

    /// <summary>Sends plain requests of this listener to https; null where it serves them.</summary>
    public HttpsRedirect? Redirect { get; init; }

    /// <summary>Whether the client's side is TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>The TLS version, or <see cref="SslProtocols.None"/>.</summary>
    public SslProtocols TlsProtocol { get; init; }

    /// <summary>The cipher suite's IANA name, or null.</summary>
    public string? TlsCipher { get; init; }

    /// <summary>The server name that the client asked for, or null.</summary>
    public string? Sni { get; init; }

    /// <summary>What the client said first in TLS; null without TLS, and over QUIC.</summary>
    public ClientHello? Hello { get; init; }

    /// <summary>What is known of TLS as rules see it; made when first asked for.</summary>
    public TlsText TlsText => field ??= new TlsText(this);

    /// <summary>Where the client's address is, as far as somebody has asked: one answer, kept for the next request.</summary>
    public PlaceMemory Places => field ??= new PlaceMemory();

    /// <summary>The JA4 fingerprint of the ClientHello, or null without TLS.</summary>
    public string? Ja4 { get; init; }
}
