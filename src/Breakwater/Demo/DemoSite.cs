using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Breakwater.Demo;

/// <summary>
/// The site that <c>breakwater run</c> protects when nobody names another: a shop on a loopback port of its own, an origin like any other.
/// Thread-safe; owned by the command.
/// </summary>
internal sealed class DemoSite : IAsyncDisposable
{
    private const long MaxFormSize = 1024 * 1024;

    private readonly WebApplication _app;

    private DemoSite(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Where it listens: http on 127.0.0.1, a port that the system chose.</summary>
    public Uri Url { get; }

    /// <summary>Starts the shop.</summary>
    public static async Task<DemoSite> StartAsync(CancellationToken cancel = default)
    {
        // Empty: the edge's process has its own logging, configuration and signals, and ASPNETCORE_ variables are none of this site's business.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, DemoJson.Default));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);

            // The edge in front of it sets the limits, and slow visitors are its business.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = MaxFormSize;
        });

        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.UseRouting();
        Map(app, new Sessions());
        await app.StartAsync(cancel);
        return new DemoSite(app);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private static void Map(WebApplication app, Sessions sessions)
    {
        MapPages(app);
        MapAccount(app, sessions);
        MapApi(app.MapGroup("/api"), sessions);
        MapTransfers(app);
        app.MapFallback(() => Page(Pages.NotFound(), StatusCodes.Status404NotFound));
    }

