using Breakwater.Http;

namespace Breakwater.Edge.Clients;

/// <summary>Reads what trusted proxies say of the client from a request's head. Stateless.</summary>
internal static class ClientIdentity
{
    /// <summary>
    /// Follows <c>X-Forwarded-For</c> where it is there, else <c>Forwarded</c>; the last line first, for proxies append. Never both: a proxy
    /// writes one of them, and a client could send the other.
    /// </summary>
    public static void Read(RequestHead head, ForwardedChain chain, ClientAddress peer, TrustedProxies trusted)
    {
        if (!chain.Begin(peer, trusted))
        {
            return;
        }

        bool hasForwardedFor = head.Has(KnownField.XForwardedFor);
        KnownField field = hasForwardedFor ? KnownField.XForwardedFor : KnownField.Forwarded;
        bool wanted = head.Has(field);
        for (int i = head.Count - 1; wanted && i >= 0; i--)
        {
            if (head.Known(i) == field)
            {
                wanted = hasForwardedFor ? chain.AddForwardedFor(head.Value(i)) : chain.AddForwarded(head.Value(i));
            }
        }

        for (int i = head.Count - 1; i >= 0; i--)
        {
            if (head.Known(i) == KnownField.XForwardedProto)
            {
                chain.AddForwardedProto(head.Value(i));
                return;
            }
        }
    }
}
