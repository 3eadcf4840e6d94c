using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>docs/waf-rules.md says what the rules say.</summary>
public sealed partial class RuleDocumentTests
{
    [Fact]
    public void The_document_is_what_the_rules_make()
    {
        string path = PathOf("docs/waf-rules.md");
        string made = Markdown();
        if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1") File.WriteAllText(path, made);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == made,
            "docs/waf-rules.md is not what the rules make; run the tests of Breakwater.Waf with BREAKWATER_UPDATE_DOCS=1 and commit the file");
    }

    private static string Markdown()
    {
        SecRule[] rules = [.. BuiltinRules.Load().Ruleset!.Rules.Where(r => r.Id / 100 % 10 != 0 && r.Position.File.StartsWith("rules/", StringComparison.Ordinal))];
        StringBuilder text = new();
        text.Append("# The rules that come with Breakwater\n\n");
        text.Append("Made from the rules in `src/Breakwater.Waf/Rules` by their tests; run them with BREAKWATER_UPDATE_DOCS=1 after a change.\n\n");
        text.Append("A number is `5FFPNN`: family, paranoia level, count. Points: critical 5, error 4, warning 3, notice 2; a request is refused at 5, a response at 4.\n");
        text.Append("Level 1 is made to leave ordinary visitors alone; higher levels find more, harmless requests among it. What each rule matches, and what it must\n");
        text.Append("not match, is in `tests/Breakwater.Waf.Tests/Rules/cases`. How to leave something out: [waf.md](waf.md).\n\n");
        text.Append("| family | ").Append(string.Join(" | ", Enumerable.Range(1, 4).Select(l => $"level {l}"))).Append(" |\n|---|---|---|---|---|\n");
        foreach (IGrouping<string, SecRule> family in rules.GroupBy(r => r.Position.File))
        {
            text.Append("| ").Append(TitleOf(family.Key));
            for (int level = 1; level <= 4; level++) text.Append(" | ").Append(family.Count(r => r.Id / 100 % 10 == level));
            text.Append(" |\n");
        }

        foreach (IGrouping<string, SecRule> family in rules.GroupBy(r => r.Position.File))
        {
            text.Append("\n## ").Append(TitleOf(family.Key)).Append("\n\n| rule | level | severity | finds | tags |\n|---|---|---|---|---|\n");
            foreach (SecRule rule in family)
            {
                string tags = string.Join(", ", rule.Tags.Where(t => !t.StartsWith("paranoia-level/", StringComparison.Ordinal)).Select(t => $"`{t}`"));
                string severity = rule.Severity switch { 2 => "critical", 3 => "error", 4 => "warning", _ => "notice" };
                text.Append($"| `{rule.Id}` | {rule.Id / 100 % 10} | {severity} | {rule.Msg} | {tags} |\n");
            }
        }

        return text.ToString();
    }

    private static string TitleOf(string file)
    {
        string title = FileName().Match(file).Groups[1].Value.Replace('-', ' ');
        return title switch
        {
            "ssrf" => "Server side request forgery",
            "sql injection" => "SQL injection",
            "nosql injection" => "NoSQL injection",
            "os commands" => "Commands of the operating system",
            "xml entities" => "XML entities",
            "ldap xpath" => "LDAP and XPath",
            _ => char.ToUpperInvariant(title[0]) + title[1..],
        };
    }

    private static string PathOf(string name, [CallerFilePath] string thisFile = "")
    {
        string? directory = Path.GetDirectoryName(thisFile);
        while (directory is not null && !File.Exists(Path.Combine(directory, "Breakwater.slnx"))) directory = Path.GetDirectoryName(directory);
        return Path.Combine(directory ?? throw new InvalidOperationException("The repository was not found."), name);
    }

    [GeneratedRegex(@"^rules/\d\d-(.+)\.conf$")]
    private static partial Regex FileName();
}
