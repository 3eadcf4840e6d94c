namespace Breakwater.Config.Tests.Overrides;

/// <summary>Flags over environment over document.</summary>
public sealed class ConfigOverridesTests
{
    private const string Document =
        """
        listeners: [{address: ":1111", proxy_protocol: v2}]
        data: /file
        protection: off
        zones:
          - name: shop
            hosts: [shop.example]
            websocket: false
            origins: [{url: "http://file", weight: 3}]
        """;

    private static readonly string Here = Directory.GetCurrentDirectory();

    [Fact]
    public void An_origin_alone_makes_a_zone_for_every_host()
    {
        ConfigResult result = ConfigReader.WithoutFile(Flags((ConfigSetting.Origin, "http://127.0.0.1:3000")));
        Assert.Empty(result.Diagnostics);
        ZoneConfig zone = Assert.Single(result.Config!.Zones);
        Assert.Equal(("default", HostPattern.Any, "http://127.0.0.1:3000"), (zone.Name, Assert.Single(zone.Hosts), Assert.Single(zone.Origins).Url.ToString()));
        Assert.Equal([":8080"], result.Config.Listeners.Select(l => l.Address.ToString()));
        Assert.Equal("--origin", zone.Origins[0].PositionOf("url").ToString());
    }

    [Fact]
    public void Nothing_at_all_is_a_problem() =>
        AssertProblems(
            ConfigReader.WithoutFile(ConfigOverrides.None),
            "command line: no zones, so there is nothing to protect; add a zone with an origin, or give one with --origin");

    [Fact]
    public void Origins_replace_those_of_the_only_zone_and_leave_its_settings()
    {
        ZoneConfig zone = Assert.Single(Read(Document, Flags((ConfigSetting.Origin, "http://a"), (ConfigSetting.Origin, "http://b"))).Zones);
        Assert.Equal(["http://a", "http://b"], zone.Origins.Select(o => o.Url.ToString()));
        Assert.Equal(("shop", false), (zone.Name, zone.Websocket));
    }

    [Fact]
    public void An_origin_completes_a_zone_without_one() =>
        Assert.Equal("http://a", Read("zones: [{name: shop}]", Flags((ConfigSetting.Origin, "http://a"))).Zones[0].Origins[0].Url.ToString());

    [Fact]
    public void Of_several_zones_an_origin_cannot_tell_its_own() =>
        AssertProblems(
            ConfigReader.Read("zones: [{name: a, hosts: [a.example], origins: [{url: \"http://a\"}]}, {name: b, origins: [{url: \"http://b\"}]}]", "f.yaml", Flags((ConfigSetting.Origin, "http://x"))),
            "--origin: several zones, and it cannot be told whose origins these are; write the origins into the file");

    [Theory]
    [InlineData("0.0.0.0:80", "0.0.0.0:80", false)]
    [InlineData("http://:80", ":80", false)]
    [InlineData("https://:8443", ":8443", true)]
    [InlineData("HTTPS://localhost:8443/", "localhost:8443", true)]
    [InlineData("unix:/run/b.sock", "unix:/run/b.sock", false)]
    public void Addresses_replace_the_listeners(string value, string address, bool tls)
    {
        ConfigResult result = ConfigReader.Read(Document, "f.yaml", Flags((ConfigSetting.Listen, value)));
        ListenerConfig listener = Assert.Single(result.Config!.Listeners);
        Assert.Equal((address, tls, ProxyProtocolMode.Off), (listener.Address.ToString(), listener.Tls, listener.ProxyProtocol));
        Assert.Equal(tls ? 1 : 0, result.Diagnostics.Count(d => d.ToString().StartsWith("--listen: warning: TLS without a certificate", StringComparison.Ordinal)));
    }

    [Fact]
    public void Flags_win_over_variables_and_variables_over_the_document()
    {
        ConfigOverrides variables = Environment(("BREAKWATER_DATA", "/variable"), ("BREAKWATER_PROTECTION", "detect"), ("BREAKWATER_LISTEN", ":1,:2"));
        BreakwaterConfig config = Read(Document, Flags((ConfigSetting.Data, "/flag"), (ConfigSetting.Listen, ":3")).Over(variables));
        Assert.Equal(("/flag", ProtectionMode.Detect, "http://file"), (config.DataDirectory, config.Protection, config.Zones[0].Origins[0].Url.ToString()));
        Assert.Equal([":3"], config.Listeners.Select(l => l.Address.ToString()));
        Assert.Equal(("--data", "BREAKWATER_PROTECTION"), (config.PositionOf("data").ToString(), config.PositionOf("protection").ToString()));
    }

