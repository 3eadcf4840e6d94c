using System.Security.Cryptography;
using System.Text.Json;
using Breakwater.Demo;
using Breakwater.Interop.Tests.Curl;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Tls;

/// <summary>curl over TLS, with the authority's certificate and real verification.</summary>
public sealed class TlsCurlTests : IAsyncLifetime
{
    private DemoSite _shop = null!;
    private TlsEdge _edge = null!;

    /// <summary>curl's option, and how it then calls the version that was spoken.</summary>
    public static TheoryData<string, string> Protocols => new() { { "--http1.1", "1.1" }, { "--http2", "2" } };

    private string Url => $"https://{TlsEdge.Shop}:{_edge.Port}";

    public async ValueTask InitializeAsync()
    {
        _shop = await DemoSite.StartAsync();
        _edge = await TlsEdge.StartAsync(_shop.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _shop.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_page_comes_through_in_the_protocol_that_ALPN_chose(string protocol, string version)
    {
        string output = await RunAsync(protocol, "--write-out", "version=%{http_version} status=%{http_code} verified=%{ssl_verify_result}", Url + "/robots.txt");
        Assert.StartsWith("User-agent: *\nDisallow: /account\n", output, StringComparison.Ordinal);
        Assert.EndsWith($"version={version} status=200 verified=0", output.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http1.1", "1.2", "HTTP/1.1")]
    [InlineData("--http1.1", "1.3", "HTTP/1.1")]
    [InlineData("--http2", "1.2", "HTTP/2.0")]
    [InlineData("--http2", "1.3", "HTTP/2.0")]
    public async Task The_trace_endpoint_tells_what_was_negotiated(string protocol, string tls, string http)
    {
        string output = await RunAsync(protocol, $"--tlsv{tls}", "--tls-max", tls, Url + "/.well-known/breakwater/trace");
        string[] lines = output.Split('\n');
        Assert.Contains($"tls=TLSv{tls}", lines);
        Assert.Contains($"http={http}", lines.Select(line => line == "http=HTTP/2" ? "http=HTTP/2.0" : line));
        Assert.Contains($"sni={TlsEdge.Shop}", lines);
        Assert.Contains("scheme=https", lines);
        Assert.Contains(lines, line => line.StartsWith($"ja4=t{tls.Replace(".", "", StringComparison.Ordinal)}d", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_upload_arrives_byte_for_byte(string protocol, string version)
    {
        using TemporaryDirectory directory = new();
        byte[] content = RandomBytes(4 * 1024 * 1024 + 7);
        string file = Path.Combine(directory.Path, "cargo.bin");
        await File.WriteAllBytesAsync(file, content);
        string output = await RunAsync(protocol, "--header", "Accept: application/json", "--form", $"cargo=@{file}", Url + "/upload");
        JsonElement received = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal(content.Length, received.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), received.GetProperty("sha256").GetString());
        Assert.NotEmpty(version);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_download_arrives_whole(string protocol, string version)
    {
        using TemporaryDirectory directory = new();
        string direct = Path.Combine(directory.Path, "direct"), through = Path.Combine(directory.Path, "through");
        await CurlClient.RunAsync("--output", direct, new Uri(_shop.Url, "/download?bytes=20000000").ToString());
        string output = await RunAsync(protocol, "--output", through, "--write-out", "%{http_version}", Url + "/download?bytes=20000000");
        Assert.Equal(version, output.Trim());
        Assert.Equal(20_000_000, new FileInfo(through).Length);
        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(direct)), SHA256.HashData(await File.ReadAllBytesAsync(through)));
    }

    [Fact]
    public async Task Many_streams_share_one_HTTP2_connection()
    {
        string output = await RunAsync(
            "--http2", "--parallel", "--parallel-max", "50", "--no-progress-meter", "--output", "/dev/null", "--write-out", "status=%{http_code} version=%{http_version} opened=%{num_connects}\n",
            Url + "/download?bytes=[10001-10200]");
        string[] answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(answers.Length == 200, output);
        Assert.All(answers, answer => Assert.StartsWith("status=200 version=2 ", answer, StringComparison.Ordinal));

        // curl may open a few before it knows that the first one can be shared.
        Assert.InRange(answers.Count(answer => !answer.EndsWith("opened=0", StringComparison.Ordinal)), 1, 50);
    }

    [Theory]
    [InlineData("GET", 308, "/robots.txt?x=1&y=%20")]
    [InlineData("POST", 308, "/api/cart")]
    public async Task The_plain_listener_sends_everybody_to_https(string method, int status, string target)
    {
        string output = await CurlClient.RunAsync(
            "--request", method, "--output", "/dev/null", "--write-out", "%{http_code} %{redirect_url}",
            "--resolve", $"{TlsEdge.Shop}:{_edge.PlainPort}:127.0.0.1", $"http://{TlsEdge.Shop}:{_edge.PlainPort}{target}");
        Assert.Equal($"{status} https://{TlsEdge.Shop}:{TlsEdge.PublicPort}{target}", output.Trim());
    }

    [Fact]
    public async Task Who_follows_gets_the_page()
    {
        string output = await RunAsync(
            "--location", "--resolve", $"{TlsEdge.Shop}:{_edge.PlainPort}:127.0.0.1", "--connect-to", $"{TlsEdge.Shop}:{TlsEdge.PublicPort}:127.0.0.1:{_edge.Port}",
            $"http://{TlsEdge.Shop}:{_edge.PlainPort}/robots.txt");
        Assert.Contains("User-agent: *\nDisallow: /account\n", output, StringComparison.Ordinal);
    }

    private Task<string> RunAsync(params IEnumerable<string> arguments) => CurlClient.RunAsync(
        ["--cacert", _edge.Authority, "--resolve", $"{TlsEdge.Shop}:{_edge.Port}:127.0.0.1", .. arguments]);

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
