using System.Threading.Channels;
using Breakwater.Interop.Tests.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Interop.Tests.Streaming;

/// <summary>Server-sent events: what the origin writes arrives at once, not when a buffer is full.</summary>
public sealed class ServerSentEventsTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Each_event_arrives_before_the_next_is_sent(string version)
    {
        Channel<int> mayBeSent = Channel.CreateUnbounded<int>();
        await using KestrelOrigin origin = await KestrelOrigin.StartAsync(app => app.Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await foreach (int number in mayBeSent.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync($"data: {number}\n\n");
                await context.Response.Body.FlushAsync();
            }
        }));
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Url);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, edge.Url + "/events")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        mayBeSent.Writer.TryWrite(0);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal(Version.Parse(version), response.Version);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(patience.Token));
        for (int number = 0; number < 100; number++)
        {
            Assert.Equal($"data: {number}", await reader.ReadLineAsync(patience.Token));
            Assert.Equal("", await reader.ReadLineAsync(patience.Token));
            mayBeSent.Writer.TryWrite(number + 1);
        }

        mayBeSent.Writer.Complete();
        Assert.Equal("data: 100", await reader.ReadLineAsync(patience.Token));
        Assert.Equal("", await reader.ReadLineAsync(patience.Token));
        Assert.Null(await reader.ReadLineAsync(patience.Token));
    }
}
