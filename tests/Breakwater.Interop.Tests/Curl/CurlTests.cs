using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Demo;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Curl;

/// <summary>The demo shop behind the edge, as curl sees it over HTTP/1.1 and over HTTP/2 with prior knowledge.</summary>
public sealed class CurlTests : IAsyncLifetime
{
    private DemoSite _shop = null!;
    private InteropEdge _edge = null!;

    public static TheoryData<string> Protocols => CurlClient.Protocols;

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
    [MemberData(nameof(Protocols))]
    public async Task A_page_comes_through_in_the_protocol_asked_for(string protocol)
    {
        string missing = await CurlClient.RunAsync(protocol, "--include", _edge.Url + "/products/nowhere");
        string output = await CurlClient.RunAsync(protocol, "--include", _edge.Url + "/robots.txt");
        Assert.StartsWith(protocol == "--http1.1" ? "HTTP/1.1 404 Not Found\n" : "HTTP/2 404 \n", missing, StringComparison.Ordinal);
        Assert.StartsWith(protocol == "--http1.1" ? "HTTP/1.1 200 OK\n" : "HTTP/2 200 \n", output, StringComparison.Ordinal);
        Assert.Contains("breakwater-ray: ", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("User-agent: *\nDisallow: /account\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task HEAD_gets_the_head_of_GET_and_no_body(string protocol)
    {
        string output = await CurlClient.RunAsync(protocol, "--head", "--write-out", "size=%{size_download}", _edge.Url + "/download?bytes=12345");
        Assert.Contains("content-length: 12345\n", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("size=0", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_body_is_sent_after_100_Continue(string protocol)
    {
        string output = await CurlClient.RunAsync(
            protocol, "--include", "--header", "Expect: 100-continue", "--expect100-timeout", "20", "--write-out", "time=%{time_total}",
            "--data", "name=ada&message=ahoy", _edge.Url + "/contact");
        Assert.Contains(protocol == "--http1.1" ? "HTTP/1.1 100 Continue\n" : "HTTP/2 100 \n", output, StringComparison.Ordinal);
        Assert.Contains(protocol == "--http1.1" ? "HTTP/1.1 200 OK\n" : "HTTP/2 200 \n", output, StringComparison.Ordinal);
        Assert.Contains("ahoy", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_upload_arrives_byte_for_byte(string protocol)
    {
        using TemporaryDirectory directory = new();
        byte[] content = RandomBytes(8 * 1024 * 1024 + 7);
        string file = Path.Combine(directory.Path, "cargo.bin");
        await File.WriteAllBytesAsync(file, content);
        string output = await CurlClient.RunAsync(protocol, "--header", "Accept: application/json", "--form", $"cargo=@{file}", _edge.Url + "/upload");
        JsonElement received = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal(content.Length, received.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), received.GetProperty("sha256").GetString());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_upload_of_unknown_length_arrives_byte_for_byte(string protocol)
    {
        await using KestrelOrigin origin = await KestrelOrigin.StartAsync(app => Microsoft.AspNetCore.Builder.RunExtensions.Run(app, async context =>
        {
            byte[] hash = await SHA256.HashDataAsync(context.Request.Body);
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, $"length={context.Request.ContentLength} sha256={Convert.ToHexStringLower(hash)}");
        }));
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Url);
        using TemporaryDirectory directory = new();
        byte[] content = RandomBytes(3 * 1024 * 1024 + 1);
        string file = Path.Combine(directory.Path, "cargo.bin");
        await File.WriteAllBytesAsync(file, content);
        string output = await CurlClient.RunAsync(protocol, "--header", "Transfer-Encoding: chunked", "--upload-file", file, edge.Url + "/cargo");
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(content)), output, StringComparison.Ordinal);
        if (protocol == "--http1.1")
        {
            Assert.Contains("length= ", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_download_arrives_byte_for_byte(string protocol)
    {
        const int length = 20_000_001;
        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Path, "download.bin");
        await CurlClient.RunAsync(protocol, "--output", file, _edge.Url + $"/download?bytes={length}");
        byte[] block = Transfers.MakeBlock();
        byte[] expected = new byte[length];
        for (int i = 0; i < length; i += block.Length)
        {
            block.AsSpan(0, Math.Min(block.Length, length - i)).CopyTo(expected.AsSpan(i));
        }

        Assert.Equal(Convert.ToHexString(SHA256.HashData(expected)), Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(file))));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Trailers_of_a_chunked_response_are_passed_on(string protocol)
    {
        await using ScriptedOrigin origin = new(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nahoy!\r\n0\r\nX-Sum: 42\r\n\r\n");
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Endpoint);
        string output = await CurlClient.RunAsync(protocol, "--dump-header", "-", edge.Url + "/");
        Assert.Contains("ahoy!", output, StringComparison.Ordinal);
        Assert.Contains("x-sum: 42", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Early_hints_come_before_the_response()
    {
        await using ScriptedOrigin origin = new(
            "HTTP/1.1 103 Early Hints\r\nLink: </demo.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nahoy!");
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Endpoint);
        string output = await CurlClient.RunAsync("--http1.1", "--include", edge.Url + "/");
        Assert.StartsWith("HTTP/1.1 103 Early Hints\n", output, StringComparison.Ordinal);
        Assert.Contains("Link: </demo.css>; rel=preload\n", output, StringComparison.Ordinal);
        Assert.Contains("\nHTTP/1.1 200 OK\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\n\nahoy!", output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>Kestrel cannot send interim responses over HTTP/2: they are left out there, and the response is whole.</summary>
    [Fact]
    public async Task Early_hints_do_no_harm_over_HTTP2()
    {
        await using ScriptedOrigin origin = new(
            "HTTP/1.1 103 Early Hints\r\nLink: </demo.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nahoy!");
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Endpoint);
        string output = await CurlClient.RunAsync("--http2-prior-knowledge", "--include", edge.Url + "/");
        Assert.Contains("HTTP/2 200 \n", output, StringComparison.Ordinal);
        Assert.EndsWith("\n\nahoy!", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http1.1", "text/html", "content-type: text/html", "<!doctype html>")]
    [InlineData("--http1.1", "application/json", "content-type: application/problem+json", "\"status\":502")]
    [InlineData("--http1.1", "text/plain", "content-type: text/plain", "502")]
    [InlineData("--http2-prior-knowledge", "text/html", "content-type: text/html", "<!doctype html>")]
    [InlineData("--http2-prior-knowledge", "application/json", "content-type: application/problem+json", "\"status\":502")]
    [InlineData("--http2-prior-knowledge", "text/plain", "content-type: text/plain", "502")]
    public async Task A_dead_origin_is_told_in_the_format_asked_for(string protocol, string accept, string field, string text)
    {
        using Socket deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening: nobody else can get the port, everybody is refused
        await using InteropEdge edge = await InteropEdge.StartAsync((IPEndPoint)deaf.LocalEndPoint!);
        string output = await CurlClient.RunAsync(protocol, "--include", "--header", $"Accept: {accept}", edge.Url + "/");
        Assert.Contains(" 502 ", output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains(field, output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(text, output.Replace(": 5", ":5", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_host_that_no_zone_serves_is_answered_with_421(string protocol)
    {
        await using InteropEdge edge = await InteropEdge.StartAsync(_shop.Url, zone => zone with { Hosts = [HostPattern.Exact("shop.test")] });
        string[] hosts = ["--resolve", $"shop.test:{edge.Endpoint.Port}:127.0.0.1", "--resolve", $"other.test:{edge.Endpoint.Port}:127.0.0.1"];
        string served = await CurlClient.RunAsync([protocol, "--write-out", "status=%{http_code}", .. hosts, $"http://shop.test:{edge.Endpoint.Port}/robots.txt"]);
        string refused = await CurlClient.RunAsync([protocol, "--write-out", "status=%{http_code}", .. hosts, $"http://other.test:{edge.Endpoint.Port}/robots.txt"]);
        Assert.Contains("status=200", served, StringComparison.Ordinal);
        Assert.Contains("status=421", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http1.1", "http=HTTP/1.1")]
    [InlineData("--http2-prior-knowledge", "http=HTTP/2")]
    public async Task The_trace_endpoint_tells_what_the_edge_sees(string protocol, string version)
    {
        string output = await CurlClient.RunAsync(protocol, _edge.Url + "/.well-known/breakwater/trace");
        string[] lines = output.Split('\n');
        Assert.Contains(version, lines.Select(line => line.TrimEnd('0').TrimEnd('.')));
        Assert.Contains("client=127.0.0.1", lines);
        Assert.Contains("zone=interop", lines);
        Assert.Contains("scheme=http", lines);
    }

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
