using System.Globalization;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Demo;

/// <summary>Answers that take their time: server-sent events, a WebSocket, a slow report. Stateless.</summary>
internal static class Streams
{
    private const int MaxMessage = 1024 * 1024;

    /// <summary>Server-sent events (WHATWG HTML §9.2): the tide, every <paramref name="interval"/>, <paramref name="count"/> times.</summary>
    public static async Task SendEventsAsync(HttpContext context, int count, TimeSpan interval)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using PeriodicTimer timer = new(interval);
        for (int i = 1; i <= count; i++)
        {
            // A tide that rises and falls within a minute, for people who wait.
            double metres = 2.5 + (1.5 * Math.Sin(i * interval.TotalSeconds * Math.Tau / 60));
            await context.Response.WriteAsync(
                string.Create(CultureInfo.InvariantCulture, $"id: {i}\nevent: tide\ndata: {{\"number\":{i},\"metres\":{metres:F2}}}\n\n"),
                context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (i < count)
            {
                await timer.WaitForNextTickAsync(context.RequestAborted);
            }
        }
    }

    /// <summary>A report that is written line by line for that long.</summary>
    public static async Task SendSlowlyAsync(HttpContext context, TimeSpan duration)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        TimeSpan step = TimeSpan.FromMilliseconds(100);
        using PeriodicTimer timer = new(step);
        for (TimeSpan elapsed = TimeSpan.Zero; elapsed < duration; elapsed += step)
        {
            await context.Response.WriteAsync("counting the stock …\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await timer.WaitForNextTickAsync(context.RequestAborted);
        }

        await context.Response.WriteAsync("done\n", context.RequestAborted);
    }

    /// <summary>Sends every WebSocket message back (RFC 6455), fragment by fragment.</summary>
    public static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            await context.Response.WriteAsync("This is a WebSocket: connect with ws:// or wss://.\n", context.RequestAborted);
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[16 * 1024];
        int message = 0;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, context.RequestAborted);
                    return;
                }

                message = received.EndOfMessage ? 0 : message + received.Count;
                if (message > MaxMessage)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, "at most 1 MiB", context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The visitor went away without saying goodbye.
        }
    }
}
