using System.Net;

namespace Breakwater.Edge.Clients;

/// <summary>
/// The other end of a connection, with its text made once: every request toward an origin carries it. Immutable; one per connection,
/// made after the PROXY protocol header, if any, was read.
/// </summary>
internal sealed class ConnectionPeer
{
    private readonly byte[] _text;

    public ConnectionPeer(EndPoint? remote)
    {
        Address = ClientAddress.From(remote);
        Span<byte> text = stackalloc byte[ClientAddress.MaxTextLength];
        _text = text[..Address.Format(text)].ToArray();
    }

    public ClientAddress Address { get; }

    /// <summary><see cref="Address"/> as ASCII: <c>192.0.2.1</c>, <c>2001:db8::1</c> (no brackets), or <c>unknown</c> on a Unix-domain socket.</summary>
    public ReadOnlySpan<byte> Text => _text;
}
