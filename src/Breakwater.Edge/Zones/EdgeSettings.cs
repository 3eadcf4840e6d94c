using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Zones;

/// <summary>
/// What holds for every listener and connection, compiled: times in microseconds, sizes in bytes, rates in bytes per second.
/// Immutable. Meanings and defaults: docs/configuration.md.
/// </summary>
internal sealed record EdgeSettings
{
    public Http.HeadLimits Head { get; init; } = Http.HeadLimits.Default;
    public long HeaderTimeout { get; init; } = 10_000_000;
    public long HandshakeTimeout { get; init; } = 10_000_000;
    public long IdleTimeout { get; init; } = 75_000_000;
    public long BodyTimeout { get; init; } = 30_000_000;
    public long MinReadRate { get; init; } = 240;
    public long MinWriteRate { get; init; } = 240;
    public long RateGrace { get; init; } = 5_000_000;
    public long BodyMemory { get; init; } = 128L * 1024 * 1024;
    public int RequestsPerConnection { get; init; } = 100_000;
    public int Connections { get; init; } = 50_000;
    public int ConnectionsPerClient { get; init; } = 2_000;
    public TlsSettings Tls { get; init; } = TlsSettings.Default;
    public ForwardedHeader ForwardedHeader { get; init; }
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.Nobody;
}
