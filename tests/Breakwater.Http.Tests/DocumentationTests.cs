using System.Globalization;

namespace Breakwater.Http.Tests;

/// <summary>Holds docs/http.md to the code.</summary>
public sealed class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "http.md"));

    [Fact]
    public void EveryViolationHasItsRowAndNoRowIsStale()
    {
        string[] expected = [.. Enum.GetValues<HttpViolation>().Where(violation => violation != HttpViolation.None)
            .Select(violation => $"| `{violation}` | {HttpViolations.StatusCode(violation)} | {HttpViolations.Describe(violation)} |")];
        Assert.Equal(expected, Rows("## What is refused"));
    }

    [Fact]
    public void EveryLimitHasItsRow()
    {
        (string Name, long Value)[] limits =
        [
            ("head, in bytes", HeadLimits.Default.MaxBytes),
            ("line of a head, in bytes", HeadLimits.Default.MaxLine),
            ("fields of a head", HeadLimits.Default.MaxFields),
            ("request target, in bytes", HeadLimits.Default.MaxTarget),
            ("method, in bytes", RequestHead.MaxMethod),
            ("options of all Connection fields", MessageHead.MaxConnectionOptions),
            ("extensions of one chunk, in bytes", ChunkedReader.MaxExtension),
            ("extensions of all chunks of a body, in bytes", ChunkedReader.MaxExtensions),
            ("trailers, in bytes", HeadLimits.Trailers.MaxBytes),
            ("line of the trailers, in bytes", HeadLimits.Trailers.MaxLine),
            ("fields of the trailers", HeadLimits.Trailers.MaxFields),
        ];
        Assert.Equal(
            limits.Select(limit => string.Create(CultureInfo.InvariantCulture, $"| {limit.Name} | {limit.Value:N0} |")),
            Rows("## Limits").Select(row => string.Join('|', row.Split('|')[..3]) + "|"));
    }

    private static string[] Rows(string heading)
    {
        string section = Page[Page.IndexOf(heading, StringComparison.Ordinal)..];
        return [.. section.Split('\n').Skip(1).TakeWhile(line => !line.StartsWith('#')).Where(line => line.StartsWith('|')).Skip(2)];
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Breakwater.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("Breakwater.slnx is in no folder above the tests.");
    }
}
