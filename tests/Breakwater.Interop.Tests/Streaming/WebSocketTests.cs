using System.Net;
using System.Net.WebSockets;
using System.Text;
using Breakwater.Demo;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Streaming;

/// <summary>WebSockets through the edge to an origin that speaks HTTP/1.1: by upgrade (RFC 6455) and by extended CONNECT (RFC 8441).</summary>
public sealed class WebSocketTests : IAsyncLifetime
{
    private DemoSite _shop = null!;
    private InteropEdge _edge = null!;

    public static TheoryData<string> Versions => new("1.1", "2.0");

    public async ValueTask InitializeAsync()
    {
        _shop = await DemoSite.StartAsync();
        _edge = await InteropEdge.StartAsync(_shop.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _shop.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Messages_go_both_ways_and_both_sides_close(string version)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        using ClientWebSocket socket = await ConnectAsync(version, invoker, patience.Token);
        byte[] large = new byte[300_000];
        new Random(1).NextBytes(large);

        Assert.Equal("ahoy", Encoding.UTF8.GetString(await EchoAsync(socket, "ahoy"u8.ToArray(), WebSocketMessageType.Text, patience.Token)));
        Assert.Equal(large, await EchoAsync(socket, large, WebSocketMessageType.Binary, patience.Token));
        Assert.Equal("fare well", Encoding.UTF8.GetString(await EchoAsync(socket, "fare well"u8.ToArray(), WebSocketMessageType.Text, patience.Token)));

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "anchored", patience.Token);
        Assert.Equal(WebSocketState.Closed, socket.State);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Equal("anchored", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task Several_of_them_share_an_HTTP2_connection()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = false });
        ClientWebSocket[] sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync("2.0", invoker, patience.Token)));
        await Task.WhenAll(sockets.Select(async (socket, number) =>
        {
            byte[] words = Encoding.UTF8.GetBytes($"ship {number}");
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal(words, await EchoAsync(socket, words, WebSocketMessageType.Text, patience.Token));
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            socket.Dispose();
        }));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_zone_may_refuse_them(string version)
    {
        await using InteropEdge edge = await InteropEdge.StartAsync(_shop.Url, zone => zone with { Websocket = false });
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(version, invoker, patience.Token, edge));
    }

    private async Task<ClientWebSocket> ConnectAsync(string version, HttpMessageInvoker invoker, CancellationToken cancel, InteropEdge? edge = null)
    {
        ClientWebSocket socket = new();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri($"ws://{(edge ?? _edge).Endpoint}/ws"), invoker, cancel);
        Assert.Equal(version == "1.1" ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.OK, socket.HttpStatusCode);
        return socket;
    }

    private static async Task<byte[]> EchoAsync(ClientWebSocket socket, byte[] message, WebSocketMessageType type, CancellationToken cancel)
    {
        // Sent and received at the same time: an echo of a large message starts before the message has ended.
        Task sending = socket.SendAsync(message, type, endOfMessage: true, cancel);
        using MemoryStream echo = new();
        byte[] buffer = new byte[8192];
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            Assert.Equal(type, received.MessageType);
            echo.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                await sending;
                return echo.ToArray();
            }
        }
    }
}
