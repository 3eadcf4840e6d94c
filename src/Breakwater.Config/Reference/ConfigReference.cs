using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Breakwater.Config.Schema;

namespace Breakwater.Config;

/// <summary>
/// The documentation of the configuration, made from the same table that reads it: <c>docs/configuration.md</c> and
/// <c>docs/breakwater.schema.json</c> in the repository are these texts; a test holds them together. Thread-safe.
/// </summary>
public static class ConfigReference
{
    // Plain enough for a file that people read: '<' and '\'' stay as they are.
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The reference of all keys, flags and variables, as Markdown.</summary>
    public static string Markdown { get; } = MarkdownReference.Write();

    /// <summary>The JSON Schema (draft 2020-12) of the document, for editors.</summary>
    public static string JsonSchema { get; } = WriteJsonSchema();

    private static string WriteJsonSchema()
    {
        JsonObject schema = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Breakwater configuration",
            ["description"] = "See docs/configuration.md.",
        };
        foreach ((string name, JsonNode? value) in DocumentSchema.Document.Describe().ToArray()) schema[name] = value?.DeepClone();
        JsonObject definitions = [];
        foreach (Section section in DocumentSchema.Sections.Skip(1))
        {
            JsonObject described = section.Describe();
            described.Insert(0, "description", section.Intro);
            definitions[section.Id] = described;
        }
        schema["$defs"] = definitions;
        return schema.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }
}
