namespace Breakwater.Config.Tests.Reading;

/// <summary>Every mistake in <c>bad-documents.txt</c> gets exactly the diagnostics that stand there.</summary>
public sealed class BadDocumentTests
{
    private const string File = "bad.yaml";

    private static readonly Dictionary<string, (string Yaml, string[] Expected)> Documents = Load();

    public static TheoryData<string> Names => [.. Documents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string name)
    {
        (string yaml, string[] expected) = Documents[name];
        ConfigResult result = ConfigReader.Read(yaml, File);

        Assert.Equal(expected, result.Diagnostics.Select(d => d.ToString()[(File.Length + 1)..]));
        Assert.Equal(result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error), result.Config is null);
    }

    [Fact]
    public void There_are_enough_of_them() => Assert.InRange(Documents.Count, 150, int.MaxValue);

    private static Dictionary<string, (string Yaml, string[] Expected)> Load()
    {
        string text = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reading", "bad-documents.txt"));
        Dictionary<string, (string, string[])> documents = [];
        foreach (string block in text.Split("\n=== ").Skip(1))
        {
            string[] lines = block.TrimEnd('\n').Split('\n');
            string[] expected = [.. lines.Where(l => l.StartsWith(">> ", StringComparison.Ordinal)).Select(l => l[3..])];
            IEnumerable<string> yaml = lines.Skip(1).Where(l => !l.StartsWith(">> ", StringComparison.Ordinal)).Select(l => l.Replace('→', '\t') + "\n");
            Assert.NotEmpty(expected);
            documents.Add(lines[0], (string.Concat(yaml), expected));
        }
        return documents;
    }
}
