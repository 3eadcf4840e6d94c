using Breakwater.Edge.Listeners;

namespace Breakwater.Edge.Tls;

/// <summary>
/// What a connection's ClientHello said; a feature of the connection (<c>Features.Get&lt;ClientHelloFeature&gt;()</c>), there as soon
/// as TLS begins. Owned by the connection.
/// </summary>
internal sealed class ClientHelloFeature(ClientHello hello, OpeningWait handshake)
{
    /// <summary>The client's offers.</summary>
    public ClientHello Hello => hello;

    /// <summary>The client's fingerprint, computed once.</summary>
    public Ja4 Ja4 { get; } = Ja4.Compute(hello, Ja4Transport.Tcp);

    /// <summary><see cref="Ja4"/> as text, made once.</summary>
    public string Ja4Text => field ??= Ja4.ToString();

    /// <summary>Whether the handshake has succeeded.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>The handshake is over. False when it was broken off before.</summary>
    public bool TryEstablish() => IsEstablished = handshake.TryEnd();
}
