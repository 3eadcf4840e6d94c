using System.Text;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>Every mistake in <c>bad-rulesets.txt</c> gets exactly the diagnostics that stand there.</summary>
public sealed class BadRulesetTests
{
    private const string Source = "bad.json";

    private static readonly Dictionary<string, (string Json, string[] Expected)> Documents = Load();

    public static TheoryData<string> Names => [.. Documents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string name)
    {
        (string json, string[] expected) = Documents[name];
        RulesetFile file = RulesetJson.Read(Encoding.UTF8.GetBytes(json), Source);
        Assert.Equal(expected, file.Diagnostics.Select(d => d.ToString()[(Source.Length + 1)..]));
    }

    private static Dictionary<string, (string Json, string[] Expected)> Load()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Rulesets", "bad-rulesets.txt"));
        Dictionary<string, (string, string[])> documents = [];
        foreach (string block in text.Split("\n=== ").Skip(1))
        {
            string[] lines = block.TrimEnd('\n').Split('\n');
            string[] expected = [.. lines.Where(l => l.StartsWith(">> ", StringComparison.Ordinal)).Select(l => l[3..])];
            Assert.NotEmpty(expected);
            documents.Add(lines[0], (string.Join('\n', lines.Skip(1).Where(l => !l.StartsWith(">> ", StringComparison.Ordinal))), expected));
        }
        return documents;
    }
}
