using System.Text.RegularExpressions;
using System.Xml.Linq;
using Breakwater.Commands;

namespace Breakwater.Tests.Repository;

/// <summary>What is packaged fits what is built.</summary>
public sealed partial class PackagingTests
{
    [Fact]
    public void The_image_restores_every_project_that_the_program_needs()
    {
        string containerfile = Repository.Read("packaging/container/Containerfile");
        IEnumerable<string> copied = ProjectCopy().Matches(containerfile).Select(line => line.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(NeededBy("Breakwater").Order(StringComparer.Ordinal), copied);
    }

    [Fact]
    public void The_images_build_takes_only_files_that_exist()
    {
        string containerfile = Repository.Read("packaging/container/Containerfile");
        string[] sources =
        [
            .. BuildCopy().Matches(containerfile).SelectMany(line => line.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]),
        ];
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(Repository.Root, source)), source));
    }

    [Theory]
    [InlineData("packaging/systemd/breakwater.service", @"^Exec\w+=/usr/bin/breakwater (.+)$", 2)]
    [InlineData("packaging/container/Containerfile", @"^#.*?\bbreakwater (run.*)$", 2)]
    public void Command_lines_are_ones_that_the_program_understands(string file, string pattern, int count)
    {
        MatchCollection lines = Regex.Matches(Repository.Read(file), pattern, RegexOptions.Multiline);
        Assert.Equal(count, lines.Count);
        Assert.All(lines, line => Assert.Empty(CommandLine.CreateRoot().Parse(line.Groups[1].Value).Errors));
    }

    [Fact]
    public void The_images_health_check_is_a_command()
    {
        Match check = Regex.Match(Repository.Read("packaging/container/Containerfile"), """CMD \["/app/breakwater", (.+)\]""");
        string[] arguments = [.. check.Groups[1].Value.Split(", ").Select(argument => argument.Trim('"'))];
        Assert.Equal(["status", "--ready"], arguments);
        Assert.Empty(CommandLine.CreateRoot().Parse(arguments).Errors);
    }

    private static HashSet<string> NeededBy(string name)
    {
        HashSet<string> needed = [];
        Queue<string> open = new([name]);
        while (open.TryDequeue(out string? next))
        {
            (string path, XDocument xml) = Repository.Projects.Single(project => Path.GetFileNameWithoutExtension(project.Path) == next);
            if (needed.Add(path))
            {
                foreach (XElement reference in xml.Descendants("ProjectReference"))
                {
                    open.Enqueue(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
                }
            }
        }

        return needed;
    }

    [GeneratedRegex(@"^COPY (\S+\.csproj) ", RegexOptions.Multiline)]
    private static partial Regex ProjectCopy();

    [GeneratedRegex("^COPY (?!--)(.+)$", RegexOptions.Multiline)]
    private static partial Regex BuildCopy();
}