    [Fact]
    public void Every_variable()
    {
        BreakwaterConfig config = Read("", Environment(
            ("BREAKWATER_LISTEN", "https://:8443, :8080,"),
            ("BREAKWATER_ORIGIN", "http://a,http://b"),
            ("BREAKWATER_CONFIG", "/f.yaml"),
            ("BREAKWATER_DATA", "state"),
            ("BREAKWATER_ADMIN", ":9090"),
            ("BREAKWATER_PROTECTION", "detect"),
            ("BREAKWATER_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
            ("BREAKWATER_CERT", "tls/a.pem"),
            ("BREAKWATER_KEY", "/a.key"),
            ("BREAKWATER_LOG_LEVEL", "debug"),
            ("BREAKWATER_LOG_ACCESS", "off"),
            ("BREAKWATER_LOG_FORMAT", "combined")));
        BreakwaterConfig expected = new()
        {
            Listeners = [new ListenerConfig { Address = ListenAddress.AnyIp(8443), Tls = true }, new ListenerConfig { Address = ListenAddress.AnyIp(8080) }],
            DataDirectory = Path.Combine(Here, "state"),
            Admin = new AdminConfig { Address = ListenAddress.AnyIp(9090) },
            Protection = ProtectionMode.Detect,
            TrustedProxies = [System.Net.IPNetwork.Parse("10.0.0.0/8"), System.Net.IPNetwork.Parse("::1/128")],
            Certificates = [new CertificateConfig { Cert = Path.Combine(Here, "tls", "a.pem"), Key = "/a.key" }],
            Logging = new LoggingConfig { Level = LoggingLevel.Debug, Access = new AccessLogConfig { To = LogTarget.Off, Format = AccessLogFormat.Combined } },
            Zones =
            [
                new ZoneConfig
                {
                    Waf = new WafConfig(),
                    Name = "default",
                    Origins = [new OriginConfig { Url = new OriginAddress(false, "a", 80) }, new OriginConfig { Url = new OriginAddress(false, "b", 80) }],
                },
            ],
        };
        Assert.Equal(expected, config);
    }

    [Theory]
    [InlineData("BREAKWATER_LISTEN", "8080", "the value is '8080', not an address to listen on; write :8080 for every address, or 127.0.0.1:8080")]
    [InlineData("BREAKWATER_ORIGIN", "10.0.0.5", "the value is '10.0.0.5', a URL without a scheme; write http://10.0.0.5")]
    [InlineData("BREAKWATER_ADMIN", "9090", "the value is '9090', not an address to listen on; write :9090 for every address, or 127.0.0.1:9090")]
    [InlineData("BREAKWATER_PROTECTION", "of", "the value is 'of', not on, detect or off; did you mean 'on'?")]
    [InlineData("BREAKWATER_TRUSTED_PROXIES", "::1,x", "the value is 'x', not an IP network; write an address or network such as 10.0.0.0/8 or ::1")]
    [InlineData("BREAKWATER_KEY", "a.key", "a key without its certificate; set BREAKWATER_CERT too")]
    [InlineData("BREAKWATER_LOG_LEVEL", "verbose", "the value is 'verbose', not debug, info, warning or error; write debug, info, warning or error")]
    [InlineData("BREAKWATER_LOG_FORMAT", "jsn", "the value is 'jsn', not json or combined; did you mean 'json'?")]
    public void A_bad_value_is_told_with_the_variable_s_name(string variable, string value, string problem) =>
        AssertProblems(ConfigReader.Read(Document, "f.yaml", Environment((variable, value))), $"{variable}: {problem}");

    [Fact]
    public void A_certificate_needs_its_key() =>
        AssertProblems(
            ConfigReader.Read(Document, "f.yaml", Environment(("BREAKWATER_CERT", "a.pem"), ("BREAKWATER_LISTEN", "https://:1"))),
            "BREAKWATER_CERT: a certificate without its key; set BREAKWATER_KEY too");

    [Theory]
    [InlineData("BREAKWATER_LISTN", "did you mean BREAKWATER_LISTEN?")]
    [InlineData("BREAKWATER_ORIGINS", "did you mean BREAKWATER_ORIGIN?")]
    [InlineData("BREAKWATER_log_level", "did you mean BREAKWATER_LOG_LEVEL?")]
    [InlineData("BREAKWATER_ZZZ", "the variables are BREAKWATER_CONFIG, BREAKWATER_LISTEN, BREAKWATER_ORIGIN, BREAKWATER_DATA, BREAKWATER_ADMIN, BREAKWATER_PROTECTION, BREAKWATER_TRUSTED_PROXIES, BREAKWATER_CERT, BREAKWATER_KEY, BREAKWATER_LOG_LEVEL, BREAKWATER_LOG_ACCESS or BREAKWATER_LOG_FORMAT")]
    public void An_unknown_variable_is_warned_of(string variable, string remedy)
    {
        ConfigResult result = ConfigReader.Read(Document, "f.yaml", Environment((variable, "x")));
        Assert.NotNull(result.Config);
        Assert.Equal([$"{variable}: warning: unknown variable, ignored; {remedy}"], result.Diagnostics.Select(d => d.ToString()));
    }

    [Theory]
    [InlineData("BREAKWATER_FAULTS", "module waf zone * throw")]
    [InlineData("BREAKWATER_FUSES", "off")]
    [InlineData("BREAKWATER_SERVICE_HOST", "10.0.0.1")]
    [InlineData("BREAKWATER_SERVICE_PORT", "80")]
    [InlineData("BREAKWATER_PORT", "tcp://10.0.0.1:80")]
    [InlineData("BREAKWATER_PORT_80_TCP_ADDR", "10.0.0.1")]
    [InlineData("BREAKWATER_LISTEN", "")]
    [InlineData("PATH", "/bin")]
    [InlineData("breakwater_listen", ":1")]
    public void What_Kubernetes_sets_what_is_empty_and_what_is_somebody_else_s_is_passed_over(string variable, string value) =>
        Assert.Equal(Read(Document, ConfigOverrides.None), Read(Document, Environment((variable, value))));

    [Fact]
    public void The_program_can_ask_for_a_value()
    {
        ConfigOverrides overrides = Environment(("BREAKWATER_CONFIG", "a.yaml"));
        Assert.Equal("a.yaml", overrides.ValueOf(ConfigSetting.Config));
        Assert.Equal("b.yaml", overrides.With(ConfigSetting.Config, "b.yaml", "--config").ValueOf(ConfigSetting.Config));
        Assert.Null(overrides.ValueOf(ConfigSetting.Data));
    }

    [Fact]
    public void A_setting_is_described_once()
    {
        Assert.Equal(Enum.GetValues<ConfigSetting>(), ConfigOverrides.Settings.Select(s => s.Setting).Order());
        Assert.Equal(ConfigOverrides.Settings.Count, ConfigOverrides.Settings.Select(s => s.Variable).Distinct().Count());
    }

    private static ConfigOverrides Flags(params (ConfigSetting Setting, string Value)[] flags) =>
        flags.Aggregate(ConfigOverrides.None, (o, f) => o.With(f.Setting, f.Value, "--" + f.Setting.ToString().ToLowerInvariant()));

    private static ConfigOverrides Environment(params (string Name, string Value)[] variables) =>
        ConfigOverrides.FromEnvironment(variables.ToDictionary(v => v.Name, v => v.Value));

    private static BreakwaterConfig Read(string yaml, ConfigOverrides overrides)
    {
        ConfigResult result = ConfigReader.Read(yaml, "f.yaml", overrides);
        Assert.Empty(result.Diagnostics);
        return result.Config!;
    }

    private static void AssertProblems(ConfigResult result, params string[] expected)
    {
        Assert.Equal(expected, result.Diagnostics.Select(d => d.ToString()));
        Assert.Null(result.Config);
    }
}
