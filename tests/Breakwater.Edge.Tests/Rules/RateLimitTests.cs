using System.Globalization;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Rate limits over real sockets, with a clock that only the test moves.</summary>
public sealed class RateLimitTests
{
    /// <summary>Seconds until a limit of one minute lets another request through: a window slides by slots of a tenth at most.</summary>
    private const int LongestWait = 66;

    [Fact]
    public async Task TheRequestBeyondTheLimitIsRefusedAndToldWhenToComeBack()
    {
        await using RulesLab lab = await RulesLab.StartAsync("rules: [{when: 'http.request.uri.path eq \"/login\"', limit: 3 per 1m, do: block}]");
        await AnswersAsync(lab, [200, 200, 200, 429, 429], "/login");
        Http1Message page = await lab.GetAsync("/login", "Accept: text/html");
        Assert.Equal(429, page.Status);
        Assert.Contains("Too many requests", page.Body);
        Assert.Contains(Assert.Single(page.Values("Breakwater-Ray")), page.Body);
        Assert.InRange(RetryAfter(page), 1, LongestWait);
        Assert.Equal(3, lab.Asked);

        // Others, and other paths, are not meant.
        Assert.Equal(200, await lab.StatusAsync("/login", "X-Forwarded-For: 192.0.2.9"));
        Assert.Equal(200, await lab.StatusAsync("/other"));

        // What is told is true: one more is let through then.
        lab.Time.Advance(TimeSpan.FromSeconds(RetryAfter(page)));
        Assert.Equal(200, await lab.StatusAsync("/login"));
        lab.Time.Advance(TimeSpan.FromMinutes(2));
        await AnswersAsync(lab, [200, 200, 200, 429], "/login");
    }

