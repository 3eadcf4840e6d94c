namespace Breakwater.Config;

/// <summary>Bounds on connections and on what may come over them. Immutable. Sizes are bytes, rates bytes a second.</summary>
public sealed record LimitsConfig : ConfigNode
{
    /// <summary>Client connections at a time, in all.</summary>
    public int MaxConnections { get; init; } = 50_000;

    /// <summary>Connections at a time from one address (IPv4 address, IPv6 /64); 0 = no limit. Trusted proxies are exempt.</summary>
    public int MaxConnectionsPerClient { get; init; } = 2_000;

    /// <summary>Requests on one connection before it is closed politely.</summary>
    public int MaxRequestsPerConnection { get; init; } = 100_000;

    /// <summary>Concurrent streams on one HTTP/2 or HTTP/3 connection.</summary>
    public int MaxStreamsPerConnection { get; init; } = 100;

    /// <summary>A request head in all, bytes: request line and header section.</summary>
    public int MaxHeadSize { get; init; } = 32 * 1024;

    /// <summary>One header line, bytes.</summary>
    public int MaxLineSize { get; init; } = 16 * 1024;

    /// <summary>The request target, bytes.</summary>
    public int MaxTargetSize { get; init; } = 8 * 1024;

    /// <summary>Header lines in one head.</summary>
    public int MaxHeaderCount { get; init; } = 128;

    /// <summary>From the first byte of a request head to its last.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the accepted connection to the finished handshake, a PROXY protocol header included.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two requests on a connection.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Between two reads of a request body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What request bodies take that are held to be inspected, of all requests together; bytes.</summary>
    public long BodyMemory { get; init; } = 128L << 20;

    /// <summary>Slowest request body, bytes a second; 0 = any.</summary>
    public long MinReadRate { get; init; } = 240;

    /// <summary>Slowest taking of a response, bytes a second, while there is something to send; 0 = any.</summary>
    public long MinWriteRate { get; init; } = 240;

    /// <summary>How long a transfer may be slower than its minimum rate.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Timeouts toward origins. Immutable. A zone's is complete: what it does not set it has from the document's.</summary>
public sealed record TimeoutsConfig : ConfigNode
{
    /// <summary>Connecting, TLS handshake included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request sent to the first byte of the response.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two reads of a response.</summary>
    public TimeSpan BetweenBytes { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The whole exchange with the origin; zero = no bound. Does not apply to tunnels.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>A tunnel (WebSocket) with no byte in either direction.</summary>
    public TimeSpan TunnelIdle { get; init; } = TimeSpan.FromHours(1);
}
