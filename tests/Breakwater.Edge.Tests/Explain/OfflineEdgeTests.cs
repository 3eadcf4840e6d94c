using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Explain;
using Breakwater.Http;
using Breakwater.Rules;

namespace Breakwater.Edge.Tests.Explain;

/// <summary>Requests taken through a configuration without any network.</summary>
public sealed class OfflineEdgeTests
{
    private const string Yaml =
        """
        trusted_proxies: [10.0.0.1]
        lists:
          office: {kind: ip, items: [198.51.100.0/24]}
        access:
          - {block: [203.0.113.66], description: Nothing good}
        zones:
          - name: shop
            hosts: [shop.test]
            max_body_size: 1KiB
            websocket: false
            origins: [{url: "http://10.0.0.5:3000"}, {url: "http://10.0.0.6:3000"}]
            rules:
              - {id: old, when: 'http.request.uri.path eq "/old"', do: redirect, to: "https://shop.test/new", status: 301}
              - {id: store, when: 'http.request.uri.path eq "/shop"', do: rewrite, path: /store}
              - {id: elsewhere, when: 'http.request.uri.path eq "/api"', do: route, origin_host: api.internal, origin_port: 9000}
              - {id: health, when: 'http.request.uri.path eq "/healthz"', do: skip, phases: [http_ratelimit]}
              - {id: admin, when: 'starts_with(http.request.uri.path, "/admin") and not ip.src in $office', do: block, status: 404, content: Not here}
              - {id: tools, when: 'http.user_agent contains "curl"', do: log}
              - {id: cut, when: 'http.request.uri.path eq "/cut"', do: force_connection_close}
              - {id: few, limit: 2 per 1m by ip, when: true, do: block}
          - {name: open, hosts: [open.test], origins: [{url: "http://10.0.0.7"}]}
        """;