    [Fact]
    public async Task WithATimeoutAClientIsHeldToAccount()
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            "rules: [{when: true, limit: 2 per 10s, timeout: 10m, do: block, status: 429, content: Later, content_type: text/plain}]");
        await AnswersAsync(lab, [200, 200, 429], "/");
        Http1Message refused = await lab.GetAsync("/");
        Assert.Equal(("Later", 600), (refused.Body, RetryAfter(refused)));
        lab.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(60, RetryAfter(await lab.GetAsync("/")));
        Assert.Equal(200, await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.9"));
        lab.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(200, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task CountingMayLookAtTheResponse()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - limit: 2 per 1m
                when: http.request.uri.path eq "/login"
                counting: http.request.uri.path eq "/login" and http.response.code eq 401
                timeout: 10m
                do: block
              - {when: 'http.response.code eq 401', do: serve_error, content: 'no'}
            """);
        lab.Answer = request => RulesLab.Response(request.StartLine.Contains("bad", StringComparison.Ordinal) ? "401 Unauthorized" : "200 OK", "");
        await AnswersAsync(lab, [200, 200, 200, 200], "/login");
        await AnswersAsync(lab, [401, 401, 401, 429], "/login?bad");
        Assert.Equal((429, 200), (await lab.StatusAsync("/login"), await lab.StatusAsync("/other")));
        lab.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(200, await lab.StatusAsync("/login"));
    }

    [Fact]
    public async Task AScoreComesFromTheOrigin()
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            "rules: [{when: true, limit: 100 per 1m, score_header: X-Cost, timeout: 1m, do: block}]");
        string cost = "40";
        lab.Answer = _ => RulesLab.Response("200 OK", "", $"X-Cost: {cost}");
        await AnswersAsync(lab, [200, 200, 200, 429], "/");
        lab.Time.Advance(TimeSpan.FromMinutes(3));

        // What is no number counts nothing; what is larger than a score can be counts as the largest.
        foreach (string nonsense in (string[])["-7", "1e3", "", "40, 40", "99999999999999999999"])
        {
            cost = nonsense;
            await AnswersAsync(lab, [200, 200], "/");
        }

        cost = "4000000000";
        await AnswersAsync(lab, [200, 429], "/");
    }

    [Theory]
    [InlineData("headers[\"x-key\"]", "X-Key: a", "X-Key: b", "X-Key:", "X-None: 1")]
    [InlineData("cookies[\"id\"]", "Cookie: id=a", "Cookie: id=b", "Cookie: id=", "Cookie: other=a")]
    [InlineData("ip, headers[\"x-key\"]", "X-Key: a", "X-Forwarded-For: 192.0.2.9\r\nX-Key: a", "X-Key:", "X-None: 1")]
    public async Task ClientsAreToldApartByWhatTheRuleNamesAndMissingIsNotEmpty(string by, string one, string other, string empty, string missing)
    {
        await using RulesLab lab = await RulesLab.StartAsync($$"""rules: [{when: true, limit: '1 per 1m by {{by}}', do: block}]""");
        foreach (string fields in (string[])[one, other, empty, missing])
        {
            await AnswersAsync(lab, [200, 429], "/", fields);
        }

        Assert.Equal(429, await lab.StatusAsync("/", one));
    }

    [Fact]
    public async Task ByAllEverybodyCountsTogether()
    {
        await using RulesLab lab = await RulesLab.StartAsync("rules: [{when: true, limit: 2 per 1m by all, do: block}]");
        Assert.Equal((200, 200, 429), (
            await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.1"), await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.2"), await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.3")));
    }

    [Fact]
    public async Task CountersSurviveAReload()
    {
        const string Limit = "{when: 'http.request.uri.path eq \"/a\"', limit: 2 per 1m, do: block}";
        await using RulesLab lab = await RulesLab.StartAsync($"rules: [{Limit}]");
        await AnswersAsync(lab, [200, 200, 429], "/a");

        // Another rule stands before it now; and the counters of what has an id of its own go on under another limit.
        Assert.Empty(lab.Reload($"rules: [{{when: 'http.request.uri.path eq \"/b\"', limit: 1 per 1m, do: block}}, {Limit}]"));
        Assert.Equal((429, 200), (await lab.StatusAsync("/a"), await lab.StatusAsync("/b")));
    }

    [Fact]
    public async Task OfSeveralLimitsTheOneThatRefusesIsTheOneThatIsToldOf()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            ratelimit_headers: true
            rules:
              - {id: both, when: true, limit: 2 per 10s, do: log}
              - {id: wide, when: true, limit: 10 per 1m, do: block}
              - {id: tight, when: true, limit: 2 per 1h, timeout: 2h, do: block}
            """);
        Http1Message first = await lab.GetAsync("/");
        Assert.Equal(["\"both\";q=2;w=10"], first.Values("RateLimit-Policy"));
        Assert.Equal(["\"both\";r=1;t=10"], first.Values("RateLimit"));
        await lab.GetAsync("/");
        Http1Message refused = await lab.GetAsync("/");
        Assert.Equal(429, refused.Status);
        Assert.Equal(["\"tight\";q=2;w=3600"], refused.Values("RateLimit-Policy"));
        Assert.Equal(["\"tight\";r=0;t=7200"], refused.Values("RateLimit"));
        Assert.Equal(7200, RetryAfter(refused));
    }

    [Fact]
    public async Task WithoutTheOptionNothingIsToldButWhenToComeBack()
    {
        await using RulesLab lab = await RulesLab.StartAsync("rules: [{when: true, limit: 1 per 1m, do: block}]");
        Assert.Empty((await lab.GetAsync("/")).Values("RateLimit"));
        Http1Message refused = await lab.GetAsync("/");
        Assert.Empty(refused.Values("RateLimit").Concat(refused.Values("RateLimit-Policy")));
        Assert.InRange(RetryAfter(refused), 1, LongestWait);
    }

    [Fact]
    public async Task ALimitMayOnlyLog()
    {
        await using RulesLab lab = await RulesLab.StartAsync("rules: [{when: true, limit: 1 per 1m, do: log}]");
        await AnswersAsync(lab, [200, 200, 200], "/");
    }

    /// <summary>So many requests, one after the other, are answered so.</summary>
    private static async Task AnswersAsync(RulesLab lab, int[] expected, string target, params string[] fields)
    {
        int[] statuses = new int[expected.Length];
        for (int i = 0; i < statuses.Length; i++)
        {
            statuses[i] = await lab.StatusAsync(target, fields);
        }

        Assert.Equal(expected, statuses);
    }

    private static int RetryAfter(Http1Message response) =>
        int.Parse(Assert.Single(response.Values("Retry-After")), NumberStyles.None, CultureInfo.InvariantCulture);
}
