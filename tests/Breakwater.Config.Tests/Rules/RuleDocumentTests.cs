using System.Net;
using Breakwater.Config.Schema;
using Breakwater.Config.Tests.Reference;

namespace Breakwater.Config.Tests.Rules;

/// <summary>Rules, lists and access rules, from documents to the model.</summary>
public sealed class RuleDocumentTests
{
    /// <summary>Rules in which every key stands.</summary>
    internal const string EveryKey =
        """
        lists:
          office: {kind: ip, items: [10.0.0.0/8, 192.0.2.1, "2001:db8::/32"], description: The office}
          hosts: {kind: hostname, items: [a.example, "*.b.example"]}
          nets: {kind: asn, items: [64500, 64501], file: /nets.txt}
          moved:
            kind: redirect
            items:
              - {from: example.com/old, to: "https://example.com/new", status: 308, include_subdomains: true, subpath_matching: true, preserve_path_suffix: false, preserve_query: true}
        geo: {databases: [/city.mmdb]}
        access:
          - {allow: 198.51.100.7}
          - {block: [203.0.113.0/24, "2001:db8::/48"], description: Bad}
          - {challenge: {country: [xx, T1]}}
          - {log: {asn: AS64500, ip: 10.1.0.0/16, list: office}}
        rulesets: [/account.json]
        rules: [{when: ssl, do: log}]
        zones:
          - name: shop
            origins: [{url: "http://a"}]
            normalize_urls: false
            access: [{block: {country: DE}}]
            rulesets: [/a.json, /b.json]
            rules:
              - {when: 'http.host eq "a"', do: block, id: r-1, description: One, enabled: false, log: true, phase: http_request_firewall_custom, min_score: 30, status: 451, content: No, content_type: text/plain}
              - {limit: '100 per 1m by ip, headers["a,b"], lookup_json_string(http.request.body.raw, "x")', when: true, timeout: 10m, counting: http.response.code eq 401, origin_only: true, score_header: X-Cost, do: block}
              - {when: ssl, do: redirect, to: /x, status: 307, keep_query: true}
              - {when: ssl, do: redirect, to_expression: http.host}
              - {when: ssl, do: redirect, to_list: moved, key: http.request.full_uri}
              - {when: ssl, do: rewrite, path: /new, query: "", set_headers: {X-A: 1, X-B: {expression: cf.ray_id}}, add_headers: {Via: e}, remove_headers: [X-C], set_response_headers: {X-D: d}, add_response_headers: {X-E: e}, remove_response_headers: [Server]}
              - {when: ssl, do: rewrite, path_expression: http.host, query_expression: http.host}
              - {when: ssl, do: skip, rest: true, phases: [http_ratelimit], products: [waf], rulesets: [m], rules: {n: [1, x]}}
              - {when: ssl, do: execute, ruleset: m, overrides: {do: log, enabled: true, categories: [{name: c, do: block}], rules: [{name: r, enabled: false, min_score: 5}]}}
              - {when: ssl, do: route, host_header: h.example, origin_host: o.example, origin_port: 81, sni: s.example}
              - {when: ssl, do: set_config, settings: {security_level: high, bic: false}}
              - {when: ssl, do: serve_error, content: Oops, status: 503}
              - {when: ssl, do: compress_response, algorithms: [zstd, gzip]}
              - {when: ssl, do: score, increment: -5}
              - {when: ssl, do: log_custom_field, request_headers: [A], response_headers: [B], cookies: [C]}
              - {when: ssl, do: set_cache_settings, cache: true, edge_ttl: 1h, browser_ttl: 0}
              - {file: /export.json}
        """;