    [Theory]
    [InlineData("/", "203.0.113.9", "forwarded", 0, null, "store:not_matched elsewhere:not_matched old:not_matched health:not_matched admin:not_matched tools:not_matched cut:not_matched few:within_limit")]
    [InlineData("/old", "203.0.113.9", "answered", 301, "old", "old:ended")]
    [InlineData("/shop", "203.0.113.9", "forwarded", 0, null, "store:matched elsewhere:not_matched old:not_matched health:not_matched admin:not_matched tools:not_matched cut:not_matched few:within_limit")]
    [InlineData("/admin/x", "203.0.113.9", "answered", 404, "admin", "old:not_matched store:not_matched elsewhere:not_matched health:not_matched admin:ended")]
    [InlineData("/admin/x", "198.51.100.7", "forwarded", 0, null, "old:not_matched store:not_matched elsewhere:not_matched health:not_matched admin:not_matched tools:not_matched cut:not_matched few:within_limit")]
    [InlineData("/healthz", "203.0.113.9", "forwarded", 0, null, "old:not_matched store:not_matched elsewhere:not_matched health:matched admin:not_matched tools:not_matched cut:not_matched http_ratelimit:skipped")]
    [InlineData("/cut", "203.0.113.9", "dropped", 0, "cut", "old:not_matched store:not_matched elsewhere:not_matched health:not_matched admin:not_matched tools:not_matched cut:ended")]
    public void Each_rule_is_told_with_its_result(string path, string ip, string outcome, int status, string? rule, string results)
    {
        Explanation explanation = Explain($"GET {path} HTTP/1.1\r\nHost: shop.test\r\n\r\n", ip);
        Assert.Equal((outcome, status, rule), (explanation.Verdict.Outcome, explanation.Verdict.Status, explanation.Verdict.Rule));
        IEnumerable<string> told = explanation.Phases.SelectMany(
            phase => phase.Skipped ? [$"{phase.Phase}:skipped"] : phase.Rules.Where(one => one.Level == "zone").Select(one => $"{one.Id}:{one.Result}"));
        Assert.Equal(results.Split(' ').Order(), told.Order());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n", 421, "unknown_host", null)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request", "multiple_hosts")]
    [InlineData("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5000\r\n\r\n", 413, "body_too_large", null)]
    [InlineData("GET /.well-known/breakwater/trace HTTP/1.1\r\nHost: shop.test\r\n\r\n", 200, "answered_by_edge", null)]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 403, "answered_by_edge", null)]
    [InlineData("GET / HTTP/1.1\r\nHost: shop", 408, "header_timeout", null)]
    public void What_the_edge_answers_before_any_rule_is_told(string request, int status, string end, string? violation)
    {
        ExplainedVerdict verdict = Explain(request).Verdict;
        Assert.Equal(("answered", status, end, null), (verdict.Outcome, verdict.Status, verdict.End, verdict.Rule));
        Assert.True(violation is null || verdict.Violation is not null);
    }

    [Fact]
    public void A_forwarded_request_is_shown_as_the_origin_gets_it()
    {
        Explanation explanation = Explain("GET /shop?a=1 HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: x\r\n\r\n", tls: true);
        Assert.Equal("GET /store?a=1 HTTP/1.1", explanation.Origin!.Head[0]);
        Assert.Contains("X-Forwarded-Proto: https", explanation.Origin.Head);
        Assert.StartsWith("http://10.0.0.", explanation.Origin.Url, StringComparison.Ordinal);
        Assert.Equal((2, false), (explanation.Origin.Of, explanation.Origin.Routed));
    }

    [Fact]
    public void A_route_is_followed()
    {
        ExplainedOrigin origin = Explain("GET /api HTTP/1.1\r\nHost: shop.test\r\n\r\n").Origin!;
        Assert.Equal(("http://api.internal:9000", 1, true), (origin.Url, origin.Of, origin.Routed));
    }

    [Fact]
    public void Later_phases_see_what_earlier_ones_changed_and_their_own_phase_does_not()
    {
        Explanation explanation = Explain("GET /shop HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        Assert.Equal("/shop", Rule(explanation, "store").Values["http.request.uri.path"]);
        Assert.Equal("/store", Rule(explanation, "health").Values["http.request.uri.path"]);
    }

    [Fact]
    public void Counters_are_those_after_this_one_request()
    {
        using OfflineEdge edge = Compile();
        byte[] request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        Assert.True(Rule(edge.Explain(request, Client("203.0.113.9", tls: false)), "few").Limit is { Allowed: 2, PeriodSeconds: 60, Remaining: 1, Exceeded: false });
        Assert.True(Rule(edge.Explain(request, Client("203.0.113.9", tls: false)), "few").Limit is { Remaining: 0, Exceeded: false });
        Explanation third = edge.Explain(request, Client("203.0.113.9", tls: false));
        Assert.Equal((429, "rate_limited", "few"), (third.Verdict.Status, third.Verdict.End, third.Verdict.Rule));
        Assert.True(Rule(third, "few").Limit is { Exceeded: true });
        Assert.Equal("forwarded", edge.Explain(request, Client("203.0.113.10", tls: false)).Verdict.Outcome);
    }

    [Fact]
    public void Whom_a_trusted_proxy_speaks_for_is_the_client()
    {
        Explanation explanation = Explain("GET / HTTP/1.1\r\nHost: open.test\r\nX-Forwarded-For: 203.0.113.66\r\n\r\n", "10.0.0.1");
        Assert.Equal(("203.0.113.66", "answered", 403), (explanation.Client, explanation.Verdict.Outcome, explanation.Verdict.Status));
    }

    [Fact]
    public void Every_step_has_its_time()
    {
        Explanation explanation = Explain("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        Assert.All(explanation.Steps, step => Assert.InRange(step.Micros, 0, 5_000_000));
        Assert.All(explanation.Phases, phase => Assert.True(phase.Micros >= phase.Rules.Max(rule => rule.Micros) - 0.1));
    }

    [Theory]
    [InlineData("http.host eq \"shop.test\"", true)]
    [InlineData("ip.src in $office", true)]
    [InlineData("ssl", true)]
    [InlineData("not ssl", false)]
    [InlineData("http.request.uri.args[\"a\"][0] eq \"1\"", true)]
    [InlineData("cf.zone.name eq \"shop\"", null)]
    [InlineData("http.hots eq \"x\"", null)]
    public void An_expression_is_evaluated_on_a_request(string expression, bool? expected)
    {
        using OfflineEdge edge = Compile();
        ExpressionDiagnostic? wrong = edge.Match(
            expression, "GET /?a=1 HTTP/1.1\r\nHost: shop.test\r\n\r\n"u8, Client("198.51.100.7", tls: true), out bool matched, out HttpViolation? problem);
        Assert.Equal(expected is null, wrong is not null);
        Assert.Equal(expected ?? false, matched);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\nbody\nmore", "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\nmore")]
    [InlineData("GET / HTTP/1.1\nHost: a\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nx\n\ny", "GET / HTTP/1.1\r\nHost: a\r\n\r\nx\n\ny")]
    public void Files_with_the_line_ends_of_text_are_understood(string text, string wire) =>
        Assert.Equal(wire, Encoding.ASCII.GetString(RequestText.ToWire(Encoding.ASCII.GetBytes(text))));

    private static Explanation Explain(string request, string ip = "203.0.113.9", bool tls = false)
    {
        using OfflineEdge edge = Compile();
        return edge.Explain(Encoding.ASCII.GetBytes(request), Client(ip, tls));
    }

    private static OfflineEdge Compile()
    {
        ConfigResult read = ConfigReader.Read(Yaml, "test.yaml");
        Assert.True(read.Config is not null, string.Join('\n', read.Diagnostics));
        OfflineEdge edge = new(read.Config);
        Assert.True(edge.Generation is not null, string.Join('\n', edge.Diagnostics));
        return edge;
    }

    private static ExplainedClient Client(string ip, bool tls)
    {
        Assert.True(ClientAddress.TryParse(Encoding.ASCII.GetBytes(ip), out ClientAddress address));
        return new ExplainedClient(address, tls);
    }

    private static ExplainedRule Rule(Explanation explanation, string id) => explanation.Phases.SelectMany(phase => phase.Rules).Single(rule => rule.Id == id);
}
