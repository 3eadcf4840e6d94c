using Breakwater.Commands;

namespace Breakwater.Tests.Drills;

/// <summary>What <c>breakwater drill</c> does not understand it says, before it starts anything.</summary>
public sealed class DrillCommandTests
{
    [Theory]
    [InlineData("drill soak --for 5x")]
    [InlineData("drill soak --for 0s")]
    [InlineData("drill soak --for 25h")]
    [InlineData("drill soak --for m")]
    [InlineData("drill soak --for -1m")]
    [InlineData("drill D99")]
    [InlineData("drill D31")]
    public async Task It_is_refused(string line) =>
        Assert.Equal(ExitCode.Usage, await CommandLine.InvokeAsync(line.Split(' ')));
}
