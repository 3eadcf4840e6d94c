using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>Error pages: a mapping from a status (<c>502</c>), a class (<c>5xx</c>) or <c>all</c> to a file.</summary>
internal sealed class ErrorPagesSyntax : ValueSyntax<ConfigList<ErrorPage>>
{
    public override string Name => "mapping of `502`, `4xx`, `5xx` or `all` to a file";

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out ConfigList<ErrorPage> value)
    {
        value = null;
        if (node is YamlRefused) return false;
        if (node is not YamlMapping mapping)
        {
            string problem = node is YamlScalar { IsNull: true } ? $"{label} is empty" : $"{label} is {node.Noun}, not a mapping";
            reading.Diagnostics.Error(node.Position, problem, "write a status and a file: 502: sorry.html");
            return false;
        }

        List<ErrorPage> pages = [];
        foreach ((YamlScalar key, YamlNode file) in mapping.Entries)
        {
            if (StatusOf(key.Text) is not { } status)
            {
                reading.Diagnostics.Error(
                    key.Position, $"{Show.Quoted(key.Text)} is no error status", "write a status from 400 to 599, 4xx, 5xx or all");
            }
            else if (Values.File.TryRead(file, Show.Quoted(key.Text), reading, out string? path))
            {
                NodeSource source = new(key.Position, new Dictionary<string, ValueSource> { ["file"] = ValueSource.At(file.Position) });
                pages.Add(new ErrorPage { Status = status, File = path, Source = source });
            }
        }
        value = new ConfigList<ErrorPage>([.. pages]);
        return true;
    }

    public override string Format(ConfigList<ErrorPage> value) => value.Count == 0 ? "none" : "…";

    public override JsonNode? ToJson(ConfigList<ErrorPage> value) => new JsonObject();

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = "object",
        ["patternProperties"] = new JsonObject { ["^([45][0-9][0-9]|[45]xx|all)$"] = Values.File.ToJsonSchema() },
        ["additionalProperties"] = false,
    };

    private static int? StatusOf(string text) => text switch
    {
        "all" => 0,
        "4xx" => 4,
        "5xx" => 5,
        { Length: 3 } when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            && status is >= 400 and <= 599 => status,
        _ => null,
    };
}
