using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Demo;

/// <summary>The pages of the demo shop. Stateless.</summary>
internal static class Pages
{
    public static Html Home() => Layout("Tidewater Supply", Html.Of($"""
        <h1>Good things for bad weather</h1>
        <p class="lead">A small shop that lives inside Breakwater, so that there is something to protect.</p>
        {Grid(Catalogue.Products)}
        """));

    public static Html Product(Product product) => Layout(product.Name, Html.Of($$"""
        <div class="product">
          {{Tile(product)}}
          <div>
            <h1>{{product.Name}}</h1>
            <p>{{product.Text}}</p>
            <p class="price">{{Price(product.Cents)}}</p>
            <button type="button" id="add" data-product="{{product.Slug}}">Add to cart</button>
            <output id="cart" class="good"></output>
            <noscript><p class="soft">The cart needs JavaScript; everything else here does not.</p></noscript>
          </div>
        </div>
        <script>
          document.getElementById("add").addEventListener("click", async event => {
            const out = document.getElementById("cart");
            try {
              const answer = await fetch("/api/cart", {
                method: "POST", headers: {"Content-Type": "application/json"},
                body: JSON.stringify({product: event.target.dataset.product, quantity: 1})
              });
              const cart = await answer.json();
              out.textContent = answer.ok ? `In the cart: ${cart.count}` : `Refused: ${cart.error ?? answer.status}`;
            } catch (error) { out.textContent = `Failed: ${error.message}`; }
          });
        </script>
        """));

    public static Html Search(string words)
    {
        Product[] found = [.. Catalogue.Search(words)];
        return Layout("Search", Html.Of($"""
            <h1>Search</h1>
            <form class="inline" action="/search" role="search">
              <input type="search" name="q" value="{words}" aria-label="Search the shop" autofocus>
              <button>Search</button>
            </form>
            {(words.Length == 0 ? default : Html.Of($"<p id=\"found\">{found.Length} found for “{words}”.</p>"))}
            {Grid(found)}
            """));
    }

    public static Html Login(string? problem = null) => Layout("Sign in", Html.Of($"""
        <h1>Sign in</h1>
        <p class="soft">Try <code>ada</code> with the password <code>high-water</code>.</p>
        {(problem is null ? default : Html.Of($"<p class=\"note\" role=\"alert\">{problem}</p>"))}
        <form method="post" action="/login">
          <label>Name <input name="name" autocomplete="username" required></label>
          <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
          <button>Sign in</button>
        </form>
        """));

    public static Html Account(string user, Cart cart) => Layout("Account", Html.Of($"""
        <h1>Hello, {user}</h1>
        <p id="account">You are signed in. There are {cart.Count} things in your cart, for {Price(cart.TotalCents)}.</p>
        <form method="post" action="/logout"><button>Sign out</button></form>
        """));

    public static Html Contact() => Layout("Contact", Html.Of($"""
        <h1>Contact</h1>
        <form method="post" action="/contact">
          <label>Your name <input name="name" autocomplete="name" required maxlength="100"></label>
          <label>Message <textarea name="message" rows="5" required maxlength="4000"></textarea></label>
          <button>Send</button>
        </form>
        """));

    public static Html Thanks(string name, string message) => Layout("Thank you", Html.Of($"""
        <h1>Thank you, {name}</h1>
        <p id="thanks">We got your message of {message.Length} characters. Nobody will read it: this shop is a demonstration.</p>
        <pre>{message}</pre>
        """));

    public static Html Upload(IReadOnlyList<UploadedFile>? files = null, string? problem = null) => Layout("Upload", Html.Of($"""
        <h1>Upload</h1>
        <p class="soft">Files of any size. They are read, measured and forgotten.</p>
        {(problem is null ? default : Html.Of($"<p class=\"note\" role=\"alert\">{problem}</p>"))}
        {(files is null ? default : FileTable(files))}
        <form method="post" action="/upload" enctype="multipart/form-data">
          <label>Files <input type="file" name="file" multiple required></label>
          <button>Upload</button>
        </form>
        """));

