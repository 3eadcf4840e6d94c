using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins;

public class OriginGroupBuilderTests
{
    private static readonly OriginConfig Plain = new() { Url = new OriginAddress(false, "10.0.0.5", 3000) };

    private static readonly ZoneConfig Defaults = new() { Name = "shop", Origins = [Plain] };

    [Fact]
    public void TheDefaultsOfTheConfigurationAreTheDefaultsHere()
    {
        OriginGroup group = Compose(Defaults);
        Assert.Equal(new OriginGroupSettings(), group.Settings);
        Assert.Equal(OriginSettings.Default with { Pool = group.Members[0].Settings.Pool }, group.Members[0].Settings);
        Assert.Equal("shop", group.Zone);
        Assert.Equal(new Uri("http://10.0.0.5:3000"), group.Origins[0].Url);
        Assert.Null(group.Origins[0].Tls);
    }

    [Fact]
    public void ASocketIsConnectedToByItsPath()
    {
        OriginMember member = Compose(Defaults with { Origins = [Plain with { Url = OriginAddress.UnixSocket("/run/shop/../app.sock"), Host = HostHeader.Origin }] }).Members[0];
        Assert.Equal("unix:/run/shop/../app.sock", member.Origin.Name);
        Assert.Equal("/run/shop/../app.sock", Assert.Single(member.Origin.Resolver.EndPoints).ToString());
        Assert.Equal("localhost", Encoding.ASCII.GetString(member.Settings.HostField!));
    }

    [Fact]
    public void WhatIsWrittenArrives()
    {
        OriginGroup group = Compose(new ZoneConfig
        {
            Name = "shop",
            Origins = [Plain with { Weight = 3 }],
            Balance = BalancePolicy.Hash,
            HashBy = new HashKey(HashSource.Cookie, "sid"),
            Health = new HealthConfig
            {
                Path = "/up",
                Host = "up.example",
                Interval = TimeSpan.FromSeconds(1),
                Timeout = TimeSpan.FromMilliseconds(500),
                HealthyAfter = 4,
                UnhealthyAfter = 6,
                ExpectStatus = new StatusRange(200, 204),
            },
            Outlier = new OutlierConfig
            {
                ConsecutiveFailures = 9,
                EjectFor = TimeSpan.FromSeconds(3),
                MaxEjectFor = TimeSpan.FromSeconds(7),
                MaxEjected = 0.1,
                PanicBelow = 0.2,
            },
            SlowStart = TimeSpan.FromSeconds(11),
            Pool = new PoolConfig
            {
                MaxConnections = 70,
                MaxInFlight = 60,
                MaxQueued = 50,
                QueueTimeout = TimeSpan.FromSeconds(4),
                IdleTimeout = TimeSpan.FromSeconds(13),
                MaxAge = TimeSpan.Zero,
            },
            Retries = new RetriesConfig { MaxAttempts = 5, Budget = 0.4, MinPerSecond = 8 },
            Dns = new DnsConfig { Refresh = TimeSpan.FromSeconds(17) },
        });

        Assert.Equal(
            new OriginGroupSettings
            {
                Policy = BalancePolicy.Hash,
                HashBy = new HashKey(HashSource.Cookie, "sid"),
                MaxEjected = 0.1,
                PanicBelow = 0.2,
                MaxAttempts = 5,
                RetryShare = 0.4,
                RetriesPerSecond = 8,
            },
            group.Settings);
        OriginMember member = group.Members[0];
        Assert.Equal(3, member.Weight);
        Assert.Equal(new AdmissionSettings(60, 50, 4_000_000), member.Settings.Admission);
        Assert.Equal((70, 13_000_000, long.MaxValue), (member.Settings.Pool.MaxIdle, member.Settings.Pool.IdleTimeout, member.Settings.Pool.MaxAge));
        Assert.Equal(
            new HealthCheckSettings
            {
                Path = "/up",
                Host = "up.example",
                Interval = 1_000_000,
                Timeout = 500_000,
                HealthyAfter = 4,
                UnhealthyAfter = 6,
                MinStatus = 200,
                MaxStatus = 204,
            },
            member.Settings.Health);
        Assert.Equal(new OutlierSettings(9, 3_000_000, 7_000_000), member.Settings.Outlier);
        Assert.Equal(11_000_000, member.Settings.SlowStart);
        Assert.Equal(17_000_000, member.Settings.DnsRefresh);
    }

