using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>Explanations show what the firewall finds, and count nothing.</summary>
public sealed class WafExplainTests
{
    [Theory]
    [InlineData("GET /?q=attack HTTP/1.1\r\nHost: a\r\n\r\n", "answered", 201)]
    [InlineData("GET /?q=odd HTTP/1.1\r\nHost: a\r\n\r\n", "forwarded", 202)]
    [InlineData("GET /?q=peace HTTP/1.1\r\nHost: a\r\n\r\n", "forwarded", 0)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\nq=attack", "answered", 201)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nq=at\r\n4\r\ntack\r\n0\r\n\r\n", "answered", 201)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n", "forwarded", 0)]
    public void WithItsBody(string request, string outcome, long rule)
    {
        using TemporaryDirectory files = new();
        files.Write("waf/test.conf", WafLab.Rules);
        ConfigResult config = ConfigReader.Read("zones: [{name: shop, origins: [{url: 'http://127.0.0.1:1'}], waf: {rules: ./waf}}]", files["breakwater.yaml"]);
        using OfflineEdge edge = new(config.Config!);
        Assert.True(ClientAddress.TryParse("192.0.2.1"u8, out ClientAddress client));
        Explanation explanation = edge.Explain(Encoding.Latin1.GetBytes(request), new ExplainedClient(client, IsTls: false));
        Assert.Equal(outcome, explanation.Verdict.Outcome);
        Assert.Equal(rule, explanation.Waf?.Matches[0].Rule ?? 0);
    }

    [Fact]
    public async Task OfAResponse()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block, inspect_responses: true");
        lab.Lab.Answer = _ => RulesLab.Response("200 OK", "peace", "Content-Type: text/html", "X-Leak: a secret");
        Assert.Equal(403, await lab.Lab.StatusAsync("/"));
        Explanation rehearsal = lab.Lab.Edge.Explain((await lab.EventAsync()).Ray)!.Rehearsal!;
        Assert.Equal(501, Assert.Single(rehearsal.Waf!.Matches).Rule);
        Assert.Equal(403, rehearsal.Response!.Status);
        Assert.Equal([("refused", 1L)], lab.Metric("breakwater_waf_transactions_total", "outcome"));
    }

    [Fact]
    public async Task OfALiveRequest()
    {
        await using WafLab lab = await WafLab.StartAsync();
        await lab.Lab.StatusAsync("/?q=attack");
        RayExplanation explanation = lab.Lab.Edge.Explain((await lab.EventAsync()).Ray)!;
        Assert.Equal(201, explanation.Events[0].Waf!.Matches[0].Rule);
        Assert.Equal(201, explanation.Rehearsal!.Waf!.Matches[0].Rule);
        Assert.Equal([("refused", 1L)], lab.Metric("breakwater_waf_transactions_total", "outcome"));
    }
}
