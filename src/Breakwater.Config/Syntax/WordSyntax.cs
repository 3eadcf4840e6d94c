using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>Reads a text; null when it could, else why not.</summary>
internal delegate Fault? WordParser<T>(string text, Reading reading, out T value);

/// <summary>The syntax of a value with a small language of its own: an address, a URL, a path.</summary>
/// <param name="name">As the reference's type column shows it.</param>
/// <param name="noun">What it is, with its article.</param>
/// <param name="expected">What to write.</param>
/// <param name="pattern">An ECMA 262 regular expression that every such text matches, for editors; the parser is stricter.</param>
/// <param name="parse">Reads it.</param>
/// <param name="format">Writes it; null = <see cref="object.ToString"/>.</param>
/// <param name="orInteger">Whether such a text may look like an integer to YAML.</param>
internal sealed class WordSyntax<T>(
    string name, string noun, string expected, string pattern, WordParser<T> parse, Func<T, string>? format = null,
    bool orInteger = false) : ScalarSyntax<T>
    where T : notnull
{
    public override string Name => name;

    protected override string Noun => noun;

    protected override string Expected => expected;

    public override string Format(T value) => format is null ? value.ToString()! : format(value);

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = orInteger ? new JsonArray("string", "integer") : "string",
        ["pattern"] = pattern,
    };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out T value) =>
        parse(scalar.Text, reading, out value)
        ?? (scalar.IsNumberOrBoolean && !orInteger ? new Fault("which YAML takes for a number or boolean", "put it in quotes") : null);
}
