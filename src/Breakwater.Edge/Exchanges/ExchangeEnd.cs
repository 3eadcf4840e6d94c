namespace Breakwater.Edge.Exchanges;

/// <summary>
/// Why an exchange ended: the one word that logs, metrics and error pages share. <see cref="Completed"/> is the ordinary end;
/// each other value names who failed, and how. Described for operators in docs/end-reasons.md, which a test holds to this list.
/// </summary>
public enum ExchangeEnd : byte
{
    /// <summary>Not over yet.</summary>
    None,

    /// <summary>The origin answered and its whole answer went to the client.</summary>
    Completed,

    /// <summary>The edge answered by itself, as configured: redirect, trace, a protection's verdict.</summary>
    AnsweredByEdge,

    /// <summary>An upgraded connection (WebSocket, CONNECT stream) ended in the ordinary way.</summary>
    TunnelClosed,

    /// <summary>An upgraded connection was silent for longer than tunnel_idle.</summary>
    TunnelIdle,

    // The client's side.

    /// <summary>The request was malformed or ambiguous; the violation says how (400 and neighbours).</summary>
    BadRequest,

    /// <summary>No zone serves the host that was asked for (421).</summary>
    UnknownHost,

    /// <summary>The body is larger than the zone allows (413).</summary>
    BodyTooLarge,

    /// <summary>The client did not finish its head in header_timeout (408).</summary>
    HeaderTimeout,

    /// <summary>The client stopped sending its body, or sent slower than min_read_rate (408).</summary>
    BodyTimeout,

    /// <summary>The client went away before the answer was complete.</summary>
    ClientAborted,

    /// <summary>The client read slower than min_write_rate.</summary>
    ClientTooSlow,

    /// <summary>A protection closed the connection without an answer.</summary>
    Dropped,

    /// <summary>A protection refused the request (403, or what its rule says).</summary>
    Blocked,

    /// <summary>The client exceeded a rate limit (429, or what its rule says).</summary>
    RateLimited,

    /// <summary>A rule asks for a challenge; there are none yet, so the request was refused (403).</summary>
    Challenged,

    // The origin's side.

    /// <summary>No origin may be asked: all ejected or down (503).</summary>
    NoOrigin,

    /// <summary>The origin's queue was full, or the wait in it too long (503).</summary>
    OriginOverloaded,

    /// <summary>The origin's name did not resolve and never had (502, 523 in the extended vocabulary).</summary>
    OriginUnresolved,

    /// <summary>The origin refused the connection (502, 521).</summary>
    OriginRefused,

    /// <summary>The origin could not be reached: no route, network down (502, 523).</summary>
    OriginUnreachable,

    /// <summary>No connection to the origin within the connect timeout (504, 522).</summary>
    OriginConnectTimeout,

    /// <summary>The TLS handshake with the origin failed (502, 525).</summary>
    OriginTlsFailed,

    /// <summary>The origin's certificate is not valid for it (502, 526).</summary>
    OriginCertificateInvalid,

    /// <summary>The origin closed or reset the connection before its answer began (502, 520).</summary>
    OriginReset,

    /// <summary>The origin's answer is malformed or ambiguous, and so not forwarded (502, 520).</summary>
    OriginBadResponse,

    /// <summary>No answer from the origin within first_byte (504, 524).</summary>
    OriginFirstByteTimeout,

    /// <summary>The origin went silent in the middle of its answer.</summary>
    OriginBetweenBytesTimeout,

    /// <summary>The origin closed in the middle of its answer.</summary>
    OriginTruncated,

    /// <summary>The exchange took longer than the zone's total timeout (504, 524).</summary>
    TotalTimeout,

    // The edge itself.

    /// <summary>The edge is shutting down and the drain time is over.</summary>
    Drained,

    /// <summary>A protection could not inspect the request, and the zone refuses what is not inspected (503).</summary>
    InspectionFailed,

    /// <summary>The same request was in progress when the edge crashed, more than once (403).</summary>
    Quarantined,

    /// <summary>A fault of the edge (500): always a bug, always logged with its stack.</summary>
    EdgeFault,
}
