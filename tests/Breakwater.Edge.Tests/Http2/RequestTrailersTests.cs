using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;

namespace Breakwater.Edge.Tests.Http2;

/// <summary>Trailer fields of a request over HTTP/2 reach an origin that speaks HTTP/1.1, where its framing has a place for them (RFC 9110 §6.5).</summary>
public sealed class RequestTrailersTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "content-length", "5" },
        { "transfer-encoding", "chunked" },
        { "host", "other.test" },
        { "authorization", "Basic x" },
        { "x-long", new string('x', 120) },
    };

    [Fact]
    public async Task TheyArePassedOnBehindTheLastChunk()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(
            Http2Frames.Preface
                + Http2Frames.Headers(1, end: false, Http2Frames.Request("POST", EdgeLab.Host, "/sum", ("te", "trailers")))
                + Http2Frames.Data(1, end: false, "hello")
                + Http2Frames.Headers(1, end: true, ("x-sum", "5d41"), ("x-note", "a; b")),
            lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        string head = await origin.ReadHeadAsync(lab.Limit);
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", head, StringComparison.Ordinal);
        Assert.Equal("5\r\nhello\r\n0\r\nx-sum: 5d41\r\nx-note: a; b\r\n\r\n", await origin.ReadThroughAsync("\r\n\r\n", lab.Limit));
    }

    /// <summary>What may not come in the trailers of a chunked body is not put there.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public async Task WhatDoesNotBelongThereIsLeftOutAsAWhole(string name, string value)
    {
        (string, string)[] fields = name == "x-long" ? [.. Enumerable.Range(0, 100).Select(i => ($"{name}-{i}", value))] : [("x-sum", "5d41"), (name, value)];
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(
            Http2Frames.Preface
                + Http2Frames.Headers(1, end: false, Http2Frames.Request("POST", EdgeLab.Host, "/sum"))
                + Http2Frames.Data(1, end: false, "hello")
                + Http2Frames.Headers(1, end: true, fields),
            lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadHeadAsync(lab.Limit);
        Assert.Equal("5\r\nhello\r\n0\r\n\r\n", await origin.ReadThroughAsync("0\r\n\r\n", lab.Limit));
    }

    /// <summary>A body of stated length has no place for them (RFC 9110 §6.5.1 lets them go).</summary>
    [Fact]
    public async Task ABodyOfStatedLengthLosesThem()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(
            Http2Frames.Preface
                + Http2Frames.Headers(1, end: false, Http2Frames.Request("POST", EdgeLab.Host, "/sum", ("content-length", "5")))
                + Http2Frames.Data(1, end: false, "hello")
                + Http2Frames.Headers(1, end: true, ("x-sum", "5d41")),
            lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal("hello", (await origin.ReadRequestAsync(lab.Limit)).Body);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", lab.Limit);
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
    }
}
