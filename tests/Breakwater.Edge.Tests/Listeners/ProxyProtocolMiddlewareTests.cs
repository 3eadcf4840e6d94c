using System.Net.Sockets;
using Breakwater.Config;
using Breakwater.Edge.Listeners;

namespace Breakwater.Edge.Tests.Listeners;

public class ProxyProtocolMiddlewareTests
{
    private static readonly byte[] Line = [.. "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"u8];

    private static Task<ConnectionLab> StartAsync(ProxyProtocolMode mode = ProxyProtocolMode.Any) =>
        ConnectionLab.StartAsync((options, plane) => options.Use(new ProxyProtocolMiddleware(plane, "test", mode).Middleware));

    [Fact]
    public async Task The_connection_gets_the_addresses_of_the_header_and_exactly_what_follows_it()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync((byte[])[.. Line, .. "hello"u8]);

        var connection = await lab.NextAsync();
        Assert.Equal("192.0.2.1:56324", connection.RemoteEndPoint!.ToString());
        Assert.Equal("198.51.100.1:443", connection.LocalEndPoint!.ToString());
        Assert.Equal(client.LocalEndPoint, connection.Features.Get<ProxyProtocolFeature>()!.Sender);
        Assert.Equal("hello"u8.ToArray(), await ConnectionLab.ReadAsync(client, 5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_header_may_come_byte_by_byte(bool version2)
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        foreach (byte b in version2 ? ProxyProtocolTests.Version2(0x21, 0x21, ProxyProtocolTests.IPv6Block) : Line) await client.SendAsync((byte[])[b]);
        await client.SendAsync("x"u8.ToArray());
        Assert.Equal(version2 ? "[2001:db8::1]:56324" : "192.0.2.1:56324", (await lab.NextAsync()).RemoteEndPoint!.ToString());
        Assert.Equal("x"u8.ToArray(), await ConnectionLab.ReadAsync(client, 1));
    }

    [Fact]
    public async Task A_long_header_over_several_buffers_is_read()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        byte[] padding = [4, 0x0F, 0xE0, .. new byte[0x0FE0]];
        await client.SendAsync(ProxyProtocolTests.Version2(0x21, 0x11, [.. ProxyProtocolTests.IPv4Block, .. padding]));
        Assert.Equal("192.0.2.1:56324", (await lab.NextAsync()).RemoteEndPoint!.ToString());
    }

    [Fact]
    public async Task A_proxy_that_speaks_for_itself_keeps_its_own_address()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(ProxyProtocolTests.Version2(0x20, 0, []));
        Assert.Equal(client.LocalEndPoint, (await lab.NextAsync()).RemoteEndPoint);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n")]
    public async Task Without_a_good_header_the_connection_is_closed_without_an_answer(string text)
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(text.Select(c => (byte)c).ToArray());
        Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        await ConnectionLab.UntilAsync(() => lab.Ended("bad_proxy_header") == 1);
        Assert.True(lab.NothingArrived);
    }

    [Theory]
    [InlineData(ProxyProtocolMode.V1, false, true)]
    [InlineData(ProxyProtocolMode.V1, true, false)]
    [InlineData(ProxyProtocolMode.V2, false, false)]
    [InlineData(ProxyProtocolMode.V2, true, true)]
    [InlineData(ProxyProtocolMode.Any, true, true)]
    public async Task Only_the_version_demanded_is_taken(ProxyProtocolMode mode, bool version2, bool expected)
    {
        await using var lab = await StartAsync(mode);
        using var client = await lab.ConnectAsync();
        await client.SendAsync(version2 ? ProxyProtocolTests.Version2(0x21, 0x11, ProxyProtocolTests.IPv4Block) : Line);
        if (expected) await lab.NextAsync();
        else Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
    }

    [Fact]
    public async Task A_header_that_does_not_come_in_time_ends_the_connection()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(Line.AsMemory(0, 20));
        await lab.AdvanceUntilAsync(() => lab.Ended("bad_proxy_header") == 1);
        Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        Assert.InRange(lab.Time.GetUtcNow() - lab.Time.Start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task After_the_header_its_deadline_is_gone()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(Line);
        await lab.NextAsync();
        lab.Time.Advance(TimeSpan.FromMinutes(5));
        await client.SendAsync("still here"u8.ToArray());
        Assert.Equal("still here"u8.ToArray(), await ConnectionLab.ReadAsync(client, 10));
    }

    [Fact]
    public async Task A_look_whether_the_port_is_open_is_no_bad_header()
    {
        await using var lab = await StartAsync();
        using (var client = await lab.ConnectAsync()) client.Shutdown(SocketShutdown.Send);
        await ConnectionLab.UntilAsync(() => lab.Ended("client_closed") == 1);
        Assert.Equal(0, lab.Ended("bad_proxy_header"));
    }
}