    // Connections, the zone's limit and the origin's own; and what comes of it.
    [Theory]
    [InlineData(OriginProtocol.H1, 100, 50, 0, 50)]
    [InlineData(OriginProtocol.H1, 100, 50, 80, 80)]
    [InlineData(OriginProtocol.H1, 30, 50, 80, 30)]
    [InlineData(OriginProtocol.Auto, 30, 50, 0, 30)]
    [InlineData(OriginProtocol.H2, 30, 50, 0, 50)]
    public void ARequestInHttp11IsAConnection(OriginProtocol protocol, int connections, int zone, int own, int expected)
    {
        OriginGroup group = Compose(Defaults with
        {
            Origins = [Plain with { Protocol = protocol, MaxInFlight = own }],
            Pool = new PoolConfig { MaxConnections = connections, MaxInFlight = zone },
        });
        Assert.Equal(expected, group.Members[0].Settings.Admission.MaxInFlight);
    }

    [Theory]
    [InlineData("preserve", null)]
    [InlineData("origin", "10.0.0.5:3000")]
    [InlineData("other.example", "other.example")]
    public void TheHostFieldIsTheClientsTheOriginsOrFixed(string host, string? expected)
    {
        HostHeader header = host switch
        {
            "preserve" => HostHeader.Preserve,
            "origin" => HostHeader.Origin,
            _ => HostHeader.Fixed(host),
        };
        byte[]? field = Compose(Defaults with { Origins = [Plain with { Host = header }] }).Members[0].Settings.HostField;
        Assert.Equal(expected, field is null ? null : Encoding.ASCII.GetString(field));
    }

    [Fact]
    public void TlsIsVerifiedForTheNameInTheUrlUnlessAnotherIsGiven()
    {
        OriginConfig tls = new() { Url = new OriginAddress(true, "shop.internal", 443) };
        Assert.Equal(("shop.internal", true), Tls(tls));
        Assert.Equal(("other.internal", true), Tls(tls with { Tls = new OriginTlsConfig { Sni = "other.internal" } }));
        Assert.Equal(("shop.internal", false), Tls(tls with { Tls = new OriginTlsConfig { Verify = false } }));

        static (string?, bool?) Tls(OriginConfig origin)
        {
            OriginTlsSettings? settings = Compose(Defaults with { Origins = [origin] }).Origins[0].Tls;
            return (settings?.ServerName, settings?.Verifies);
        }
    }

    [Fact]
    public void EveryFileThatCannotBeUsedIsTold()
    {
        using var lab = new OriginLab();
        OriginConfig broken = new() { Url = new OriginAddress(true, "a", 443), Tls = new OriginTlsConfig { Ca = "/does/not/exist.pem" } };
        var diagnostics = new List<ConfigDiagnostic>();
        Assert.Null(OriginGroupBuilder.Compose(Defaults with { Origins = [broken, Plain, broken with { Weight = 2 }] }, lab.Registry, new ConfigurationFiles(), diagnostics));
        Assert.Equal(2, diagnostics.Count);
    }

    private static OriginGroup Compose(ZoneConfig zone)
    {
        using var lab = new OriginLab();
        var diagnostics = new List<ConfigDiagnostic>();
        OriginGroup? group = OriginGroupBuilder.Compose(zone, lab.Registry, new ConfigurationFiles(), diagnostics);
        Assert.Empty(diagnostics);
        Assert.NotNull(group);
        return group;
    }
}
