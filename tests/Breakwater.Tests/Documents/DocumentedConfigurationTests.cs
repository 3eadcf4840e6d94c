using System.Text.RegularExpressions;
using Breakwater.Config;

namespace Breakwater.Tests.Documents;

/// <summary>Whoever copies a configuration from the documents gets one that works, and every link leads somewhere.</summary>
public sealed partial class DocumentedConfigurationTests
{
    private const string Zone = "\nzones: [{name: shop, origins: [{url: \"http://127.0.0.1:3000\"}]}]\n";

    private static readonly string[] Documents =
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Repository.Root, "docs"), "*.md").Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> WithConfigurations => [.. Documents.Where(document => Configurations(document).Any())];

    public static TheoryData<string> All => [.. Documents];

    [Fact]
    public void The_guide_and_the_front_page_show_configurations()
    {
        Assert.NotEmpty(Configurations("README.md"));
        Assert.True(Configurations("docs/guide.md").Count() > 5);
    }

    [Theory]
    [MemberData(nameof(WithConfigurations))]
    public void Every_configuration_is_one_without_a_problem(string document)
    {
        Assert.All(Configurations(document), yaml =>
        {
            // What is shown without zones is meant to be put beside one.
            string whole = yaml.Contains("\nzones:", StringComparison.Ordinal) || yaml.StartsWith("zones:", StringComparison.Ordinal) ? yaml : yaml + Zone;
            Assert.Empty(ConfigReader.Read(whole, "breakwater.yaml").Diagnostics.Select(diagnostic => $"{diagnostic}\nin\n{whole}"));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_link_to_another_file_or_heading_leads_there(string document)
    {
        string folder = Path.GetDirectoryName(document)!;
        Assert.All(Link().Matches(Text(document)).Select(link => link.Groups[1].Value).Where(link => !link.Contains(':', StringComparison.Ordinal)), link =>
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? document : Path.GetRelativePath(Repository.Repository.Root, Path.Combine(Repository.Repository.Root, folder, parts[0]));
            Assert.True(File.Exists(Path.Combine(Repository.Repository.Root, target)), $"{document} links to {link}, which is not there");
            Assert.True(parts.Length == 1 || Anchors(target).Contains(parts[1]), $"{document} links to {link}, but there is no such heading");
        });
    }

    private static IEnumerable<string> Configurations(string document) => Yaml().Matches(Text(document)).Select(fence => fence.Groups[1].Value);

    // As GitHub makes them: lower case, no punctuation, hyphens for spaces.
    private static HashSet<string> Anchors(string document) =>
        [.. Heading().Matches(Text(document)).Select(heading => Punctuation().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string Text(string document) => Repository.Repository.Read(document);

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Yaml();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
