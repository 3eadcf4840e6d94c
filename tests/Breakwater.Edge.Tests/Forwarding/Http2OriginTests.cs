using System.Net;
using System.Text;
using System.Threading.Channels;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>How long an origin that speaks HTTP/2 is waited for, and when the client is. Time moves only when the test moves it.</summary>
public sealed class Http2OriginTests : IAsyncLifetime
{
    private static readonly string Head = $"POST /upload HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nTransfer-Encoding: chunked\r\n\r\n";

    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _mayAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _origin = null!;

    private static TimeoutsConfig Timeouts => new() { FirstByte = TimeSpan.FromSeconds(3), BetweenBytes = TimeSpan.FromSeconds(3) };

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        _origin = builder.Build();
        _origin.Run(ServeAsync);
        await _origin.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _mayAnswer.TrySetResult();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task TheTimeForTheFirstByteBeginsWhenTheRequestIsSent()
    {
        await using EdgeLab lab = await StartAsync(Timeouts);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head, lab.Limit);
        await ReceivedAsync("head", lab);

        // Together far longer than any of the timeouts: a client stream of gRPC, say.
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("1\r\nx\r\n", lab.Limit);
            await ReceivedAsync("x", lab);
            lab.Time.Advance(TimeSpan.FromSeconds(2));
        }

        await client.SendAsync("0\r\n\r\n", lab.Limit);
        await ReceivedAsync("end", lab);
        _mayAnswer.SetResult();
        Assert.Equal((200, "ok"), await lab.ResponseAsync(client) is var response ? (response.Status, response.Body) : default);
    }

    [Fact]
    public async Task AnOriginThatDoesNotAnswerIsGivenUp()
    {
        await using EdgeLab lab = await StartAsync(Timeouts);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head + "1\r\nx\r\n0\r\n\r\n", lab.Limit);
        await ReceivedAsync("head", lab);
        await ReceivedAsync("x", lab);
        await ReceivedAsync("end", lab);
        Task<Http1Message> late = lab.ResponseAsync(client);
        await lab.AdvanceUntilAsync(late);
        Assert.Equal(504, (await late).Status);
        Assert.Contains("origin_first_byte_timeout", (await late).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheWholeExchangeHasItsTimeToo()
    {
        await using EdgeLab lab = await StartAsync(new TimeoutsConfig { Total = TimeSpan.FromSeconds(5) });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n", lab.Limit);
        await ReceivedAsync("head", lab);
        Task<Http1Message> late = lab.ResponseAsync(client);
        await lab.AdvanceUntilAsync(late);
        Assert.Equal(504, (await late).Status);
        Assert.Contains("total_timeout", (await late).Body, StringComparison.Ordinal);
    }

    /// <summary>The platform's client asks no origin for leave, so the edge gives it.</summary>
    [Fact]
    public async Task AClientThatAsksForLeaveGetsItFromTheEdge()
    {
        await using EdgeLab lab = await StartAsync(Timeouts);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head.Replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", StringComparison.Ordinal), lab.Limit);
        Assert.Equal(100, (await lab.ResponseAsync(client)).Status);
        await client.SendAsync("1\r\nx\r\n0\r\n\r\n", lab.Limit);
        _mayAnswer.SetResult();
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
    }

    private async Task ServeAsync(HttpContext context)
    {
        _received.Writer.TryWrite("head");
        byte[] buffer = new byte[1000];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            _received.Writer.TryWrite(Encoding.ASCII.GetString(buffer, 0, count));
        }

        _received.Writer.TryWrite("end");
        await _mayAnswer.Task.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync("ok");
    }

    private async Task ReceivedAsync(string what, EdgeLab lab) => Assert.Equal(what, await _received.Reader.ReadAsync(lab.Limit));

    private Task<EdgeLab> StartAsync(TimeoutsConfig timeouts)
    {
        var url = new Uri(_origin.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return EdgeLab.StartAsync(
            zone => zone with
            {
                Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", url.Port), Protocol = OriginProtocol.H2 }],
                Timeouts = timeouts,
            },
            config => config with { Limits = new LimitsConfig { MinReadRate = 0, BodyTimeout = TimeSpan.FromMinutes(10) } });
    }
}
