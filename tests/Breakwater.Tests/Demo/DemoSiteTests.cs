using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breakwater.Demo;

namespace Breakwater.Tests.Demo;

public sealed class DemoSiteTests : IAsyncLifetime
{
    private DemoSite _site = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await DemoSite.StartAsync();
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = _site.Url,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public void It_listens_on_loopback_only() => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(_site.Url.Host)));

    [Theory]
    [InlineData("/", 200, "<h1>Good things for bad weather</h1>")]
    [InlineData("/products/tide-clock", 200, "<h1>Tide clock</h1>")]
    [InlineData("/products/nothing", 404, "<h1>Not here</h1>")]
    [InlineData("/search", 200, "<h1>Search</h1>")]
    [InlineData("/search?q=brass", 200, "2 found for “brass”.")]
    [InlineData("/search?q=deck+brush", 200, "/products/deck-brush")]
    [InlineData("/search?q=%3Cscript%3E", 200, "0 found for “&lt;script&gt;”.")]
    [InlineData("/login", 200, "<h1>Sign in</h1>")]
    [InlineData("/contact", 200, "<h1>Contact</h1>")]
    [InlineData("/upload", 200, "<h1>Upload</h1>")]
    [InlineData("/live", 200, "new WebSocket(")]
    [InlineData("/seen?a=%20b", 200, "GET /seen?a=%20b HTTP/1.1")]
    [InlineData("/nowhere", 404, "<h1>Not here</h1>")]
    public async Task Pages_are_html(string path, int status, string contains)
    {
        using HttpResponseMessage response = await _http.GetAsync(path);
        string page = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.Contains(contains, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_load_nothing_from_elsewhere()
    {
        string css = await _http.GetStringAsync("/demo.css");
        Assert.Contains(".grid", css, StringComparison.Ordinal);
        foreach (string text in new[] { css, await _http.GetStringAsync("/"), await _http.GetStringAsync("/live") })
        {
            Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Signing_in_takes_the_right_password_and_leads_to_the_account_until_signing_out()
    {
        using HttpResponseMessage anonymous = await _http.GetAsync("/account");
        Assert.Equal("/login", anonymous.Headers.Location?.ToString());

        using HttpResponseMessage wrong = await PostFormAsync("/login", ("name", "ada"), ("password", "low-water"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.False(wrong.Headers.Contains("Set-Cookie"));

        using HttpResponseMessage right = await PostFormAsync("/login", ("name", "ada"), ("password", "high-water"));
        Assert.Equal("/account", right.Headers.Location?.ToString());
        string cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^session=[0-9a-f]{32}; path=/; samesite=lax; httponly$", cookie);
        Assert.Contains("Hello, Ada", await _http.GetStringAsync("/account"), StringComparison.Ordinal);

        using HttpResponseMessage bye = await PostFormAsync("/logout");
        using HttpResponseMessage after = await _http.GetAsync("/account");
        Assert.Equal("/login", after.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Contact_thanks_and_shows_markup_as_text()
    {
        using HttpResponseMessage response = await PostFormAsync("/contact", ("name", "<b>Eve</b>"), ("message", "1 < 2"));
        string page = await response.Content.ReadAsStringAsync();
        Assert.Contains("Thank you, &lt;b&gt;Eve&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("<pre>1 &lt; 2</pre>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_lists_products()
    {
        using JsonDocument products = JsonDocument.Parse(await _http.GetStringAsync("/api/products"));
        Assert.Equal(8, products.RootElement.GetArrayLength());
        using JsonDocument one = JsonDocument.Parse(await _http.GetStringAsync("/api/products/enamel-mug"));
        Assert.Equal(1200, one.RootElement.GetProperty("cents").GetInt32());
    }

    [Fact]
    public async Task The_cart_adds_up_and_belongs_to_the_session()
    {
        await PostCartAsync("""{"product":"enamel-mug","quantity":2}""");
        using HttpResponseMessage answer = await PostCartAsync("""{"product":"deck-brush","quantity":1}""");
        Assert.Equal(
            """{"items":[{"product":"deck-brush","quantity":1,"cents":1900},{"product":"enamel-mug","quantity":2,"cents":1200}],"count":3,"totalCents":4300}""",
            await answer.Content.ReadAsStringAsync());

        using HttpClient other = new() { BaseAddress = _site.Url };
        Assert.Equal("""{"items":[],"count":0,"totalCents":0}""", await other.GetStringAsync("/api/cart"));

        using HttpResponseMessage emptied = await _http.DeleteAsync("/api/cart");
        Assert.Equal("""{"items":[],"count":0,"totalCents":0}""", await _http.GetStringAsync("/api/cart"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"product":"nothing","quantity":1}""")]
    [InlineData("""{"product":"enamel-mug","quantity":0}""")]
    [InlineData("""{"product":"enamel-mug","quantity":100}""")]
    [InlineData("""{"product":"enamel-mug","quantity":"1; drop table"}""")]
    public async Task A_bad_cart_request_is_400(string json)
    {
        using HttpResponseMessage answer = await PostCartAsync(json);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("/api/products", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_reports_sizes_and_hashes()
    {
        byte[] large = RandomNumberGenerator.GetBytes(5_000_001);
        using MultipartFormDataContent form = new()
        {
            { new ByteArrayContent(large), "file", "large.bin" },
            { new ByteArrayContent([]), "file", "<empty>" },
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "/upload") { Content = form };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using HttpResponseMessage response = await _http.SendAsync(request);
        List<UploadedFile>? files = await response.Content.ReadFromJsonAsync<List<UploadedFile>>();

        Assert.Equal(
            [
                new UploadedFile("file", "large.bin", 5_000_001, Convert.ToHexStringLower(SHA256.HashData(large))),
                new UploadedFile("file", "<empty>", 0, Convert.ToHexStringLower(SHA256.HashData([]))),
            ],
            files!);
    }

    [Fact]
    public async Task An_upload_from_a_form_answers_with_a_page()
    {
        using MultipartFormDataContent form = new() { { new ByteArrayContent("ahoy"u8.ToArray()), "file", "<b>.txt" } };
        using HttpResponseMessage response = await _http.PostAsync("/upload", form);
        string page = await response.Content.ReadAsStringAsync();
        Assert.Contains("<td>&lt;b&gt;.txt</td><td>4</td>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task What_is_no_multipart_form_is_400(string type)
    {
        using ByteArrayContent content = new("--y\r\nrubbish"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage response = await _http.PostAsync("/upload", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(10_000_000)]
    public async Task A_download_has_the_length_and_the_bytes_promised(int length)
    {
        using HttpResponseMessage response = await _http.GetAsync($"/download?bytes={length}");
        Assert.Equal(length, response.Content.Headers.ContentLength);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        byte[] block = Transfers.MakeBlock();
        Assert.Equal(length, body.Length);
        for (int i = 0; i < length; i += block.Length)
        {
            Assert.True(body.AsSpan(i, Math.Min(block.Length, length - i)).SequenceEqual(block.AsSpan(0, Math.Min(block.Length, length - i))));
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("1099511627777")]
    [InlineData("99999999999999999999")]
    public async Task A_download_of_no_sensible_size_is_400(string bytes)
    {
        using HttpResponseMessage response = await _http.GetAsync($"/download?bytes={bytes}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_largest_download_announces_its_length()
    {
        using HttpRequestMessage head = new(HttpMethod.Head, "/download?bytes=1099511627776");
        using HttpResponseMessage response = await _http.SendAsync(head);
        Assert.Equal(1L << 40, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Events_come_one_by_one()
    {
        using HttpResponseMessage response = await _http.GetAsync("/events?count=3&interval=10", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        string text = await response.Content.ReadAsStringAsync();
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, events.Length);
        Assert.Matches("^id: 2\nevent: tide\ndata: {\"number\":2,\"metres\":[0-9.]+}$", events[1]);
    }

    [Fact]
    public async Task A_slow_report_ends()
    {
        string report = await _http.GetStringAsync("/slow?seconds=0.2");
        Assert.EndsWith("done\n", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_websocket_sends_everything_back()
    {
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://{_site.Url.Authority}/ws"), CancellationToken.None);
        byte[] sent = Encoding.UTF8.GetBytes(new string('ä', 30_000));
        await socket.SendAsync(sent, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        byte[] received = new byte[sent.Length];
        int length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(received.AsMemory(length), CancellationToken.None);
            length += part.Count;
        }
        while (!part.EndOfMessage);

        Assert.Equal(sent, received[..length]);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        Assert.Equal("bye", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task Something_else_at_the_websocket_is_told_to_upgrade()
    {
        using HttpResponseMessage response = await _http.GetAsync("/ws");
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task A_form_too_large_is_refused()
    {
        using HttpResponseMessage response = await PostFormAsync("/contact", ("name", "x"), ("message", new string('y', 2_000_000)));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private Task<HttpResponseMessage> PostFormAsync(string path, params (string Key, string Value)[] fields) =>
        _http.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Key, field.Value))));

    private Task<HttpResponseMessage> PostCartAsync(string json) =>
        _http.PostAsync("/api/cart", new StringContent(json, Encoding.UTF8, "application/json"));
}
