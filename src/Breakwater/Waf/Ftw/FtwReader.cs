using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Breakwater.Waf.Ftw;

/// <summary>Reads FTW files: the schema of CRS 4 (<c>test_id</c>, <c>input</c>, <c>log: expect_ids</c>) and that of CRS 3
/// (<c>test_title</c>, <c>stage</c>, <c>log_contains</c>). Stateless.</summary>
public static partial class FtwReader
{
    /// <summary>Reads all files below a folder, in the order of their paths.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="problems">Takes what could not be read: path, and why.</param>
    public static ImmutableArray<FtwTest> ReadFolder(string folder, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ImmutableArray<FtwTest>.Builder tests = ImmutableArray.CreateBuilder<FtwTest>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            try
            {
                tests.AddRange(Read(Path.GetRelativePath(folder, path), File.ReadAllText(path)));
            }
            catch (Exception error) when (error is YamlException or IOException or UnauthorizedAccessException or FormatException)
            {
                problems.Add($"{path}: {error.Message}");
            }
        }

        return tests.ToImmutable();
    }

    /// <summary>Reads one file.</summary>
    public static IEnumerable<FtwTest> Read(string name, string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode root) return [];
        if (Child(root, "tests") is not YamlSequenceNode tests) return [];
        string rule = Text(root, "rule_id") ?? Path.GetFileNameWithoutExtension(name);
        return [.. tests.Children.OfType<YamlMappingNode>().Select(test => Test(name, rule, test))];
    }

    private static FtwTest Test(string file, string rule, YamlMappingNode test)
    {
        string? title = Text(test, "test_title");
        string id = title ?? $"{rule}-{Text(test, "test_id")}";
        IEnumerable<YamlMappingNode> stages = Child(test, "stages") is YamlSequenceNode list ? list.Children.OfType<YamlMappingNode>() : [];
        return new FtwTest(id, file, Text(test, "desc") ?? "", [.. stages.Select(s => Stage(Child(s, "stage") as YamlMappingNode ?? s, title is not null))]);
    }

    private static FtwStage Stage(YamlMappingNode stage, bool isOld) =>
        new(Input(Child(stage, "input") as YamlMappingNode ?? []) with { IsOldSchema = isOld }, Output(Child(stage, "output") as YamlMappingNode ?? []));

    private static FtwInput Input(YamlMappingNode input) => new()
    {
        Method = Text(input, "method") ?? "GET",
        Uri = Text(input, "uri") ?? "/",
        Version = Text(input, "version") ?? "HTTP/1.1",
        Headers = Headers(input),
        Data = Data(Child(input, "data")),
        EncodedRequest = Text(input, "encoded_request"),
        Autocomplete = (Text(input, "autocomplete_headers") ?? (Text(input, "stop_magic") is "true" ? "false" : "true")) == "true",
    };

    private static ImmutableArray<KeyValuePair<string, string>> Headers(YamlMappingNode input)
    {
        if (Child(input, "ordered_headers") is YamlSequenceNode ordered)
        {
            return [.. ordered.Children.OfType<YamlMappingNode>().Select(h => KeyValuePair.Create(Text(h, "name") ?? "", Text(h, "value") ?? ""))];
        }

        if (Child(input, "headers") is not YamlMappingNode headers) return [];
        return [.. headers.Children
            .Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", Template(((YamlScalarNode)pair.Value).Value ?? "")))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    private static string? Data(YamlNode? data) => data switch
    {
        YamlScalarNode { Value: { } text } => Template(text),
        // The older schema allows a list of lines.
        YamlSequenceNode lines => string.Join("\r\n", lines.Children.OfType<YamlScalarNode>().Select(l => l.Value)),
        _ => null,
    };

    private static FtwOutput Output(YamlMappingNode output)
    {
        YamlMappingNode log = Child(output, "log") as YamlMappingNode ?? [];
        return new FtwOutput
        {
            Status = [.. Numbers(output, "status").Select(n => (int)n)],
            ExpectIds = [.. Numbers(log, "expect_ids")],
            NoExpectIds = [.. Numbers(log, "no_expect_ids")],
            MatchRegex = NotEmpty(Text(log, "match_regex") ?? Text(output, "log_contains")),
            NoMatchRegex = NotEmpty(Text(log, "no_match_regex") ?? Text(output, "no_log_contains")),
            ResponseContains = NotEmpty(Text(output, "response_contains")),
            ExpectError = Text(output, "expect_error") is "true" or "True",
        };
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static IEnumerable<long> Numbers(YamlMappingNode node, string key)
    {
        IEnumerable<YamlScalarNode> scalars = Child(node, key) switch
        {
            YamlSequenceNode list => list.Children.OfType<YamlScalarNode>(),
            YamlScalarNode one => [one],
            _ => [],
        };
        return scalars.Select(s => long.Parse(s.Value!, NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>The one template that tests use: <c>{{ "x" | repeat 10 }}</c>.</summary>
    private static string Template(string text) => Repeat().Replace(text, match =>
        string.Concat(Enumerable.Repeat(match.Groups[1].Value, int.Parse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))));

    [GeneratedRegex("""\{\{\s*"([^"]*)"\s*\|\s*repeat\s+(\d{1,6})\s*\}\}""")]
    private static partial Regex Repeat();

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;

    private static string? Text(YamlMappingNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;
}
