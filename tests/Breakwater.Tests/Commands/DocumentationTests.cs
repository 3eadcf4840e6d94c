using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breakwater.Commands;
using Breakwater.Edge.Admin;

namespace Breakwater.Tests.Commands;

/// <summary>docs/cli.md and the code say the same.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Text = Repository.Repository.Read("docs/cli.md");

    public static TheoryData<string> CommandNames => [.. CommandLine.CreateRoot().Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];

    [Fact]
    public void Exit_codes_are_those_that_are_described()
    {
        IEnumerable<string> code = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.GetValue(null)} {field.Name}").Order();
        IEnumerable<string> described = ExitCodeRow().Matches(Section("Exit codes")).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}").Order();
        Assert.Equal(code, described);
        Assert.Equal([0, 1, 2, 3, 4], new[] { ExitCode.Ok, ExitCode.Problem, ExitCode.Usage, ExitCode.Unreachable, ExitCode.CannotStart });
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_command_is_described_with_its_options_and_no_others(string name)
    {
        Command command = CommandLine.CreateRoot().Subcommands.Single(command => command.Name == name);
        Assert.Contains($"| [`{name}`](#breakwater-{name}) |", Text, StringComparison.Ordinal);
        IEnumerable<string> described = OptionRow().Matches(Section($"breakwater {name}")).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(command.Options.Select(option => option.Name).Order(StringComparer.Ordinal), described);
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_command_shows_an_example_that_it_understands(string name)
    {
        Command command = CommandLine.CreateRoot().Subcommands.Single(command => command.Name == name);
        IHasExamples examples = Assert.IsType<IHasExamples>(command, exactMatch: false);
        Assert.NotEmpty(examples.Examples);
        foreach (string example in examples.Examples)
        {
            foreach (string part in example.Split("   ")[0].Split("&&"))
            {
                string arguments = part.Split('|', '>')[0].Trim();
                Assert.StartsWith("breakwater ", arguments, StringComparison.Ordinal);
                Assert.Empty(CommandLine.CreateRoot().Parse(arguments["breakwater ".Length..]).Errors);
            }
        }
    }

    [Fact]
    public void Every_field_of_the_status_is_described()
    {
        string section = Section("The admin interface");
        Assert.All(FieldsOf(typeof(EdgeStatus)).Distinct(), name => Assert.Contains($"`{name}`", section, StringComparison.Ordinal));
    }

    private static IEnumerable<string> FieldsOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
    {
        Type item = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
        string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        return item.Namespace == typeof(EdgeStatus).Namespace && !item.IsEnum ? FieldsOf(item).Append(name) : [name];
    });

    private static string Section(string title)
    {
        int start = Text.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/cli.md has no section \"{title}\"");
        int end = Text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? Text[start..] : Text[start..end];
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();

    [GeneratedRegex(@"^\| `(--[a-z-]+)[^`]*` \|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();
}
