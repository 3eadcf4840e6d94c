using Breakwater.Demo;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Http2Load;

/// <summary>h2load (nghttp2) against the edge: many streams on few connections, and not one of them lost.</summary>
public sealed class H2LoadTests
{
    [Theory]
    [InlineData("/", 2000, 4, 50)]
    [InlineData("/download?bytes=200000", 300, 3, 20)]
    public async Task Every_request_is_answered(string path, int requests, int connections, int streams)
    {
        string program = Tool.H2Load.PathOrSkip();
        await using DemoSite shop = await DemoSite.StartAsync();
        await using InteropEdge edge = await InteropEdge.StartAsync(shop.Url);
        (int code, string output) = await ToolProcess.RunAsync(
            program, ["-n", $"{requests}", "-c", $"{connections}", "-m", $"{streams}", "-T", "60", edge.Url + path], TimeSpan.FromSeconds(60));
        Assert.True(code == 0, output);
        Assert.Contains("Application protocol: h2c", output, StringComparison.Ordinal);
        Assert.Contains($"{requests} done, {requests} succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.Contains($"status codes: {requests} 2xx, 0 3xx, 0 4xx, 0 5xx", output, StringComparison.Ordinal);
    }
}
