using System.Net;
using Breakwater.Drills.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Breakwater.Drills.Ground;

/// <summary>
/// An origin of a drill's own, in its process: answers 200 and repeats the number of each request, unless it is told otherwise. Thread-safe.
/// </summary>
internal sealed class DrillOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _requests;

    private DrillOrigin(WebApplication app) => _app = app;

    /// <summary>Where it is, as a configuration writes it.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Its port; 0 on a Unix socket.</summary>
    public int Port => Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) && url.Port > 0 ? url.Port : 0;

    /// <summary>What it does with a request; null = answer 200 with its number.</summary>
    public Func<HttpContext, Task>? Behaviour { get; set; }

    /// <summary>Requests that came, health checks included.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Starts one.</summary>
    /// <param name="socketPath">A Unix socket to listen on; null = a loopback port that the system chooses.</param>
    /// <param name="port">That port in place of any.</param>
    public static async Task<DrillOrigin> StartAsync(string? socketPath = null, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            if (socketPath is null)
            {
                kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
            }
            else
            {
                kestrel.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });

        WebApplication app = builder.Build();
        DrillOrigin origin = new(app);
        app.Run(origin.AnswerAsync);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        origin.Url = socketPath is null ? address : "unix:" + socketPath;
        return origin;
    }

    /// <summary>Answers as a healthy origin does.</summary>
    public static Task AnswerWellAsync(HttpContext context)
    {
        byte[] body = "ok\n"u8.ToArray();
        context.Response.Headers[Visit.NumberField] = context.Request.Headers[Visit.NumberField];
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Answers with a status and nothing else.</summary>
    public static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers[Visit.NumberField] = context.Request.Headers[Visit.NumberField];
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (context.Request.ContentLength > 0)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        await (Behaviour ?? AnswerWellAsync)(context);
    }

    /// <summary>Signals are the command's, not the origin's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