    public static Html Live() => Layout("Live", Html.Of($$"""
        <h1>Live</h1>
        <section aria-labelledby="tide-title">
          <h2 id="tide-title">The tide (server-sent events)</h2>
          <output id="sse">waiting …</output>
        </section>
        <section aria-labelledby="echo-title">
          <h2 id="echo-title">An echo (WebSocket)</h2>
          <form class="inline" id="say">
            <input id="words" value="ahoy" aria-label="What to say" autocomplete="off"><button>Say it</button>
          </form>
          <output id="ws">connecting …</output>
        </section>
        <section aria-labelledby="download-title">
          <h2 id="download-title">A download</h2>
          <p><a href="/download?bytes=1073741824" download>1 GiB of noise</a></p>
        </section>
        <script>
          const sse = document.getElementById("sse"), ws = document.getElementById("ws"), words = document.getElementById("words");
          const events = new EventSource("/events");
          events.addEventListener("tide", event => {
            const tide = JSON.parse(event.data);
            sse.textContent = `event ${tide.number}: the water stands at ${tide.metres.toFixed(2)} m`;
          });
          events.onerror = () => { sse.textContent = "the stream broke off; trying again …"; };
          const socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws");
          socket.onopen = () => socket.send(words.value);
          socket.onmessage = event => { ws.textContent = `echo: ${event.data}`; };
          socket.onclose = () => { ws.textContent += " (closed)"; };
          document.getElementById("say").addEventListener("submit", event => { event.preventDefault(); socket.send(words.value); });
        </script>
        """));

    public static Html Seen(HttpContext context) => Layout("What the shop sees", Html.Of($"""
        <h1>What the shop sees</h1>
        <p class="soft">The head of your request, as it arrived here behind the edge.</p>
        <p><code id="request-line">{context.Request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget} {context.Request.Protocol}</code></p>
        <table>
          <thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
          <tbody>{Html.Join(context.Request.Headers.SelectMany(field => field.Value, (field, value) => Html.Of($"<tr><td>{field.Key}</td><td>{value}</td></tr>")))}</tbody>
        </table>
        """));

    public static Html NotFound() => Layout("Not here", Html.Of($"""
        <h1>Not here</h1>
        <p>The shop has no such page. <a href="/">Back to the shelves</a>.</p>
        """));

    private static Html FileTable(IReadOnlyList<UploadedFile> files) => Html.Of($"""
        <table id="files">
          <thead><tr><th scope="col">File</th><th scope="col">Bytes</th><th scope="col">SHA-256</th></tr></thead>
          <tbody>{Html.Join(files.Select(file => Html.Of($"<tr><td>{file.FileName ?? file.Field}</td><td>{file.Bytes}</td><td><code>{file.Sha256}</code></td></tr>")))}</tbody>
        </table>
        """);

    private static Html Grid(IReadOnlyCollection<Product> products) => products.Count == 0 ? default : Html.Of($"""
        <ul class="grid">{Html.Join(products.Select(product => Html.Of($"""
          <li class="card">{Tile(product)}<div>
            <h2><a href="/products/{product.Slug}">{product.Name}</a></h2><p class="soft">{product.Text}</p><p class="price">{Price(product.Cents)}</p>
          </div></li>
          """)))}</ul>
        """);

    private static Html Tile(Product product) =>
        Html.Of($"<div class=\"tile\" style=\"--tint:{product.Tint}\" aria-hidden=\"true\">{product.Name[..1]}</div>");

    private static string Price(int cents) => string.Create(CultureInfo.InvariantCulture, $"€ {cents / 100}.{cents % 100:D2}");

    private static Html Layout(string title, Html content) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title} · Tidewater Supply</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/demo.css">
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <a class="brand" href="/">Tidewater Supply</a>
          <nav aria-label="Shop"><ul>
            <li><a href="/search">Search</a></li><li><a href="/live">Live</a></li><li><a href="/upload">Upload</a></li>
            <li><a href="/contact">Contact</a></li><li><a href="/account">Account</a></li>
          </ul></nav>
        </header>
        <main id="content">
        {content}
        </main>
        <footer>A demonstration behind <a href="/.well-known/breakwater/trace">Breakwater</a>. <a href="/seen">What the shop sees of you</a>.</footer>
        </body>
        </html>

        """);
}
