using System.Net;
using Breakwater.Interop.Tests.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// The site behind our own pages (<c>pages/*.html</c>): it serves them, the libraries of Debian's packages under <c>/lib/</c> and
/// <c>/node/</c>, and takes whatever else is sent to it. Owned by one recording.
/// </summary>
internal sealed class PagesSite : IAsyncDisposable
{
    private static readonly string Pages = Path.Combine(AppContext.BaseDirectory, "Browser", "Recording", "pages");

    private readonly KestrelOrigin _origin;

    private PagesSite(KestrelOrigin origin) => _origin = origin;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => new(IPAddress.Loopback, _origin.Url.Port);

    public static async Task<PagesSite> StartAsync() => new(await KestrelOrigin.StartAsync(app =>
    {
        app.UseWebSockets();
        app.MapGet("/{page}.html", (string page) => Results.File(Path.Combine(Pages, Path.GetFileName(page) + ".html"), "text/html; charset=utf-8"));
        app.MapGet("/lib/{**path}", (string path) => Library("/usr/share/javascript", path));
        app.MapGet("/node/{**path}", (string path) => Library("/usr/share/nodejs", path));
        app.MapGet("/events", SendEventsAsync);
        app.MapGet("/socket", AcceptAsync);
        app.MapGet("/policy", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; report-uri /csp-reports?source=pages";
            return Results.Text("<!doctype html><title>policy</title><img src=\"https://cdn.example.org/x.png?a=b\"><script>alert(1)</script><div style=\"color: red\" onclick=\"go()\">x</div>", "text/html; charset=utf-8");
        });
        app.MapFallback("{**path}", TakeAsync);
    }));

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    private static IResult Library(string root, string path)
    {
        string file = Path.Combine(root, path);
        string type = Path.GetExtension(file) switch { ".js" => "text/javascript", ".css" => "text/css", ".html" => "text/html", ".png" => "image/png", _ => "application/octet-stream" };
        return File.Exists(file) ? Results.File(file, type) : Results.NotFound();
    }

    /// <summary>Ends after two events, so that the browser comes again and says which was the last.</summary>
    private static async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("retry: 50\n\nid: order/17;it's\ndata: 1\n\nid: 18\ndata: 2\n\n", context.RequestAborted);
    }

    private static async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) return;
        using System.Net.WebSockets.WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
        await socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    /// <summary>Answers so that scripts and pages go on: lists that have a bit of everything, any origin allowed, known again by its tag.</summary>
    private static async Task TakeAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        IHeaderDictionary header = context.Response.Headers;
        if (context.Request.Headers.Origin is [{ } origin])
        {
            header.AccessControlAllowOrigin = origin;
            header.AccessControlAllowCredentials = "true";
            header.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE";
            header.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        }

        string path = context.Request.Path.Value ?? "";
        if (path.StartsWith("/cached", StringComparison.Ordinal)) (header.ETag, header.LastModified, header.CacheControl) = ("W/\"5f-it's\"", "Fri, 31 May 2024 16:00:00 GMT", "no-cache");
        if (context.Request.Query["callback"] is [{ } callback])
        {
            context.Response.ContentType = "text/javascript";
            await context.Response.WriteAsync(callback + "({})", context.RequestAborted);
        }
        else if (path.EndsWith(".js", StringComparison.Ordinal))
        {
            context.Response.ContentType = "text/javascript";
            await context.Response.WriteAsync("/* nothing */", context.RequestAborted);
        }
        else if (context.Request.Headers["Sec-Fetch-Dest"] == "document" || context.Request.Headers["Sec-Fetch-Dest"] == "iframe")
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync("<!doctype html><html lang=en><title>taken</title><p>Thank you.</p></html>", context.RequestAborted);
        }
        else
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"data": [], "recordsTotal": 500, "recordsFiltered": 500, "results": [], "suggestions": []}""", context.RequestAborted);
        }
    }
}
