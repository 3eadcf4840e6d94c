using Breakwater.Config;
using Breakwater.Http;

namespace Breakwater.Edge.Clients;

/// <summary>Reads what trusted proxies say of the client from a request's head. Stateless.</summary>
internal static class ClientIdentity
{
    /// <summary>
    /// Follows the configured header, the last line first, for proxies append. Never the other one: a proxy writes one of them and passes on
    /// what the client sent as the other.
    /// </summary>
    public static void Read(RequestHead head, ForwardedChain chain, ClientAddress peer, TrustedProxies trusted, ForwardedHeader header)
    {
        if (!chain.Begin(peer, trusted))
        {
            return;
        }

        bool isForwardedFor = header == ForwardedHeader.XForwardedFor;
        KnownField field = isForwardedFor ? KnownField.XForwardedFor : KnownField.Forwarded;
        bool wanted = head.Has(field);
        for (int i = head.Count - 1; wanted && i >= 0; i--)
        {
            if (head.Known(i) == field)
            {
                wanted = isForwardedFor ? chain.AddForwardedFor(head.Value(i)) : chain.AddForwarded(head.Value(i));
            }
        }

        for (int i = head.Count - 1; isForwardedFor && i >= 0; i--)
        {
            if (head.Known(i) == KnownField.XForwardedProto)
            {
                chain.AddForwardedProto(head.Value(i));
                return;
            }
        }
    }
}
