namespace Breakwater.Edge.Observability;

/// <summary>Why a TLS handshake with a client failed, as far as the edge can tell.</summary>
internal enum TlsHandshakeFailure : byte
{
    /// <summary>What came first is not a ClientHello, or a malformed one.</summary>
    BadHello,

    /// <summary>It was not done within handshake_timeout.</summary>
    Timeout,

    /// <summary>The client went away, or ended it with an alert: it does not trust the certificate, for one.</summary>
    ClientGone,

    /// <summary>There is no certificate for the name that was asked for.</summary>
    NoCertificate,

    /// <summary>Client and edge share no version, cipher or curve, or the client's certificate was refused.</summary>
    Refused,
}
