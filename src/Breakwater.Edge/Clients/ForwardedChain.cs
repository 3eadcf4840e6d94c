using System.Runtime.CompilerServices;

namespace Breakwater.Edge.Clients;

/// <summary>
/// Who a request really comes from. Begins with the peer of the connection and walks back through what proxies have appended, from
/// the right, for as long as the address reached is itself a trusted proxy. The first that is not is the client. What stands left of
/// it is the client's own claim and is neither believed nor passed on; garbage, "unknown" and hidden names end the walk at the last
/// trusted hop.
/// <code>
///  X-Forwarded-For:  6.6.6.6,  198.51.100.9,  10.0.0.8          peer 10.0.0.7    trusted 10.0.0.0/8
///                    claimed   the client     trusted  ◄─────── trusted
/// </code>
/// Only one of the two headers may be read, the one that the proxies in front write: a client can send the other.
/// Owned by one exchange, used anew for the next by <see cref="Begin"/>; allocates nothing.
/// </summary>
internal sealed class ForwardedChain
{
    /// <summary>Most hops followed. Real chains have one to three.</summary>
    public const int MaxHops = 16;

    private TrustedProxies _trusted = TrustedProxies.Nobody;
    private Hops _hops;
    private bool _ended = true;

    [InlineArray(MaxHops)]
    private struct Hops
    {
        private ClientAddress _nearest;
    }

    /// <summary>The client as far as it can be known.</summary>
    public ClientAddress Client { get; private set; }

    /// <summary>Whether the connection's own peer is a trusted proxy: without that nothing it sends is believed.</summary>
    public bool PeerIsTrusted { get; private set; }

    /// <summary>The scheme that the client used, when a trusted proxy said it.</summary>
    public ForwardedScheme Scheme { get; private set; }

    /// <summary>Addresses behind the peer that are believed, nearest first; the last is <see cref="Client"/>.</summary>
    public ReadOnlySpan<ClientAddress> Believed => ((ReadOnlySpan<ClientAddress>)_hops)[..HopCount];

    private int HopCount { get; set; }

    /// <summary>Starts over for a request on a connection from <paramref name="peer"/>. True when header lines are to be added:
    /// the last line of the header first.</summary>
    public bool Begin(ClientAddress peer, TrustedProxies trusted)
    {
        _trusted = trusted;
        Client = peer;
        Scheme = ForwardedScheme.None;
        HopCount = 0;
        PeerIsTrusted = trusted.Contains(peer);
        _ended = !PeerIsTrusted;
        return PeerIsTrusted;
    }

    /// <summary>Adds the value of one <c>X-Forwarded-For</c> line. True when the line before it is wanted too.</summary>
    public bool AddForwardedFor(ReadOnlySpan<byte> line)
    {
        while (!_ended && !line.IsEmpty)
        {
            var element = ForwardedElement.TakeLast(ref line, quotes: false);
            if (!element.IsEmpty) Follow(ForwardedElement.ParseForwardedFor(element).For);   // empty list elements mean nothing (RFC 9110 §5.6.1)
        }
        return !_ended;
    }

    /// <summary>Adds the value of one <c>Forwarded</c> line (RFC 7239), which also says the scheme. True when the line before it is wanted too.</summary>
    public bool AddForwarded(ReadOnlySpan<byte> line)
    {
        while (!_ended && !line.IsEmpty)
        {
            var text = ForwardedElement.TakeLast(ref line, quotes: true);
            if (text.IsEmpty) continue;
            var element = ForwardedElement.ParseForwarded(text);
            Scheme = element.Scheme;
            Follow(element.For);
        }
        return !_ended;
    }

    /// <summary>Adds the value of the last <c>X-Forwarded-Proto</c> line: what its last entry says is what the nearest proxy saw.</summary>
    public void AddForwardedProto(ReadOnlySpan<byte> line)
    {
        if (PeerIsTrusted) Scheme = ForwardedElement.ParseScheme(ForwardedElement.TakeLast(ref line, quotes: false));
    }

    private void Follow(ClientAddress next)
    {
        if (next.IsNone || HopCount == MaxHops)
        {
            _ended = true;
            return;
        }
        _hops[HopCount++] = next;
        Client = next;
        _ended = !_trusted.Contains(next);
    }
}