    [Fact]
    public void Every_key()
    {
        BreakwaterConfig config = Read(EveryKey);
        ZoneConfig zone = config.Zones[0];

        Assert.Equal(["office", "hosts", "nets", "moved"], config.Lists.Select(l => l.Name.Text));
        Assert.Equal(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"], config.Lists[0].List.Items.Select(i => i.Text!.Text));
        Assert.Equal((ListKind.Asn, "/nets.txt"), (config.Lists[2].List.Kind, config.Lists[2].List.File));
        RedirectConfig moved = config.Lists[3].List.Items[0].Redirect!;
        Assert.Equal(("example.com/old", "https://example.com/new", 308), (moved.From.Text, moved.To.Text, moved.Status));
        Assert.True(moved is { IncludeSubdomains: true, SubpathMatching: true, PreservePathSuffix: false, PreserveQuery: true });
        Assert.Equal(["/city.mmdb"], config.Geo.Databases);
        Assert.Equal([IPNetwork.Parse("198.51.100.7/32")], config.Access[0].Allow!.Networks);
        Assert.Equal(2, config.Access[1].Block!.Networks.Count);
        Assert.Equal(["XX", "T1"], config.Access[2].Challenge!.Countries);
        Assert.Equal(new AccessTarget { Networks = [IPNetwork.Parse("10.1.0.0/16")], Asns = [64500], List = "office" }, config.Access[3].Log);
        Assert.Equal(("/account.json", "log"), (config.Rulesets[0], config.Rules[0].Do));
        Assert.Equal((false, "DE", 2), (zone.NormalizeUrls, zone.Access[0].Block!.Countries[0], zone.Rulesets.Count));

        Assert.Equal(ExpectedRules(), zone.Rules);
    }

    [Fact]
    public void Every_key_of_rules_stands_in_that_document()
    {
        foreach (Section section in DocumentSchema.Sections.Where(s => s.Id is "rule" or "rule_override" or "rule_overrides" or "list" or "list_redirect" or "access_rule" or "geo"))
        {
            Assert.All(section.Keys, k => Assert.Contains($"{k.Name}: ", EveryKey, StringComparison.Ordinal));
        }
        Assert.Null(JsonSchemaCheck.Fault(EveryKey));
    }

    [Fact]
    public void Rules_that_say_the_same_are_equal_wherever_they_stand()
    {
        const string Zone = "zones: [{name: a, origins: [{url: \"http://a\"}], rules: [{when: 'http.host eq \"a\"', do: block}]}]";
        BreakwaterConfig before = Read(Zone);
        BreakwaterConfig after = Read(
            """
            zones:
              - name: a
                origins: [{url: "http://a"}]
                rules:
                  - do: block
                    when: >-
                      http.host
                      eq "a"
            """);
        Assert.Equal(before, after);
        Assert.Equal(before.ToString(), after.ToString());
        Assert.NotEqual(before, Read(Zone.Replace("\"a\"'", "\"b\"'", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("5 per 10s", 5, 10, "ip")]
    [InlineData("5 per 10s by all", 5, 10, "")]
    [InlineData("  100  per  1m  by  asn ,country ", 100, 60, "asn|country")]
    [InlineData("1 per 1d by cookies[\"a\\\",b\"], ip", 1, 86400, "cookies[\"a\\\",b\"]|ip")]
    [InlineData("1 per 1h by concat(http.host, ip.src.country)", 1, 3600, "concat(http.host, ip.src.country)")]
    public void Rates(string written, int requests, int seconds, string by)
    {
        RuleLimit limit = Rule($"{{when: ssl, do: block, limit: '{written}'}}").Limit!;
        Assert.Equal((requests, seconds, by), (limit.Requests, (int)limit.Period.TotalSeconds, string.Join('|', limit.By)));
    }

    [Fact]
    public void Parts_of_a_rate_know_where_they_stand()
    {
        RuleConfig rule = Read(
            """
            zones:
              - name: a
                origins: [{url: "http://a"}]
                rules:
                  - {when: ssl, do: block, limit: "1 per 1m by ip,  headers[\"x\"]"}
            """).Zones[0].Rules[0];
        ConfigText header = rule.Limit!.By[1];
        Assert.Equal("headers[\"x\"]", header.Text);
        Assert.Equal("test.yaml:5:57", header.Position.ToString());
        Assert.Equal("test.yaml:5:67", header.PositionOf(9).ToString());
    }

    [Fact]
    public void A_changed_value_in_rules_makes_nothing_throw()
    {
        string[] values = ["", "~", "[]", "{}", "[[a]]", "{a: {b: c}}", "'", "\"\\", "-1", "99999999999", "true", "\"\\0\"", new string('x', 5000), "*a", ">\n  x"];
        foreach (int at in Enumerable.Range(0, EveryKey.Length).Where(i => EveryKey[i] == ':' && i + 1 < EveryKey.Length && EveryKey[i + 1] == ' '))
        {
            int end = EveryKey.AsSpan(at + 2).IndexOfAny(",}\n");
            if (end < 0) continue;
            foreach (string value in values)
            {
                string changed = string.Concat(EveryKey.AsSpan(0, at + 2), value, EveryKey.AsSpan(at + 2 + end));
                ConfigResult result = ConfigReader.Read(changed, "test.yaml");
                Assert.Equal(result.Config is null, result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error));
            }
        }
    }

    internal static BreakwaterConfig Read(string yaml)
    {
        ConfigResult result = ConfigReader.Read(yaml, "test.yaml");
        Assert.Empty(result.Diagnostics);
        return Assert.IsType<BreakwaterConfig>(result.Config);
    }

    private static RuleConfig Rule(string yaml) => Read($"zones: [{{name: a, origins: [{{url: \"http://a\"}}], rules: [{yaml}]}}]").Zones[0].Rules[0];

    private static ConfigList<RuleConfig> ExpectedRules()
    {
        ConfigText ssl = ConfigText.Of("ssl"), host = ConfigText.Of("http.host");
        return
        [
            new() { When = ConfigText.Of("http.host eq \"a\""), Do = "block", Id = "r-1", Description = "One", Enabled = false, Log = true, Phase = "http_request_firewall_custom", MinScore = 30, Status = 451, Content = "No", ContentType = "text/plain" },
            new()
            {
                When = ConfigText.Of("true"),
                Do = "block",
                Limit = new RuleLimit(100, TimeSpan.FromMinutes(1), [ConfigText.Of("ip"), ConfigText.Of("headers[\"a,b\"]"), ConfigText.Of("lookup_json_string(http.request.body.raw, \"x\")")]),
                Timeout = TimeSpan.FromMinutes(10),
                Counting = ConfigText.Of("http.response.code eq 401"),
                OriginOnly = true,
                ScoreHeader = "X-Cost",
            },
            new() { When = ssl, Do = "redirect", To = ConfigText.Of("/x"), Status = 307, KeepQuery = true },
            new() { When = ssl, Do = "redirect", ToExpression = host },
            new() { When = ssl, Do = "redirect", ToList = "moved", Key = ConfigText.Of("http.request.full_uri") },
            new()
            {
                When = ssl,
                Do = "rewrite",
                Path = ConfigText.Of("/new"),
                Query = ConfigText.Of(""),
                SetHeaders = [new(ConfigText.Of("X-A"), ConfigText.Of("1"), false), new(ConfigText.Of("X-B"), ConfigText.Of("cf.ray_id"), true)],
                AddHeaders = [new(ConfigText.Of("Via"), ConfigText.Of("e"), false)],
                RemoveHeaders = ["X-C"],
                SetResponseHeaders = [new(ConfigText.Of("X-D"), ConfigText.Of("d"), false)],
                AddResponseHeaders = [new(ConfigText.Of("X-E"), ConfigText.Of("e"), false)],
                RemoveResponseHeaders = ["Server"],
            },
            new() { When = ssl, Do = "rewrite", PathExpression = host, QueryExpression = host },
            new() { When = ssl, Do = "skip", Rest = true, Phases = ["http_ratelimit"], Products = ["waf"], Rulesets = ["m"], Rules = [new("n", ["1", "x"])] },
            new()
            {
                When = ssl,
                Do = "execute",
                Ruleset = "m",
                Overrides = new()
                {
                    Do = "log",
                    Enabled = true,
                    Categories = [new() { Name = "c", Do = "block" }],
                    Rules = [new() { Name = "r", Enabled = false, MinScore = 5 }],
                },
            },
            new() { When = ssl, Do = "route", HostHeader = "h.example", OriginHost = "o.example", OriginPort = 81, Sni = "s.example" },
            new() { When = ssl, Do = "set_config", Settings = [new(ConfigText.Of("security_level"), ConfigText.Of("high")), new(ConfigText.Of("bic"), ConfigText.Of("false"))] },
            new() { When = ssl, Do = "serve_error", Content = "Oops", Status = 503 },
            new() { When = ssl, Do = "compress_response", Algorithms = ["zstd", "gzip"] },
            new() { When = ssl, Do = "score", Increment = -5 },
            new() { When = ssl, Do = "log_custom_field", RequestHeaders = ["a"], ResponseHeaders = ["b"], Cookies = ["C"] },
            new() { When = ssl, Do = "set_cache_settings", Cache = true, EdgeTtl = TimeSpan.FromHours(1), BrowserTtl = TimeSpan.Zero },
            new() { File = "/export.json" },
        ];
    }
}
