namespace Breakwater.Edge.Origins;

/// <summary>
/// Where a rule sends requests instead of to the zone's origins as they are: to another host or port, with another name in TLS, or both.
/// Compiled with the zone; what it leads to are origins like any other, with their own pools, limits and health. Immutable.
/// </summary>
/// <param name="Origins">The origins; to be among the zone's <see cref="Zones.Zone.RouteOrigins"/>, so that they are adopted with it.</param>
internal sealed record OriginRoute(OriginGroup Origins)
{
    /// <summary>
    /// The zone's origins with another host, port or server name: as many as there were, fewer where they become the same. They are not
    /// checked actively when they are other servers: the zone's check is not theirs.
    /// </summary>
    /// <param name="registry">Where origins live.</param>
    /// <param name="zone">The zone's own group.</param>
    /// <param name="host">Another host; null = each origin's own.</param>
    /// <param name="port">Another port; null = each origin's own, or the scheme's where a socket becomes a host.</param>
    /// <param name="serverName">The name to send in TLS and to verify; null = each origin's own, or the new host where that was its host.</param>
    public static OriginRoute Compose(OriginRegistry registry, OriginGroup zone, string? host, int? port, string? serverName)
    {
        var definitions = new List<OriginDefinition>();
        foreach (OriginMember member in zone.Members)
        {
            OriginIdentity identity = member.Origin.Identity;
            Uri url = UrlOf(identity.Url, host, port);
            definitions.Add(new OriginDefinition(url)
            {
                Weight = member.Weight,
                Protocol = identity.Protocol,
                Tls = TlsOf(identity, url, serverName),
                Settings = url == identity.Url ? member.Settings : member.Settings with { Health = null },
            });
        }

        // A name of its own, so that what happens on this way changes nothing about the zone's own.
        string name = $"{zone.Zone}>{host}{(port is null ? "" : $":{port}")}{(serverName is null ? "" : $"/{serverName}")}";
        return new OriginRoute(registry.Compose(name, zone.Settings, definitions));
    }

    private static Uri UrlOf(Uri url, string? host, int? port)
    {
        if (host is null && (port is null || url.Scheme == "unix"))
        {
            return url;
        }

        bool wasSocket = url.Scheme == "unix";
        string scheme = wasSocket ? "http" : url.Scheme;
        return new UriBuilder(scheme, host ?? url.Host, port ?? (wasSocket ? 80 : url.Port)).Uri;
    }

    private static OriginTlsSettings? TlsOf(OriginIdentity identity, Uri url, string? serverName)
    {
        if (identity.Tls is not { } tls)
        {
            return null;
        }

        string name = serverName ?? (tls.ServerName == identity.Url.Host ? url.Host : tls.ServerName);
        return name == tls.ServerName ? tls : tls.WithServerName(name);
    }
}
