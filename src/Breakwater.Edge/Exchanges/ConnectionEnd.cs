namespace Breakwater.Edge.Exchanges;

/// <summary>Why a client's connection ended. Counted and logged for each connection; docs/end-reasons.md describes them.</summary>
public enum ConnectionEnd : byte
{
    /// <summary>Not over yet.</summary>
    None,

    /// <summary>The client closed between two requests.</summary>
    ClientClosed,

    /// <summary>The client reset the connection.</summary>
    ClientReset,

    /// <summary>The connection was not to be kept: HTTP/1.0, Connection: close, or an answer that ends with the connection.</summary>
    NotKeptAlive,

    /// <summary>No request for idle_timeout.</summary>
    IdleTimeout,

    /// <summary>No complete head within header_timeout.</summary>
    HeaderTimeout,

    /// <summary>A body slower than allowed.</summary>
    BodyTimeout,

    /// <summary>The client read slower than allowed.</summary>
    WriteTimeout,

    /// <summary>A request was refused in a way that leaves no safe point to go on from.</summary>
    BadRequest,

    /// <summary>The request's body was not read to its end.</summary>
    BodyUnread,

    /// <summary>requests_per_connection is reached.</summary>
    RequestLimit,

    /// <summary>Upgraded, and the tunnel is over.</summary>
    TunnelClosed,

    /// <summary>An answer broke off, so the connection was cut to let the client know.</summary>
    ResponseAborted,

    /// <summary>A protection dropped it.</summary>
    Dropped,

    /// <summary>Too many connections, in all or of this client.</summary>
    Refused,

    /// <summary>The PROXY protocol header was missing or malformed.</summary>
    BadProxyHeader,

    /// <summary>The TLS handshake failed or took too long.</summary>
    TlsFailed,

    /// <summary>The edge is shutting down.</summary>
    Drained,

    /// <summary>A fault of the edge: a bug.</summary>
    EdgeFault,
}
