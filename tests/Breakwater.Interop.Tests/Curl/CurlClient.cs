using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Curl;

/// <summary>curl as a client of the edge.</summary>
internal static class CurlClient
{
    /// <summary>The protocols that each test is run with.</summary>
    public static TheoryData<string> Protocols => new("--http1.1", "--http2-prior-knowledge");

    /// <summary>Runs it; fails the test when curl fails.</summary>
    /// <returns>What it wrote, lines ended by \n.</returns>
    public static async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        (int code, string output) = await ToolProcess.RunAsync(
            Tool.Curl.PathOrSkip(), ["-q", "--silent", "--show-error", "--max-time", "30", .. arguments], TimeSpan.FromSeconds(40));
        Assert.True(code == 0, $"curl {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output.ReplaceLineEndings("\n");
    }
}
