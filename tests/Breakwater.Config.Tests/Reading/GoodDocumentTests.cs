using System.Net;

namespace Breakwater.Config.Tests.Reading;

/// <summary>From documents to the model.</summary>
public sealed class GoodDocumentTests
{
    private const string Smallest =
        """
        zones:
          - name: shop
            origins: [{url: "http://10.0.0.5:3000"}]
        """;

    // The document of the issue this project began with, without what later versions add.
    private const string Sample =
        """
        listeners: [{address: "0.0.0.0:8080"}, {address: "0.0.0.0:8443", tls: true}]
        certificates: [{cert: shop.pem, key: shop.key}]
        zones:
          - name: shop
            hosts: [shop.example.com, "*.shop.example.com"]      # "*" = any
            origins: [{url: "http://10.0.0.5:3000", weight: 2}, {url: "http://10.0.0.6:3000"}]
        """;

    /// <summary>A document in which every key stands, with another value than its default.</summary>
    internal const string EveryKey =
        """
        listeners:
          - {address: "[::1]:8443", tls: true, protocols: [h2], proxy_protocol: any}
          - {address: "unix:/run/b.sock", redirect_to_https: 8443}
        certificates: [{cert: /c.pem, key: /c.key}]
        tls: {min_version: 1.3, session_tickets: false, ocsp_stapling: false, client_certificates: {mode: optional, ca: /ca.pem}}
        trusted_proxies: [10.0.0.0/8, "::1"]
        forwarded_header: forwarded
        limits:
          max_connections: 1
          max_connections_per_client: 0
          max_requests_per_connection: 3
          max_streams_per_connection: 4
          max_head_size: 5KiB
          max_line_size: 600
          max_target_size: 700B
          max_header_count: 80
          header_timeout: 900ms
          handshake_timeout: 10s
          idle_timeout: 11m
          body_timeout: 1h
          min_read_rate: 0
          min_write_rate: 1MiB/s
          rate_grace: 16s
        timeouts: {connect: 1s, first_byte: 2s, between_bytes: 3s, total: 4s, tunnel_idle: 5s}
        logging: {level: error, access: {to: /a.log, format: combined, max_queued: 17, redact_query: [A], redact_headers: [X-B]}}
        metrics: {prometheus: false, otlp: {endpoint: "https://c:4318", interval: 1m, protocol: http}}
        admin: {address: ":9090"}
        data: /d
        lifecycle: {drain_timeout: 1m, drain_delay: 10s}
        generations:
          taste: {timeout: 2s, max_memory: 100MiB, max_request_time: 10ms, samples: 11, max_newly_blocked: 12%}
          canary: {share: 13%, time: 14s, requests: 15, max_errors: 16%, max_blocked: 17%, max_slower: 18%}
          bake: {time: 19m, requests: 0}
          feeds: {max_size: 20MiB, max_items: 21, max_duplicates: 22%, freeze_after: 23}
          max_removed: 24%
        protection: detect
        zones:
          - name: shop-1
            hosts: ["*", Shop.Example, "*.Shop.Example", 10.0.0.1, "[2001:DB8::0:1]", a_b.example]
            origins:
              - url: HTTPS://App.Internal/
                weight: 0
                host: origin
                max_in_flight: 18
                protocol: h2
                tls: {verify: true, sni: sni.example, ca: /oca.pem, client_cert: /cc.pem, client_key: /ck.pem}
              - {url: "http://[::2]:81", host: app.example, protocol: h1}
            balance: hash
            hash_by: cookie session
            health: {path: /h?x=1, host: h.example, interval: 2s, timeout: 1s, healthy_after: 1, unhealthy_after: 2, expect_status: 204}
            outlier: {consecutive_failures: 0, eject_for: 1s, max_eject_for: 2s, max_ejected: 100%, panic_below: 0%}
            slow_start: 19s
            pool: {max_connections: 1, max_in_flight: 2, max_queued: 0, queue_timeout: 3s, idle_timeout: 4s, max_age: 0}
            retries: {max_attempts: 1, budget: 7%, min_per_second: 0}
            timeouts: {first_byte: 20s}
            max_body_size: 1GiB
            errors: {pages: {502: /502.html, 5xx: /5.html, all: /all.html}, status_52x: true}
            hsts: {max_age: 730d, include_subdomains: true, preload: true}
            redirect_to_https: true
            origin_headers: {x_forwarded: false, forwarded: true, via: true}
            websocket: false
            dns: {refresh: 21s}
        """;

