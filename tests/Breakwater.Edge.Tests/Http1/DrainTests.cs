using System.Net.Sockets;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Tls;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>The edge is stopped while it has work: what is under way finishes, what is idle ends, nothing new begins.</summary>
public sealed class DrainTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly string Get = $"GET / HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ARequestInFlightIsAnsweredWithClose()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        Task<int> drain = lab.Edge.DrainAsync(Bound, lab.Limit);
        await origin.SendAsync(Ok, lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal("ok", response.Body);
        Assert.Equal(["close"], response.Values("Connection"));
        await lab.ClosesAsync(client);
        Assert.Equal(0, await drain);
        Assert.Equal(1, lab.Ended("drained"));
    }

    [Fact]
    public async Task AnUploadInFlightIsCompleted()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync($"PUT / HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nContent-Length: 10\r\n\r\nhello", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync("hello", lab.Limit);
        Task<int> drain = lab.Edge.DrainAsync(Bound, lab.Limit);
        await client.SendAsync("world", lab.Limit);
        await origin.ReadThroughAsync("world", lab.Limit);
        await origin.SendAsync(Ok, lab.Limit);
        Assert.Equal(["close"], (await lab.ResponseAsync(client)).Values("Connection"));
        Assert.Equal(0, await drain);
    }

    [Fact]
    public async Task AStreamUnderWayEndsInItsOwnTime()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", lab.Limit);
        Task<Http1Message> response = lab.ResponseAsync(client);
        while (!client.Received.Contains("hello", StringComparison.Ordinal))
        {
            await Task.Delay(1, lab.Limit);
        }

        Task<int> drain = lab.Edge.DrainAsync(Bound, lab.Limit);
        await origin.SendAsync("5\r\nworld\r\n0\r\n\r\n", lab.Limit);
        Assert.Equal("helloworld", (await response).Body);
        await lab.ClosesAsync(client);
        Assert.Equal(0, await drain);
    }

    /// <summary>Without a wait: no time passes here.</summary>
    [Fact]
    public async Task IdleConnectionsAreClosedAtOnce()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(_ => Ok);
        RawClient kept = await lab.ConnectAsync();
        await kept.SendAsync(Get, lab.Limit);
        Assert.Empty((await lab.ResponseAsync(kept)).Values("Connection"));
        RawClient silent = await lab.ConnectAsync();
        Assert.Equal(0, await lab.Edge.DrainAsync(Bound, lab.Limit));
        await lab.ClosesAsync(kept);
        await lab.ClosesAsync(silent);
        await Assert.ThrowsAsync<SocketException>(lab.ConnectAsync);
    }

    /// <summary>Without a wait here too: who is in a handshake has no request in flight.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public async Task HandshakesAreBrokenOffAtOnce(int bytesOfTheHello)
    {
        using var files = new TemporaryDirectory();
        CertificateSource certificate = TestPki.Write(files, "shop", new Wanted { Names = [EdgeLab.Host] });
        await using EdgeLab lab = await EdgeLab.StartAsync(config: config => config with
        {
            Listeners = [config.Listeners[0] with { Tls = true }],
            Certificates = [new CertificateConfig { Cert = certificate.CertificatePath, Key = certificate.KeyPath }],
        });
        RawClient client = await lab.ConnectAsync();
        string hello = Encoding.Latin1.GetString(Hellos.Capture("openssl"));
        await client.SendAsync(hello[..Math.Min(hello.Length, bytesOfTheHello)], lab.Limit);
        while (lab.Edge.Plane.Connections.Count == 0)
        {
            await Task.Delay(1, lab.Limit);
        }

        Assert.Equal(0, await lab.Edge.DrainAsync(Bound, lab.Limit));
        Assert.True(await client.ReadToEndAsync(lab.Limit), "The connection stays open.");
        Assert.Equal(1, lab.Ended("drained"));
    }

    [Fact]
    public async Task WhatOutlastsTheBoundIsCut()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        Task<int> drain = lab.Edge.DrainAsync(Bound, lab.Limit);
        lab.Time.Advance(Bound - TimeSpan.FromSeconds(1));
        Assert.False(drain.IsCompleted);
        await lab.AdvanceUntilAsync(drain);
        Assert.Equal(1, await drain);
        await lab.ClosesAsync(client);
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
    }
}
