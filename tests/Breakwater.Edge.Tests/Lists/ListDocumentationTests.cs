using System.Globalization;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Edge.Lists;

namespace Breakwater.Edge.Tests.Lists;

/// <summary>Holds the limits in docs/lists.md and docs/architecture.md to the code.</summary>
public sealed class ListDocumentationTests
{
    [Theory]
    [InlineData("a file, in MiB", ListReader.MaxFileBytes / (1024 * 1024))]
    [InlineData("problems of one list that are told in full; the others are counted", ListProblems.MaxTold)]
    [InlineData("a file whose content is compared at each look, in MiB; a larger one changes by time or size only", FileWatch.MaxCompared / (1024 * 1024))]
    [InlineData("length of a host name that can be in a list", 253)]
    public void EveryLimitIsStated(string what, int limit) =>
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {what} | {limit} |"), RepositoryFiles.Read("docs/lists.md"));

    [Fact]
    public void TheTimeBetweenLooksIsStated() =>
        Assert.Contains($"| time between two looks at a file, in seconds | {FileWatch.Interval.TotalSeconds} |", RepositoryFiles.Read("docs/lists.md"));

    [Fact]
    public void TheLimitsOfChangesAreStated() => Assert.Contains(
        $"At most {ExchangeChanges.MaxChanges} changes and {ExchangeChanges.MaxBytes / 1024} KiB for one exchange, {ExchangeChanges.MaxValue / 1024} KiB for one value.",
        RepositoryFiles.Read("docs/architecture.md").ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
}
