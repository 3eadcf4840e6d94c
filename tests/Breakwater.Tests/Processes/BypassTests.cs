using System.Net;
using System.Text.Json;

namespace Breakwater.Tests.Processes;

/// <summary><c>breakwater bypass</c> against an edge as an operator runs it.</summary>
[Collection(ProcessCollection.Name)]
public sealed class BypassTests
{
    private static readonly Uri Attack = new("/?q=%3Cscript%3Ealert(document.cookie)%3C/script%3E", UriKind.Relative);

    [Fact]
    public async Task A_module_is_left_out_within_a_second_and_back_when_it_is_said()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await edge.Http.GetAsync(Attack)).StatusCode);

        ProcessResult bypassed = await edge.RunAsync("bypass", "waf", "--for", "1m", "--because", "a test");
        Assert.Equal((0, ""), (bypassed.ExitCode, bypassed.Error));
        Assert.Contains("module waf of every zone: a test", bypassed.Output, StringComparison.Ordinal);
        await edge.Process.WaitForLineAsync("BYPASSED until");
        Assert.NotEqual(HttpStatusCode.Forbidden, (await edge.Http.GetAsync(Attack)).StatusCode);
        JsonElement bypass = Assert.Single((await edge.GetStatusAsync()).GetProperty("bypasses").EnumerateArray());
        Assert.Equal(("waf", "a test"), (bypass.GetProperty("module").GetString(), bypass.GetProperty("reason").GetString()));
        Assert.Contains("BYPASSED until", (await edge.RunAsync("status")).Output, StringComparison.Ordinal);

        Assert.Equal("nothing is bypassed\n", (await edge.RunAsync("bypass", "all", "--off")).Output);
        await edge.Process.WaitForLineAsync("no longer bypassed");
        Assert.Equal(HttpStatusCode.Forbidden, (await edge.Http.GetAsync(Attack)).StatusCode);
    }

    [Fact]
    public async Task Without_an_edge_it_is_there_for_the_next_one_and_says_so()
    {
        string data = Directory.CreateTempSubdirectory("breakwater-bypass-").FullName;
        ProcessResult bypassed = await BreakwaterProcess.RunAsync("bypass", "rate_limits", "--zone", "shop", "--data", data);
        Assert.Equal(0, bypassed.ExitCode);
        Assert.Contains("no edge runs", bypassed.Error, StringComparison.Ordinal);
        Assert.StartsWith("module rate_limits zone shop until ", await File.ReadAllTextAsync(Path.Combine(data, "bypass")), StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData(2, "there is no module 'wav'", "wav")]
    [InlineData(2, "no time of up to 24 hours", "waf", "--for", "2d")]
    [InlineData(1, "cannot be written", "waf", "--data", "/proc/no/such/directory")]
    public async Task What_makes_no_sense_is_said(int code, string error, params string[] arguments)
    {
        ProcessResult result = await BreakwaterProcess.RunAsync(["bypass", .. arguments]);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }
}
