using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;

namespace Breakwater.Edge.Tests.Events;

/// <summary>Events of an edge on a real listener.</summary>
public sealed class SecurityEventsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_a_rule_does_becomes_an_event_of_the_ray()
    {
        await using EdgeLab lab = await StartAsync("- {id: admin, description: Not for you, when: 'http.request.uri.path contains \"/admin\"', do: block}");
        using RawClient client = await lab.ConnectAsync();
        string ray = await SendAsync(lab, client, "GET /admin?token=s3cr3t HTTP/1.1\r\nHost: shop.test\r\nCookie: sid=s3cr3t\r\n\r\n");

        SecurityEvent one = Assert.Single(lab.Edge.EventsAfter(0, 100).Events);
        Assert.Equal(
            (1, ray, "shop", 1, "127.0.0.1", "GET", "shop.test", "/admin", "block", "ended", "http_request_firewall_custom", "zone", "admin", "Not for you", 403, "blocked"),
            (one.Number, one.Ray, one.Zone, one.Generation, one.Client, one.Method, one.Host, one.Path, one.Action, one.Effect, one.Phase, one.Level, one.Rule,
                one.Description, one.Status, one.End));
        Assert.Equal("/admin", one.Values["http.request.uri.path"]);
        Assert.Equal(lab.Time.GetUtcNow(), one.Time);
    }

    [Fact]
    public async Task A_request_that_just_passes_is_none()
    {
        await using EdgeLab lab = await StartAsync(
            "- {when: 'http.request.uri.path contains \"/admin\"', do: block}", "- {when: 'http.request.uri.path eq \"/shop\"', do: rewrite, path: /store}");
        lab.Serve(_ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using RawClient client = await lab.ConnectAsync();
        await SendAsync(lab, client, "GET /shop HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        Assert.Empty(lab.Edge.EventsAfter(0, 100).Events);
    }

    [Fact]
    public async Task What_a_rule_saw_is_what_was_there_in_its_phase()
    {
        await using EdgeLab lab = await StartAsync(
            "- {id: agent, when: 'http.user_agent contains \"curl\"', do: log}", "- {when: true, do: rewrite, set_headers: {User-Agent: hidden}}");
        lab.Serve(_ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using RawClient client = await lab.ConnectAsync();
        await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: curl/8.5\r\n\r\n");
        SecurityEvent one = Assert.Single(lab.Edge.EventsAfter(0, 100).Events);
        Assert.Equal(("log", "noted", 200, "curl/8.5"), (one.Action, one.Effect, one.Status, one.Values["http.user_agent"]));
    }

    [Fact]
    public async Task Detect_tells_what_would_have_been()
    {
        await using EdgeLab lab = await StartAsync(config => config with { Protection = ProtectionMode.Detect }, "- {id: all, when: true, do: block}");
        lab.Serve(_ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using RawClient client = await lab.ConnectAsync();
        await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        SecurityEvent one = Assert.Single(lab.Edge.EventsAfter(0, 100).Events);
        Assert.Equal(("block", "would_have_ended", 200), (one.Action, one.Effect, one.Status));
    }

    [Fact]
    public async Task A_rate_limit_tells_its_counters()
    {
        await using EdgeLab lab = await StartAsync("- {id: few, limit: 1 per 1m by ip, when: true, do: block}");
        lab.Serve(_ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using RawClient client = await lab.ConnectAsync();
        await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        SecurityEvent one = Assert.Single(lab.Edge.EventsAfter(0, 100).Events);
        Assert.Equal((429, "rate_limited"), (one.Status, one.End));
        Assert.True(one.Limit is { Allowed: 1, PeriodSeconds: 60, Remaining: 0, Exceeded: true });
    }

    [Fact]
    public async Task Under_attack_events_are_few_and_tell_how_many_were_not_kept()
    {
        await using EdgeLab lab = await StartAsync("- {id: all, when: true, do: block, content: no}");
        using RawClient client = await lab.ConnectAsync();
        const int Requests = 5_000;
        for (int sent = 0; sent < Requests; sent += 100)
        {
            await client.SendAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n", 100)), lab.Limit);
            for (int i = 0; i < 100; i++)
            {
                await lab.ResponseAsync(client);
            }
        }

        Assert.Equal(EventSampler.RuleBurst, lab.Edge.EventsAfter(0, 4096).Events.Count);
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        SecurityEvent last = lab.Edge.EventsAfter(0, 4096).Events[^1];
        Assert.Equal(Requests - EventSampler.RuleBurst, last.Suppressed);
    }

    [Fact]
    public async Task Events_are_written_as_json_lines()
    {
        string file = Path.Combine(_directory.Path, "events.json");
        await using (EdgeLab lab = await StartAsync(
            config => config with { Logging = config.Logging with { Events = new EventLogConfig { To = LogTarget.File(file) } } },
            "- {id: all, when: 'http.host ne \"\\\"\"', do: block}"))
        {
            using RawClient client = await lab.ConnectAsync();
            for (int i = 0; i < 3; i++)
            {
                await SendAsync(lab, client, "GET /\xE4 HTTP/1.1\r\nHost: shop.test\r\n\r\n");
            }
        }

        string[] lines = File.ReadAllLines(file);
        Assert.Equal(3, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("block", first.GetProperty("action").GetString());
        Assert.Equal(1, first.GetProperty("number").GetInt64());
        Assert.Equal("shop.test", first.GetProperty("values").GetProperty("http.host").GetString());
        string documented = RepositoryFiles.Section(RepositoryFiles.Read("docs/logs.md"), "## Security events");
        Assert.All(
            typeof(SecurityEvent).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)),
            name => Assert.Contains($"| `{name}` |", documented, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ray_is_explained_with_what_was_and_with_what_would_be_now()
    {
        await using EdgeLab lab = await StartAsync(
            "- {id: admin, when: 'http.request.uri.path contains \"/admin\"', do: block}", "- {id: few, limit: 1 per 1m by ip, when: true, do: block}");
        using RawClient client = await lab.ConnectAsync();
        string ray = await SendAsync(lab, client, "GET /admin?token=s3cr3t HTTP/1.1\r\nHost: shop.test\r\n\r\n");

        RayExplanation explanation = lab.Edge.Explain(ray.ToUpperInvariant())!;
        Assert.Equal(ray, explanation.Ray);
        Assert.StartsWith("GET /admin?token=REDACTED HTTP/1.1\nHost: shop.test", explanation.Request.Head, StringComparison.Ordinal);
        Assert.Equal("admin", Assert.Single(explanation.Events).Rule);
        Assert.Equal(("answered", 403, "admin"), (explanation.Rehearsal!.Verdict.Outcome, explanation.Rehearsal.Verdict.Status, explanation.Rehearsal.Verdict.Rule));
        Assert.Single(lab.Edge.EventsAfter(0, 100).Events);
        Assert.Null(lab.Edge.Explain("0000000000000000"));
    }

    [Fact]
    public async Task A_ray_that_was_forwarded_is_explained_up_to_what_the_client_got()
    {
        await using EdgeLab lab = await StartAsync(
            "- {id: seen, when: 'http.request.uri.path eq \"/\"', do: log}", "- {id: mark, when: true, do: rewrite, set_response_headers: {X-Seen: 'yes'}, remove_response_headers: [Server]}",
            "- {id: small, when: 'http.response.code eq 200', do: compress_response, algorithms: [gzip]}", "- {id: sorry, when: 'http.response.code eq 500', do: serve_error, content: Sorry}");
        string status = "200 OK";
        lab.Serve(_ => $"HTTP/1.1 {status}\r\nServer: secret/1.0\r\nSet-Cookie: sid=s3cr3t\r\nContent-Type: text/plain\r\nContent-Length: 300\r\n\r\n{new string('x', 300)}");
        using RawClient client = await lab.ConnectAsync();
        string ray = await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\nAccept-Encoding: gzip\r\n\r\n");

        RayExplanation explanation = lab.Edge.Explain(ray)!;
        Assert.Equal("HTTP/1.1 200 OK\nServer: secret/1.0\nSet-Cookie: REDACTED\nContent-Type: text/plain\nContent-Length: 300", explanation.Request.ResponseHead);
        Explanation rehearsal = explanation.Rehearsal!;
        Assert.Equal(
            ["http_request_firewall_custom: seen matched", "http_response_headers_transform: mark matched", "http_response_compression: small matched"],
            rehearsal.Phases.SelectMany(phase => phase.Rules.Select(rule => $"{phase.Phase}: {rule.Id} {rule.Result}")));
        Assert.Equal((200, null, "gzip"), (rehearsal.Response!.Status, rehearsal.Response.Rule, rehearsal.Response.Coding));
        Assert.Equal(
            ["Set-Cookie: REDACTED", "Content-Type: text/plain", "X-Seen: yes", "Vary: Accept-Encoding", "Content-Encoding: gzip"], rehearsal.Response.Head);

        status = "500 Oops";
        ray = await SendAsync(lab, client, "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        ExplainedResponse replaced = lab.Edge.Explain(ray)!.Rehearsal!.Response!;
        Assert.Equal((500, "sorry"), (replaced.Status, replaced.Rule));
        Assert.Contains("X-Seen: yes", replaced.Head);
        Assert.DoesNotContain(replaced.Head, line => line.StartsWith("Set-Cookie", StringComparison.Ordinal));
    }

    private static Task<EdgeLab> StartAsync(params string[] rules) => StartAsync(config => config, rules);

    private static Task<EdgeLab> StartAsync(Func<BreakwaterConfig, BreakwaterConfig> config, params string[] rules)
    {
        string yaml = "zones:\n  - name: shop\n    origins: [{url: \"http://127.0.0.1:1\"}]\n    rules:\n" + string.Concat(rules.Select(rule => $"      {rule}\n"));
        ConfigResult read = ConfigReader.Read(yaml, "test.yaml");
        Assert.True(read.Config is not null, string.Join('\n', read.Diagnostics));
        return EdgeLab.StartAsync(zone => zone with { Rules = read.Config.Zones[0].Rules }, config);
    }

    /// <summary>Sends a request and waits for its answer. Returns its ray. The event is there once the next exchange could be.</summary>
    private static async Task<string> SendAsync(EdgeLab lab, RawClient client, string request)
    {
        await client.SendAsync(request, lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        string ray = response.Values("Breakwater-Ray").Single();

        // An answer goes out before its exchange is finished: the edge finishes it before it takes up the next request.
        await client.SendAsync("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n", lab.Limit);
        await lab.ResponseAsync(client);
        return ray;
    }
}