    [Fact]
    public void The_sample()
    {
        BreakwaterConfig config = Read(Sample, "/etc/breakwater/site.yaml");

        Assert.Collection(config.Listeners,
            plain =>
            {
                Assert.Equal("0.0.0.0:8080", plain.Address.ToString());
                Assert.Equal(ListenerProtocols.H1 | ListenerProtocols.H2, plain.Protocols);
            },
            tls =>
            {
                Assert.True(tls.Tls);
                Assert.Equal(ListenerProtocols.H1 | ListenerProtocols.H2 | ListenerProtocols.H3, tls.Protocols);
            });
        Assert.Equal(("/etc/breakwater/shop.pem", "/etc/breakwater/shop.key"), (config.Certificates[0].Cert, config.Certificates[0].Key));
        ZoneConfig zone = Assert.Single(config.Zones);
        Assert.Equal([HostPattern.Exact("shop.example.com"), HostPattern.Wildcard("shop.example.com")], zone.Hosts);
        Assert.Equal([(new OriginAddress(false, "10.0.0.5", 3000), 2), (new OriginAddress(false, "10.0.0.6", 3000), 1)], zone.Origins.Select(o => (o.Url, o.Weight)));
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        BreakwaterConfig config = Read(Smallest);
        BreakwaterConfig expected = new()
        {
            Zones = [new ZoneConfig { Name = "shop", Origins = [new OriginConfig { Url = new OriginAddress(false, "10.0.0.5", 3000) }], Waf = new WafConfig() }],
        };
        Assert.Equal(expected, config);
        Assert.Equal([ListenAddress.AnyIp(8080)], config.Listeners.Select(l => l.Address));
        Assert.Equal([HostPattern.Any], config.Zones[0].Hosts);
    }

