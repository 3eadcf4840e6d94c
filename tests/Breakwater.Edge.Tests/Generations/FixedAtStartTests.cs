using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Generations;

namespace Breakwater.Edge.Tests.Generations;

/// <summary>A reload says what it does not change.</summary>
public sealed class FixedAtStartTests
{
    private static readonly BreakwaterConfig Started = new()
    {
        Listeners = [Listener(8080)],
        Zones = [new ZoneConfig { Name = "shop", Origins = [new OriginConfig { Url = new OriginAddress(false, "127.0.0.1", 1) }] }],
    };

    public static TheoryData<string, BreakwaterConfig> Fixed => new()
    {
        { "listeners", Started with { Listeners = [Listener(8081)] } },
        { "listeners", Started with { Listeners = [Listener(8080) with { Protocols = ListenerProtocols.H1 }] } },
        { "access log", Logging(new AccessLogConfig { To = LogTarget.Off }) },
        { "access log", Logging(new AccessLogConfig { Format = AccessLogFormat.Combined }) },
        { "access log", Logging(new AccessLogConfig { Headers = ["dnt"] }) },
        { "OTLP", Otlp("http://collector:4317") },
        { "HTTP/2", Limits(new LimitsConfig { MaxStreamsPerConnection = 7 }) },
        { "HTTP/2", Limits(new LimitsConfig { IdleTimeout = TimeSpan.FromSeconds(7) }) },
    };

    public static TheoryData<BreakwaterConfig> Free =>
    [
        Started,
        Started with { Zones = [] },
        Started with { Logging = new LoggingConfig { Level = LoggingLevel.Debug } },
        Limits(new LimitsConfig { MaxConnections = 7, MaxConnectionsPerClient = 7, MaxRequestsPerConnection = 7, BodyTimeout = TimeSpan.FromSeconds(7) }),
    ];

    [Theory]
    [MemberData(nameof(Fixed))]
    public void WhatTakesARestartIsWarnedOf(string about, BreakwaterConfig next)
    {
        ConfigDiagnostic warning = Assert.Single(FixedAtStart.Compare(Started, next));
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Contains(about, warning.ToString(), StringComparison.Ordinal);
        Assert.Contains("restart the edge", warning.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Free))]
    public void WhatAReloadChangesIsNot(BreakwaterConfig next) => Assert.Empty(FixedAtStart.Compare(Started, next));

    [Fact]
    public void LimitsOfHttp2MatterToNobodyWhoDoesNotSpeakIt()
    {
        BreakwaterConfig started = Started with { Listeners = [Listener(8080) with { Protocols = ListenerProtocols.H1 }] };
        Assert.Empty(FixedAtStart.Compare(started, started with { Limits = new LimitsConfig { IdleTimeout = TimeSpan.FromSeconds(7) } }));
    }

    [Fact]
    public async Task AReloadTellsThemAndIsPromoted()
    {
        BreakwaterConfig config = Started with { Listeners = [Listener(0)], Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } } };
        await using Edge edge = await Edge.StartAsync(config, new EdgeOptions { CanaryTime = TimeSpan.Zero }, TestContext.Current.CancellationToken);
        ConfigDiagnostic warning = Assert.Single(await edge.ReloadAsync(config with { Metrics = new MetricsConfig { Otlp = new OtlpConfig { Endpoint = new Uri("http://collector") } } }));
        Assert.Contains("OTLP", warning.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, edge.GenerationNumber);
    }

    private static ListenerConfig Listener(int port) => new() { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, port)) };

    private static BreakwaterConfig Logging(AccessLogConfig access) => Started with { Logging = new LoggingConfig { Access = access } };

    private static BreakwaterConfig Limits(LimitsConfig limits) => Started with { Limits = limits };

    private static BreakwaterConfig Otlp(string endpoint) => Started with { Metrics = new MetricsConfig { Otlp = new OtlpConfig { Endpoint = new Uri(endpoint) } } };
}