    private static void MapPages(WebApplication app)
    {
        byte[] css = ReadCss();
        app.MapGet("/", () => Page(Pages.Home()));
        app.MapGet("/products/{slug}", (string slug) =>
            Catalogue.Find(slug) is { } product ? Page(Pages.Product(product)) : Page(Pages.NotFound(), StatusCodes.Status404NotFound));
        app.MapGet("/search", (string? q) => Page(Pages.Search(q ?? "")));
        app.MapGet("/live", () => Page(Pages.Live()));
        app.MapGet("/seen", (HttpContext context) => Page(Pages.Seen(context)));
        app.MapGet("/contact", () => Page(Pages.Contact()));
        app.MapPost("/contact", async (HttpContext context) =>
            await ReadFormAsync(context) is { } form && form["name"].ToString() is { Length: > 0 } name
                ? Page(Pages.Thanks(name, form["message"].ToString()))
                : Page(Pages.Contact(), StatusCodes.Status400BadRequest));
        app.MapGet("/demo.css", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=300";
            return Results.Bytes(css, "text/css; charset=utf-8");
        });
        app.MapGet("/icon.svg", () => Results.Text(
            """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6477"/><path d="M4 20q4-5 8 0t8 0 8 0" fill="none" stroke="#fff" stroke-width="3"/></svg>""",
            "image/svg+xml"));
        app.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /account\n"));
    }

    private static void MapAccount(WebApplication app, Sessions sessions)
    {
        app.MapGet("/login", () => Page(Pages.Login()));
        app.MapPost("/login", async (HttpContext context) =>
        {
            if (await ReadFormAsync(context) is not { } form || form["name"] != "ada" || form["password"] != "high-water")
            {
                return Page(Pages.Login("That name and password do not go together."), StatusCodes.Status401Unauthorized);
            }

            sessions.Start(context).User = "Ada";
            return Results.Redirect("/account");
        });
        app.MapPost("/logout", (HttpContext context) =>
        {
            Sessions.End(context, sessions.Find(context));
            return Results.Redirect("/");
        });
        app.MapGet("/account", (HttpContext context) =>
            sessions.Find(context) is { User: { } user } session ? Page(Pages.Account(user, session.ReadCart())) : Results.Redirect("/login"));
    }

    private static void MapApi(RouteGroupBuilder api, Sessions sessions)
    {
        api.MapGet("/products", () => Results.Json(Catalogue.Products, DemoJson.Default.IReadOnlyListProduct));
        api.MapGet("/products/{slug}", (string slug) =>
            Catalogue.Find(slug) is { } product ? Results.Json(product, DemoJson.Default.Product) : Problem(404, $"there is no product {slug}"));
        api.MapGet("/cart", (HttpContext context) =>
            Results.Json(sessions.FindOrStart(context).ReadCart(), DemoJson.Default.Cart));
        api.MapPost("/cart", async (HttpContext context) =>
        {
            Wish? wish = await ReadWishAsync(context);
            if (wish is not { Quantity: >= 1 and <= 99 } || Catalogue.Find(wish.Product) is not { } product)
            {
                return Problem(400, "send {\"product\": a slug from /api/products, \"quantity\": 1 to 99}");
            }

            Session session = sessions.FindOrStart(context);
            session.Add(product, wish.Quantity);
            return Results.Json(session.ReadCart(), DemoJson.Default.Cart);
        });
        api.MapDelete("/cart", (HttpContext context) =>
        {
            sessions.Find(context)?.EmptyCart();
            return Results.NoContent();
        });
    }

    private static void MapTransfers(WebApplication app)
    {
        app.MapGet("/upload", () => Page(Pages.Upload()));
        app.MapPost("/upload", async (HttpContext context) =>
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
            IReadOnlyList<UploadedFile>? files = await Transfers.ReceiveAsync(context);
            bool json = context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);
            return (files, json) switch
            {
                (null, true) => Problem(400, "send multipart/form-data"),
                (null, false) => Page(Pages.Upload(problem: "That was no multipart/form-data."), StatusCodes.Status400BadRequest),
                (_, true) => Results.Json(files, DemoJson.Default.IReadOnlyListUploadedFile),
                _ => Page(Pages.Upload(files)),
            };
        });
        app.MapMethods("/download", ["GET", "HEAD"], (HttpContext context, string? bytes) =>
            long.TryParse(bytes ?? "1048576", NumberStyles.None, CultureInfo.InvariantCulture, out long length) && length <= Transfers.MaxDownload
                ? Transfers.SendAsync(context, length)
                : Problem(400, $"bytes is a number up to {Transfers.MaxDownload}").ExecuteAsync(context));
        app.MapGet("/events", (HttpContext context, int? count, int? interval) => Streams.SendEventsAsync(
            context, Math.Clamp(count ?? int.MaxValue, 1, int.MaxValue), TimeSpan.FromMilliseconds(Math.Clamp(interval ?? 1000, 10, 60_000))));
        app.MapGet("/slow", (HttpContext context, double? seconds) =>
            Streams.SendSlowlyAsync(context, TimeSpan.FromSeconds(double.Clamp(seconds is >= 0 ? seconds.Value : 5, 0, 60))));
        app.Map("/ws", Streams.EchoAsync);
    }

    private static async Task<IFormCollection?> ReadFormAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task<Wish?> ReadWishAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasJsonContentType() ? await context.Request.ReadFromJsonAsync(DemoJson.Default.Wish, context.RequestAborted) : null;
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static IResult Page(Html page, int status = StatusCodes.Status200OK) => Results.Text(page.Markup, "text/html; charset=utf-8", statusCode: status);

    private static IResult Problem(int status, string error) => Results.Json(new Refusal(error), DemoJson.Default.Refusal, statusCode: status);

    private static byte[] ReadCss()
    {
        using Stream css = typeof(DemoSite).Assembly.GetManifestResourceStream("demo.css")!;
        byte[] bytes = new byte[css.Length];
        css.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Signals are the command's business; the usual lifetime would catch them.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What a visitor wants in the cart. Immutable.</summary>
internal sealed record Wish(string Product, int Quantity);

/// <summary>Why the API refused. Immutable.</summary>
internal sealed record Refusal(string Error);

/// <summary>JSON of the demo shop's API.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<Product>))]
[JsonSerializable(typeof(Cart))]
[JsonSerializable(typeof(Wish))]
[JsonSerializable(typeof(Refusal))]
[JsonSerializable(typeof(IReadOnlyList<UploadedFile>))]
internal sealed partial class DemoJson : JsonSerializerContext;
