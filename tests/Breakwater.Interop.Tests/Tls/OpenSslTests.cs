using Breakwater.Demo;
using Breakwater.Edge.Tests.Tls;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Tls;

/// <summary>openssl s_client against the edge: versions, certificates by name, resumption.</summary>
public sealed class OpenSslTests : IAsyncLifetime
{
    private const string Request = $"GET /robots.txt HTTP/1.1\r\nHost: {TlsEdge.Shop}\r\nConnection: close\r\n\r\n";

    private DemoSite _shop = null!;
    private TlsEdge _edge = null!;

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
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task A_session_is_resumed(string option, string version)
    {
        using TemporaryDirectory directory = new();
        string session = Path.Combine(directory.Path, "session");
        string first = await AskAsync(TlsEdge.Shop, option, "-sess_out", session);
        Assert.Contains($"New, {version}", first, StringComparison.Ordinal);
        Assert.Contains("User-agent: *", first, StringComparison.Ordinal);
        string second = await AskAsync(TlsEdge.Shop, option, "-sess_in", session);
        Assert.Contains($"Reused, {version}", second, StringComparison.Ordinal);
        Assert.Contains("User-agent: *", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TlsEdge.Shop, TlsEdge.Shop, "id-ecPublicKey")]
    [InlineData("www." + TlsEdge.Shop, TlsEdge.Shop, "id-ecPublicKey")]
    [InlineData(TlsEdge.Blog, TlsEdge.Blog, "rsaEncryption")]
    [InlineData("other.test", TlsEdge.Shop, "id-ecPublicKey")]
    public async Task The_name_chooses_the_certificate(string name, string certificate, string key)
    {
        string output = await AskAsync(name);
        Assert.Contains($"subject=CN = {certificate}\n", output, StringComparison.Ordinal);
        Assert.Contains($"a:PKEY: {key}", output, StringComparison.Ordinal);

        // The intermediate comes along, or the root alone could not verify it.
        Assert.Contains("Verify return code: 0 (ok)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h2,http/1.1", "h2")]
    [InlineData("http/1.1,h2", "h2")]
    [InlineData("http/1.1", "http/1.1")]
    public async Task The_edge_chooses_the_protocol(string offered, string chosen)
    {
        string output = await AskAsync(TlsEdge.Shop, "-alpn", offered);
        Assert.Contains($"ALPN protocol: {chosen}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_that_nobody_speaks_here_is_refused()
    {
        string output = await AskAsync(TlsEdge.Shop, "-alpn", "smtp");
        Assert.Contains("alert no application protocol", output, StringComparison.Ordinal);
    }

    private Task<string> AskAsync(string name, params string[] options)
    {
        Tool.OpenSsl.PathOrSkip();
        return OpenSsl.RunAsync(
            Request, "\nDisallow: ", ["s_client", "-connect", _edge.Endpoint.ToString(), "-servername", name, "-CAfile", _edge.Authority, .. options]);
    }
}
