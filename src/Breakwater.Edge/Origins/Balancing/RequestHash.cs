using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Origins.Balancing;

/// <summary>
/// Which part of a request consistent hashing goes by. A request that does not have it goes by the client's address: were they all one
/// key, one origin would get them all. Immutable.
/// </summary>
internal sealed class RequestHash(HashKey key)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(key.Name);

    /// <summary>The hash of a request.</summary>
    public ulong Of(RequestHead request, ClientAddress client)
    {
        ReadOnlySpan<byte> part = key.Source switch
        {
            HashSource.Path => request.Path,
            HashSource.Header => request.TryGet(_name, out ReadOnlySpan<byte> value) ? value : default,
            HashSource.Cookie => Cookie(request),
            _ => default,
        };
        if (!part.IsEmpty)
        {
            return StableHash.Of(part);
        }

        Span<byte> address = stackalloc byte[16];
        client.WriteBytes(address);
        return StableHash.Of(address);
    }

    /// <inheritdoc cref="Of(RequestHead, ClientAddress)"/>
    public ulong Of(Exchange exchange) => Of(exchange.Request, exchange.ClientAddress);

    private ReadOnlySpan<byte> Cookie(RequestHead request)
    {
        for (int i = request.IndexOf(KnownField.Cookie); i >= 0; i = request.IndexOf(KnownField.Cookie, i + 1))
        {
            var pairs = new CookiePairs(request.Value(i));
            while (pairs.MoveNext())
            {
                if (pairs.Name.SequenceEqual(_name))
                {
                    return pairs.Value;
                }
            }
        }

        return default;
    }
}