    [Fact]
    public void Every_key()
    {
        BreakwaterConfig config = Read(EveryKey);

        BreakwaterConfig expected = new()
        {
            Listeners =
            [
                new ListenerConfig
                {
                    Address = ListenAddress.Of(new IPEndPoint(IPAddress.IPv6Loopback, 8443)),
                    Tls = true,
                    Protocols = ListenerProtocols.H2,
                    ProxyProtocol = ProxyProtocolMode.Any,
                },
                new ListenerConfig { Address = ListenAddress.UnixSocket("/run/b.sock"), RedirectToHttps = 8443 },
            ],
            Certificates = [new CertificateConfig { Cert = "/c.pem", Key = "/c.key" }],
            Tls = new TlsConfig
            {
                MinVersion = TlsVersion.Tls13,
                SessionTickets = false,
                OcspStapling = false,
                ClientCertificates = new ClientCertificatesConfig { Mode = ClientCertificateMode.Optional, Ca = "/ca.pem" },
            },
            ForwardedHeader = ForwardedHeader.Forwarded,
            TrustedProxies = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("::1/128")],
            Limits = new LimitsConfig
            {
                MaxConnections = 1,
                MaxConnectionsPerClient = 0,
                MaxRequestsPerConnection = 3,
                MaxStreamsPerConnection = 4,
                MaxHeadSize = 5 * 1024,
                MaxLineSize = 600,
                MaxTargetSize = 700,
                MaxHeaderCount = 80,
                HeaderTimeout = TimeSpan.FromMilliseconds(900),
                HandshakeTimeout = TimeSpan.FromSeconds(10),
                IdleTimeout = TimeSpan.FromMinutes(11),
                BodyTimeout = TimeSpan.FromHours(1),
                MinReadRate = 0,
                MinWriteRate = 1024 * 1024,
                RateGrace = TimeSpan.FromSeconds(16),
            },
            Timeouts = Timeouts(first: 2),
            Logging = new LoggingConfig
            {
                Level = LoggingLevel.Error,
                Access = new AccessLogConfig
                {
                    To = LogTarget.File("/a.log"),
                    Format = AccessLogFormat.Combined,
                    MaxQueued = 17,
                    RedactQuery = ["a"],
                    RedactHeaders = ["x-b"],
                },
            },
            Metrics = new MetricsConfig
            {
                Prometheus = false,
                Otlp = new OtlpConfig { Endpoint = new Uri("https://c:4318"), Interval = TimeSpan.FromMinutes(1), Protocol = OtlpProtocol.Http },
            },
            Admin = new AdminConfig { Address = ListenAddress.AnyIp(9090) },
            DataDirectory = "/d",
            Lifecycle = new LifecycleConfig { DrainTimeout = TimeSpan.FromMinutes(1), DrainDelay = TimeSpan.FromSeconds(10) },
            Generations = new GenerationsConfig
            {
                Taste = new TasteConfig
                {
                    Timeout = TimeSpan.FromSeconds(2),
                    MaxMemory = 100L << 20,
                    MaxRequestTime = TimeSpan.FromMilliseconds(10),
                    Samples = 11,
                    MaxNewlyBlocked = 0.12,
                },
                Canary = new CanaryConfig
                {
                    Share = 0.13,
                    Time = TimeSpan.FromSeconds(14),
                    Requests = 15,
                    MaxErrors = 0.16,
                    MaxBlocked = 0.17,
                    MaxSlower = 0.18,
                },
                Bake = new BakeConfig { Time = TimeSpan.FromMinutes(19), Requests = 0 },
                Feeds = new FeedsConfig { MaxSize = 20L << 20, MaxItems = 21, MaxDuplicates = 0.22, FreezeAfter = 23 },
                MaxRemoved = 0.24,
            },
            Protection = ProtectionMode.Detect,
            Zones = [ExpectedZone()],
        };
        // Part by part first: a failure then names the part.
        Assert.Equal(expected.Listeners, config.Listeners);
        Assert.Equal(expected.Limits, config.Limits);
        Assert.Equal(ExpectedZone(), config.Zones[0]);
        Assert.Equal(expected, config);
    }

    [Fact]
    public void A_zone_inherits_how_modules_fail_key_by_key()
    {
        BreakwaterConfig config = Read(
            """
            fail: {custom_rules: closed, rate_limits: closed}
            zones:
              - {name: own, hosts: [own.example], origins: [{url: "http://a"}], fail: {rate_limits: open, url_rules: closed}}
              - {name: same, hosts: [same.example], origins: [{url: "http://b"}]}
            """);
        FailConfig own = config.Zones[0].Fail;
        Assert.Equal((FailMode.Closed, FailMode.Open, FailMode.Closed, FailMode.Open), (own.CustomRules, own.RateLimits, own.UrlRules, own.LateRules));
        Assert.Equal(config.Fail, config.Zones[1].Fail);
        Assert.Equal(new FailConfig(), new ZoneConfig { Name = "x", Origins = [] }.Fail);
    }

    [Fact]
    public void A_zone_inherits_the_timeouts_it_does_not_write()
    {
        BreakwaterConfig config = Read(
            """
            timeouts: {connect: 1s, first_byte: 2s}
            zones:
              - {name: own, hosts: [own.example], origins: [{url: "http://a"}], timeouts: {first_byte: 9s}}
              - {name: none, hosts: [none.example], origins: [{url: "http://a"}]}
            """);
        Assert.Equal(config.Timeouts with { FirstByte = TimeSpan.FromSeconds(9) }, config.Zones[0].Timeouts);
        Assert.Equal(config.Timeouts, config.Zones[1].Timeouts);
    }

    [Theory]
    [InlineData("max_eject_for: 10s", 10, 10)]
    [InlineData("eject_for: 10m", 600, 600)]
    [InlineData("eject_for: 1m", 60, 300)]
    public void One_bound_of_ejections_moves_the_other_s_default(string written, int ejectFor, int maxEjectFor)
    {
        OutlierConfig outlier = Read($$"""zones: [{name: a, outlier: {{{written}}}, origins: [{url: "http://a"}]}]""").Zones[0].Outlier;
        Assert.Equal((ejectFor, maxEjectFor), ((int)outlier.EjectFor.TotalSeconds, (int)outlier.MaxEjectFor.TotalSeconds));
    }

    [Fact]
    public void A_health_check_waits_no_longer_than_its_interval()
    {
        HealthConfig health = Read("""zones: [{name: a, health: {interval: 500ms}, origins: [{url: "http://a"}]}]""").Zones[0].Health!;
        Assert.Equal(TimeSpan.FromMilliseconds(500), health.Timeout);
    }

    [Fact]
    public void Every_setting_knows_where_it_was_written()
    {
        BreakwaterConfig config = Read(
            """
            certificates:
              - cert: a.pem
                key: a.key
            listeners: [{address: ":443", tls: true}]
            zones:
              - name: shop
                hosts:
                  - shop.example
                  - "*.shop.example"
                origins: [{url: "http://a"}]
                errors: {pages: {5xx: e.html}}
            """, "site.yaml");

        Assert.Equal("site.yaml:3:10", config.Certificates[0].PositionOf("key").ToString());
        ZoneConfig zone = config.Zones[0];
        Assert.Equal("site.yaml:6:5", zone.Position.ToString());
        Assert.Equal("site.yaml:9:9", zone.PositionOf("hosts", 1).ToString());
        Assert.Equal("site.yaml:10:21", zone.Origins[0].PositionOf("url").ToString());
        Assert.Equal("site.yaml:11:27", zone.Errors.Pages[0].PositionOf("file").ToString());
        Assert.True(zone.IsWritten("hosts"));
        Assert.False(zone.IsWritten("balance"));
        Assert.Equal(zone.Position, zone.PositionOf("balance"));
        Assert.Equal("default", config.Limits.PositionOf("max_head_size").ToString());
    }

    [Fact]
    public void Zones_that_say_the_same_are_equal_wherever_they_stand()
    {
        BreakwaterConfig before = Read("""zones: [{name: a, origins: [{url: "http://a"}], errors: {pages: {502: e.html}}}]""");
        BreakwaterConfig after = Read(
            """
            # moved
            zones:
              - name: a
                origins: [{url: "http://A:80/"}]
                errors:
                  pages: {502: e.html}
            """);
        Assert.Equal(before.Zones[0], after.Zones[0]);
        Assert.Equal(before.Zones[0].GetHashCode(), after.Zones[0].GetHashCode());
        Assert.Equal(before, after);
        Assert.Equal(before.ToString(), after.ToString());
        Assert.NotEqual(before.ToString(), (after with { Zones = [after.Zones[0] with { MaxBodySize = 1 }] }).ToString());
        Assert.NotEqual(before.Zones[0], after.Zones[0] with { Websocket = false });
        Assert.NotEqual(before.Zones[0], after.Zones[0] with { Origins = [] });
    }

    [Fact]
    public void The_most_specific_error_page_is_used()
    {
        ErrorsConfig errors = Read("""zones: [{name: a, origins: [{url: "http://a"}], errors: {pages: {all: /all, 5xx: /5, 502: /502}}}]""").Zones[0].Errors;
        Assert.Equal("/502", errors.PageFor(502)?.File);
        Assert.Equal("/5", errors.PageFor(503)?.File);
        Assert.Equal("/all", errors.PageFor(404)?.File);
        Assert.Null(new ErrorsConfig().PageFor(502));
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_no_part_of_the_document() =>
        Assert.Equal("shop", Read("\uFEFF" + Smallest.ReplaceLineEndings("\r\n")).Zones[0].Name);

    [Theory]
    [InlineData("app.internal", "http://app.internal")]
    [InlineData("::1", "http://[::1]")]
    public void An_origin_s_authority_is_what_Host_would_be(string host, string url)
    {
        Assert.Equal(url, new OriginAddress(false, host, 80).ToString());
        Assert.Equal(url[7..] + ":443", new OriginAddress(false, host, 443).Authority);
        Assert.Equal(url[7..], new OriginAddress(true, host, 443).Authority);
    }

    [Fact]
    public void An_origin_may_be_a_socket()
    {
        OriginAddress socket = Read("""zones: [{name: a, origins: [{url: "unix:/run/app.sock"}]}]""").Zones[0].Origins[0].Url;
        Assert.Equal(OriginAddress.UnixSocket("/run/app.sock"), socket);
        Assert.Equal(("/run/app.sock", "localhost", "unix:/run/app.sock"), (socket.SocketPath, socket.Authority, socket.ToString()));
        Assert.NotEqual(new OriginAddress(false, "localhost", 80), socket);
    }

    private static TimeoutsConfig Timeouts(int first) => new()
    {
        Connect = TimeSpan.FromSeconds(1),
        FirstByte = TimeSpan.FromSeconds(first),
        BetweenBytes = TimeSpan.FromSeconds(3),
        Total = TimeSpan.FromSeconds(4),
        TunnelIdle = TimeSpan.FromSeconds(5),
    };

    private static ZoneConfig ExpectedZone() => new()
    {
        Waf = new WafConfig(),
        Name = "shop-1",
        Hosts =
        [
            HostPattern.Any, HostPattern.Exact("shop.example"), HostPattern.Wildcard("shop.example"), HostPattern.Exact("10.0.0.1"),
            HostPattern.Exact("[2001:db8::1]"), HostPattern.Exact("a_b.example"),
        ],
        Origins =
        [
            new OriginConfig
            {
                Url = new OriginAddress(true, "app.internal", 443),
                Weight = 0,
                Host = HostHeader.Origin,
                MaxInFlight = 18,
                Protocol = OriginProtocol.H2,
                Tls = new OriginTlsConfig { Sni = "sni.example", Ca = "/oca.pem", ClientCert = "/cc.pem", ClientKey = "/ck.pem" },
            },
            new OriginConfig { Url = new OriginAddress(false, "::2", 81), Host = HostHeader.Fixed("app.example"), Protocol = OriginProtocol.H1 },
        ],
        Balance = BalancePolicy.Hash,
        HashBy = new HashKey(HashSource.Cookie, "session"),
        Health = new HealthConfig
        {
            Path = "/h?x=1",
            Host = "h.example",
            Interval = TimeSpan.FromSeconds(2),
            Timeout = TimeSpan.FromSeconds(1),
            HealthyAfter = 1,
            UnhealthyAfter = 2,
            ExpectStatus = new StatusRange(204, 204),
        },
        Outlier = new OutlierConfig
        {
            ConsecutiveFailures = 0,
            EjectFor = TimeSpan.FromSeconds(1),
            MaxEjectFor = TimeSpan.FromSeconds(2),
            MaxEjected = 1,
            PanicBelow = 0,
        },
        SlowStart = TimeSpan.FromSeconds(19),
        Pool = new PoolConfig
        {
            MaxConnections = 1,
            MaxInFlight = 2,
            MaxQueued = 0,
            QueueTimeout = TimeSpan.FromSeconds(3),
            IdleTimeout = TimeSpan.FromSeconds(4),
            MaxAge = TimeSpan.Zero,
        },
        Retries = new RetriesConfig { MaxAttempts = 1, Budget = 0.07, MinPerSecond = 0 },
        Timeouts = Timeouts(first: 20),
        MaxBodySize = 1L << 30,
        Errors = new ErrorsConfig
        {
            Pages =
            [
                new ErrorPage { Status = 502, File = "/502.html" }, new ErrorPage { Status = 5, File = "/5.html" },
                new ErrorPage { Status = 0, File = "/all.html" },
            ],
            Status52x = true,
        },
        Hsts = new HstsConfig { MaxAge = TimeSpan.FromDays(730), IncludeSubdomains = true, Preload = true },
        RedirectToHttps = 443,
        OriginHeaders = new OriginHeadersConfig { XForwarded = false, Forwarded = true, Via = true },
        Websocket = false,
        Dns = new DnsConfig { Refresh = TimeSpan.FromSeconds(21) },
    };

    private static BreakwaterConfig Read(string yaml, string file = "test.yaml")
    {
        ConfigResult result = ConfigReader.Read(yaml, file);
        Assert.Empty(result.Diagnostics);
        return Assert.IsType<BreakwaterConfig>(result.Config);
    }
}
