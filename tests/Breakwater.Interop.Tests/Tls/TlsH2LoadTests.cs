using Breakwater.Demo;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Tls;

/// <summary>h2load over TLS: many streams on few connections, and requests one by one over HTTP/1.1, and not one of them lost.</summary>
public sealed class TlsH2LoadTests
{
    [Theory]
    [InlineData("h2", "/", 2000, 4, 50)]
    [InlineData("h2", "/download?bytes=200000", 300, 3, 20)]
    [InlineData("http/1.1", "/", 1000, 8, 1)]
    public async Task Every_request_is_answered(string protocol, string path, int requests, int connections, int streams)
    {
        string program = Tool.H2Load.PathOrSkip();
        await using DemoSite shop = await DemoSite.StartAsync();
        await using TlsEdge edge = await TlsEdge.StartAsync(shop.Url);
        (int code, string output) = await ToolProcess.RunAsync(
            program,
            ["-n", $"{requests}", "-c", $"{connections}", "-m", $"{streams}", "-T", "60", $"--npn-list={protocol}", $"https://{edge.Endpoint}{path}"],
            TimeSpan.FromSeconds(60));
        Assert.True(code == 0, output);
        Assert.Contains("TLS Protocol: TLSv1.3", output, StringComparison.Ordinal);
        Assert.Contains($"Application protocol: {protocol}", output, StringComparison.Ordinal);
        Assert.Contains($"{requests} done, {requests} succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.Contains($"status codes: {requests} 2xx, 0 3xx, 0 4xx, 0 5xx", output, StringComparison.Ordinal);
    }
}
