using System.Globalization;

namespace Breakwater.Config;

/// <summary>A server behind a zone. Immutable.</summary>
public sealed record OriginConfig : ConfigNode
{
    /// <summary>Where it is.</summary>
    public required OriginAddress Url { get; init; }

    /// <summary>Its share of the requests, relative to the other origins' weights; 0 = none, for draining it.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The <c>Host</c> it is sent.</summary>
    public HostHeader Host { get; init; } = HostHeader.Preserve;

    /// <summary>Requests at it at a time; 0 = <see cref="PoolConfig.MaxInFlight"/>.</summary>
    public int MaxInFlight { get; init; }

    /// <summary>The HTTP version spoken to it.</summary>
    public OriginProtocol Protocol { get; init; } = OriginProtocol.Auto;

    /// <summary>TLS toward it; without effect for an http URL.</summary>
    public OriginTlsConfig Tls { get; init; } = new();
}

/// <summary>Where an origin is: scheme, host and port, or a Unix domain socket. Immutable, compared by value.</summary>
/// <param name="IsTls">https rather than http.</param>
/// <param name="Host">A name in lower case or an IP address; an IPv6 address has no brackets here. <c>localhost</c> for a socket.</param>
/// <param name="Port">1–65535.</param>
public sealed record OriginAddress(bool IsTls, string Host, int Port)
{
    /// <summary>The path of the Unix domain socket; null for TCP.</summary>
    public string? SocketPath { get; private init; }

    /// <summary>A Unix domain socket, on which plain HTTP is spoken.</summary>
    /// <param name="path">Its path: absolute, of the characters of a URL's path.</param>
    public static OriginAddress UnixSocket(string path) => new(false, "localhost", 80) { SocketPath = path };

    /// <summary>Host and port as in a <c>Host</c> field: brackets around IPv6, the scheme's default port left out.</summary>
    public string Authority
    {
        get
        {
            string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
            return Port == (IsTls ? 443 : 80) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
        }
    }

    /// <summary>The address as a URL, <c>unix:</c> and a path for a socket.</summary>
    public override string ToString() => SocketPath is null ? (IsTls ? "https://" : "http://") + Authority : "unix:" + SocketPath;
}

/// <summary>How the <c>Host</c> sent to an origin comes about.</summary>
public enum HostHeaderMode
{
    /// <summary>As the client sent it.</summary>
    Preserve,

    /// <summary>The host (and port) of the origin's URL.</summary>
    Origin,

    /// <summary>A name given in the document.</summary>
    Fixed,
}

/// <summary>The <c>Host</c> sent to an origin: <c>preserve</c>, <c>origin</c> or a name. Immutable, compared by value.</summary>
/// <param name="Mode">How it comes about.</param>
/// <param name="Name">The name, with <see cref="HostHeaderMode.Fixed"/>; otherwise empty.</param>
public readonly record struct HostHeader(HostHeaderMode Mode, string Name)
{
    /// <summary>As the client sent it.</summary>
    public static HostHeader Preserve => new(HostHeaderMode.Preserve, "");

    /// <summary>The host of the origin's URL.</summary>
    public static HostHeader Origin => new(HostHeaderMode.Origin, "");

    /// <summary>A given name.</summary>
    public static HostHeader Fixed(string name) => new(HostHeaderMode.Fixed, name);
}

/// <summary>The HTTP version spoken to an origin.</summary>
public enum OriginProtocol
{
    /// <summary>HTTP/1.1, and HTTP/2 for gRPC requests.</summary>
    Auto,

    /// <summary>HTTP/1.1 always.</summary>
    H1,

    /// <summary>HTTP/2 always: by ALPN to an https origin, by prior knowledge to an http one.</summary>
    H2,
}

/// <summary>TLS toward an origin. Immutable.</summary>
public sealed record OriginTlsConfig : ConfigNode
{
    /// <summary>Whether the origin's certificate must be good for its name.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>The name sent and verified; null = the host of the URL.</summary>
    public string? Sni { get; init; }

    /// <summary>PEM file with the authorities trusted for it; null = the system's. An absolute path.</summary>
    public string? Ca { get; init; }

    /// <summary>
    /// PEM file with the certificate shown to it; null = none. An absolute path; set together with <see cref="ClientKey"/>.
    /// </summary>
    public string? ClientCert { get; init; }

    /// <summary>PEM file with the key of <see cref="ClientCert"/>.</summary>
    public string? ClientKey { get; init; }
}

/// <summary>How names of origins are resolved. Immutable.</summary>
public sealed record DnsConfig : ConfigNode
{
    /// <summary>Time between two look-ups. The last good answer stays when a look-up fails or finds nothing.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(30);
}
