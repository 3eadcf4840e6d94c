using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Breakwater.Tests.Repository;

/// <summary>The dependency rules of docs/architecture.md, held.</summary>
public sealed partial class ProjectTests
{
    // A library that is not listed may depend on nothing, so a new one begins with a decision here.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Breakwater.Http"] = [],
        ["Breakwater.Matching"] = [],
        ["Breakwater.Rules"] = ["Breakwater.Matching"],
        ["Breakwater.Waf"] = ["Breakwater.Http", "Breakwater.Matching"],
        ["Breakwater.Traffic"] = [],
        ["Breakwater.Bots"] = ["Breakwater.Http"],
        ["Breakwater.Cache"] = ["Breakwater.Http"],
        ["Breakwater.Config"] = [],
        ["Breakwater.Edge"] =
        [
            "Breakwater.Http", "Breakwater.Matching", "Breakwater.Rules", "Breakwater.Waf", "Breakwater.Traffic", "Breakwater.Bots",
            "Breakwater.Cache", "Breakwater.Config",
        ],
        ["Breakwater"] = ["Breakwater.Edge"],
        ["Breakwater.Control"] = ["Breakwater.Config", "Breakwater.Rules"],
        ["Breakwater.Dashboard"] = ["Breakwater.Config", "Breakwater.Rules"],
    };

    public static TheoryData<string> Sources =>
        [.. Repository.Projects.Where(project => project.Path.StartsWith("src/", StringComparison.Ordinal)).Select(project => project.Path)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_project_references_only_what_the_architecture_allows(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        XDocument xml = Repository.Projects.Single(project => project.Path == path).Xml;
        string[] referenced = [.. Items(xml, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference))];
        Assert.Empty(referenced.Except(Allowed.GetValueOrDefault(name, [])));
    }

    [Theory]
    [InlineData("Breakwater.Http")]
    [InlineData("Breakwater.Config")]
    public void The_ground_floor_knows_no_web_framework(string name)
    {
        XDocument xml = Repository.Projects.Single(project => Path.GetFileNameWithoutExtension(project.Path) == name).Xml;
        Assert.Equal("Microsoft.NET.Sdk", xml.Root!.Attribute("Sdk")?.Value);
        Assert.Empty(Items(xml, "FrameworkReference"));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        XDocument solution = XDocument.Parse(Repository.Read("Breakwater.slnx"));
        IEnumerable<string> listed = solution.Descendants("Project").Select(project => project.Attribute("Path")!.Value).Order(StringComparer.Ordinal);
        Assert.Equal(Repository.Projects.Select(project => project.Path), listed);
    }

    [Fact]
    public void Every_package_has_its_reason_in_the_list_of_dependencies()
    {
        IEnumerable<string> referenced = Repository.Projects.Select(project => project.Xml)
            .Append(XDocument.Parse(Repository.Read("Directory.Build.props")))
            .SelectMany(xml => Items(xml, "PackageReference"))
            .Distinct();
        Assert.Empty(referenced.Except(Rows().Select(row => row.Package)));
    }

    [Fact]
    public void The_list_of_dependencies_names_no_package_that_is_gone()
    {
        IEnumerable<string> versions = Items(XDocument.Parse(Repository.Read("Directory.Packages.props")), "PackageVersion");
        Assert.Empty(Rows().Select(row => row.Package).Except(versions));
    }

    [Fact]
    public void Every_reason_is_a_reason()
    {
        Assert.NotEmpty(Rows());
        Assert.All(Rows(), row => Assert.True(row.Where.Length > 2 && row.Why.Length > 20, $"{row.Package} has no reason"));
    }

    private static IEnumerable<string> Items(XDocument xml, string kind) =>
        xml.Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    private static IReadOnlyList<(string Package, string Where, string Why)> Rows() =>
    [
        .. Row().Matches(Repository.Read("docs/dependencies.md"))
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value.Trim(), row.Groups[3].Value.Trim())),
    ];

    [GeneratedRegex(@"^\| `([^`]+)` \|([^|]+)\|([^|]+)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
