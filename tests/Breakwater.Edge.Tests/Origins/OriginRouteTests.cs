using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins;

public sealed class OriginRouteTests : IDisposable
{
    private readonly OriginLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("http://a.example", "b.example", null, "http://b.example")]
    [InlineData("http://a.example:81", "b.example", null, "http://b.example:81")]
    [InlineData("http://a.example", null, 8080, "http://a.example:8080")]
    [InlineData("https://a.example", "b.example", 8443, "https://b.example:8443")]
    [InlineData("http://a.example", "192.0.2.1", null, "http://192.0.2.1")]
    [InlineData("unix:/run/app.sock", "b.example", null, "http://b.example")]
    [InlineData("unix:/run/app.sock", "b.example", 81, "http://b.example:81")]
    [InlineData("unix:/run/app.sock", null, 81, "unix:/run/app.sock")]
    public void HostAndPortAreReplaced(string origin, string? host, int? port, string expected) =>
        Assert.Equal(expected, Assert.Single(Route(host, port, null, new OriginDefinition(new Uri(origin))).Origins).Name);

    [Theory]
    [InlineData("a.example", "b.example", null, "b.example")]
    [InlineData("a.example", "b.example", "c.example", "c.example")]
    [InlineData("a.example", null, "c.example", "c.example")]
    [InlineData("pinned.example", "b.example", null, "pinned.example")]
    public void TheServerNameFollowsTheHostUnlessItIsSet(string own, string? host, string? serverName, string expected)
    {
        OriginDefinition definition = new(new Uri("https://a.example")) { Tls = new OriginTlsSettings(own, verify: false) };
        OriginTlsSettings tls = Assert.Single(Route(host, null, serverName, definition).Origins).Tls!;
        Assert.Equal((expected, false, expected), (tls.ServerName, tls.Verifies, tls.Http1.TargetHost));
        Assert.Equal(new OriginTlsSettings(expected, verify: false), tls);
    }

    [Fact]
    public void OriginsThatBecomeTheSameAreOne()
    {
        OriginGroup route = Route("c.example", null, null, new OriginDefinition(new Uri("http://a.example")) { Weight = 2 }, new OriginDefinition(new Uri("http://b.example")));
        Assert.Equal(3, Assert.Single(route.Members).Weight);
    }

    [Fact]
    public void AnotherServerIsNotCheckedAsTheZonesOwn()
    {
        OriginDefinition definition = new(new Uri("http://a.example")) { Settings = new OriginSettings { Health = new HealthCheckSettings() } };
        Assert.Null(Assert.Single(Route("b.example", null, null, definition).Members).Settings.Health);
        Assert.NotNull(Assert.Single(Route(null, null, "c.example", definition).Members).Settings.Health);
    }

    [Fact]
    public void ARouteSharesNothingWithTheZone()
    {
        OriginGroup zone = _lab.Registry.Compose("shop", new OriginGroupSettings(), [new OriginDefinition(new Uri("http://a.example"))]);
        OriginGroup route = OriginRoute.Compose(_lab.Registry, zone, null, 80, null).Origins;
        _lab.Registry.Adopt([zone, route]);
        Assert.Equal("shop>:80", route.Zone);
        Assert.NotSame(zone.Origins[0], route.Origins[0]);
        Assert.NotSame(zone.State, route.State);
        Assert.Equal(2, _lab.Registry.Origins.Count);
    }

    private OriginGroup Route(string? host, int? port, string? serverName, params OriginDefinition[] definitions)
    {
        OriginGroup zone = _lab.Registry.Compose("shop", new OriginGroupSettings(), definitions);
        return OriginRoute.Compose(_lab.Registry, zone, host, port, serverName).Origins;
    }
}
