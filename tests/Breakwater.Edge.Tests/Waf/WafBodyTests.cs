using System.Text;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>Bodies that are long, coded or cannot be inspected.</summary>
public sealed class WafBodyTests
{
    private const string Form = "application/x-www-form-urlencoded";

    private static string Long(int bytes, string end) => "a=" + new string('x', bytes - 2 - end.Length) + end;

    public static TheoryData<string, int, int> LongAndShort => new()
    {
        // In what is inspected, at its end, and behind it.
        { "b=attack&" + Long(3000, ""), 403, 403 },
        { Long(1024, "&b=attack"), 403, 403 },
        { Long(1024, ""), 200, 200 },
        { Long(3000, "&b=attack"), 200, 413 },
        { Long(1025, ""), 200, 413 },
    };

    [Theory]
    [MemberData(nameof(LongAndShort))]
    public async Task AreInspectedInTheirFirstPartOrRefused(string body, int inspected, int refused)
    {
        await using WafLab passing = await WafLab.StartAsync("mode: block, body_limit: 1KiB");
        Assert.Equal(inspected, (await passing.PostAsync("/", Form, body)).Status);
        Assert.True(inspected != 200 || passing.Lab.LastRequest.Body == body);

        await using WafLab refusing = await WafLab.StartAsync("mode: block, body_limit: 1KiB, on_large_body: refuse");
        int status = (await refusing.PostAsync("/", Form, body)).Status;
        Assert.Contains(status, new[] { refused, 413 });
        Assert.Equal(status != 200, refusing.Asked == 0);
    }

    [Fact]
    public async Task AreRefusedByWhatTheHeadSaysWithoutBeingRead()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block, body_limit: 1KiB, on_large_body: refuse");
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: {RulesLab.Host}\r\nContent-Type: {Form}\r\nContent-Length: 2000\r\n\r\na=1", lab.Lab.Limit);
        Assert.Equal(413, (await client.ReadResponseAsync(bodyless: false, lab.Lab.Limit))!.Status);
        SecurityEvent told = await lab.EventAsync();
        Assert.Equal(("waf", "ended", "body_too_large"), (told.Action, told.Effect, told.End));
    }

    /// <summary>What takes long must not keep those waiting who have sent little. Coded bodies may become long.</summary>
    [Theory]
    [InlineData(1024, false, 0)]
    [InlineData(64 * 1024, false, 1)]
    [InlineData(1024, true, 1)]
    public async Task AreJudgedInTurn(int bytes, bool isCoded, int places)
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block, body_limit: 1MiB");
        LongBodies judging = lab.Lab.Edge.Plane.LongBodies;
        TaskCompletionSource<int> taken = new();
        lab.Lab.Edge.Stores.Waf.Observer = (_, _) => taken.TrySetResult(LongBodies.Places - judging.Free);
        string body = Long(bytes, "");
        Http1Message answer = isCoded ? await lab.PostAsync("/", Form, WafLab.Coded("gzip", body), "Content-Encoding: gzip") : await lab.PostAsync("/", Form, body);
        Assert.Equal((200, places), (answer.Status, await taken.Task.WaitAsync(lab.Lab.Limit)));
        Assert.Equal(LongBodies.Places, judging.Free);
    }

    [Fact]
    public async Task InDetectionTheyPass()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: detect, body_limit: 1KiB, on_large_body: refuse");
        string body = Long(3000, "");
        Assert.Equal(200, (await lab.PostAsync("/", Form, body)).Status);
        Assert.Equal(body, lab.Lab.LastRequest.Body);
        Assert.Equal("would_have_ended", (await lab.EventAsync()).Effect);
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip", "x-gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("raw deflate", "deflate")]
    [InlineData("br", "br")]
    [InlineData("zstd", "zstd")]
    [InlineData("gzip", "identity, GZIP")]
    public async Task CodedBodiesAreInspectedDecodedAndForwardedAsTheyCame(string coding, string name)
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(403, (await lab.PostAsync("/", Form, WafLab.Coded(coding, Long(5000, "&b=attack")), $"Content-Encoding: {name}")).Status);
        byte[] harmless = WafLab.Coded(coding, Long(5000, "&b=peace"));
        Assert.Equal(200, (await lab.PostAsync("/", Form, harmless, $"Content-Encoding: {name}")).Status);
        Assert.Equal(Encoding.Latin1.GetString(harmless), lab.Lab.LastRequest.Body);
    }

    [Fact]
    public async Task TwoCodingsAreUndoneInTurn()
    {
        await using WafLab lab = await WafLab.StartAsync();
        byte[] twice = WafLab.Coded("br", Encoding.Latin1.GetString(WafLab.Coded("gzip", "b=attack")));
        Assert.Equal(403, (await lab.PostAsync("/", Form, twice, "Content-Encoding: gzip, br")).Status);
    }

    public static TheoryData<string, byte[]> Undecodable => new()
    {
        { "gzip", "this is not gzip"u8.ToArray() },
        { "br", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "gzip", WafLab.Coded("gzip", new string('x', 1_000_000)) },
    };

    /// <summary>What is broken, and what expands as nothing honest does.</summary>
    [Theory]
    [MemberData(nameof(Undecodable))]
    public async Task WhatCannotBeDecodedIsRefused(string coding, byte[] body)
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(400, (await lab.PostAsync("/", Form, body, $"Content-Encoding: {coding}")).Status);
        Assert.Equal(0, lab.Asked);
        Assert.Equal("the request's body cannot be decoded", (await lab.EventAsync()).Waf!.NotInspected);

        await using WafLab detecting = await WafLab.StartAsync("mode: detect");
        Assert.Equal(200, (await detecting.PostAsync("/", Form, body, $"Content-Encoding: {coding}")).Status);
        Assert.Equal("would_have_ended", (await detecting.EventAsync()).Effect);
    }

    /// <summary>An origin that does not decode sees a form where the coding has room for names.</summary>
    [Fact]
    public async Task TextInACodedBodyIsInspectedAsItIsToo()
    {
        await using WafLab lab = await WafLab.StartAsync();
        byte[] coded = WafLab.Coded("gzip", "a=peace");
        byte[] named = [.. coded[..3], 8, .. coded[4..10], .. "&a=an+ordinary+name&b=attack&c="u8, 0, .. coded[10..]];
        Assert.Equal(403, (await lab.PostAsync("/", Form, named, "Content-Encoding: gzip")).Status);
        byte[] harmless = [.. coded[..3], 8, .. coded[4..10], .. "a-report-of-the-second-quarter.txt"u8, 0, .. coded[10..]];
        Assert.Equal(200, (await lab.PostAsync("/", Form, harmless, "Content-Encoding: gzip")).Status);
    }

    [Fact]
    public async Task ACodingThatTheEdgeDoesNotKnowIsInspectedAsItIs()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(403, (await lab.PostAsync("/", Form, "b=attack", "Content-Encoding: aws-chunked")).Status);
        Assert.Equal(200, (await lab.PostAsync("/", Form, "b=peace", "Content-Encoding: aws-chunked")).Status);
    }

    [Theory]
    [InlineData("open", 200, "noted", "completed")]
    [InlineData("closed", 503, "ended", "inspection_failed")]
    public async Task WithoutMemoryTheZonesFailModeDecides(string fail, int status, string effect, string end)
    {
        await using WafLab lab = await WafLab.StartAsync($"mode: block, fail: {fail}", top: "limits: {body_memory: 1MiB}\ncrs_path: .");
        BodyMemory memory = lab.Lab.Edge.Plane.BodyMemory;
        while (memory.TryTake(1 << 20, isFirst: true) is not null)
        {
            // All that there is.
        }

        // In two packets, so that it has to be copied.
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        long refused = memory.Refused;
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: {RulesLab.Host}\r\nConnection: close\r\nContent-Type: {Form}\r\nContent-Length: 15\r\n\r\na=harmless", lab.Lab.Limit);
        while (memory.Refused == refused)
        {
            await Task.Delay(1, lab.Lab.Limit);
        }

        await client.SendAsync("&b=ab", lab.Lab.Limit);
        Http1Message? answer = await client.ReadResponseAsync(bodyless: false, lab.Lab.Limit);
        Assert.Equal(status, answer!.Status);
        SecurityEvent told = await lab.EventAsync();
        Assert.Equal((effect, end, "no memory for the request's body"), (told.Effect, told.End, told.Waf!.NotInspected));
        if (status == 200)
        {
            Assert.Equal("a=harmless&b=ab", lab.Lab.LastRequest.Body);
        }

        // A body that came with its head needs none.
        Assert.Equal(403, await lab.FormAsync("b=attack"));
    }

    [Fact]
    public async Task MetricsTellHowMuchWasInspected()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block, body_limit: 1KiB");
        await lab.FormAsync("a=1");
        await lab.FormAsync("a=attack");
        await lab.FormAsync(Long(3000, ""));
        await lab.Lab.StatusAsync("/?q=odd");
        Assert.Equal(
            [("whole", 2L), ("first_part", 1L)],
            lab.Metric("breakwater_waf_bodies_total", "inspected"));
        Assert.Equal(
            [("clean", 2L), ("matched", 1L), ("refused", 1L)],
            lab.Metric("breakwater_waf_transactions_total", "outcome"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60_000)]
    public async Task OverHttp2(int bytes)
    {
        await using WafLab lab = await WafLab.StartAsync();
        using HttpClient client = new();
        foreach ((string end, int status) in ((string, int)[])[("&b=attack", 403), ("&b=peace!", 200)])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, $"http://{lab.Lab.EndPoint}/form?q=1")
            {
                Version = System.Net.HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new StringContent(Long(bytes + 10, end), Encoding.UTF8, Form),
            };
            request.Headers.Host = RulesLab.Host;
            using HttpResponseMessage response = await client.SendAsync(request, lab.Lab.Limit);
            Assert.Equal(status, (int)response.StatusCode);
        }

        Assert.EndsWith("&b=peace!", lab.Lab.LastRequest.Body, StringComparison.Ordinal);
    }
}
