using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A text that somebody reads further: an expression of the rules language, or a text with a place.</summary>
/// <param name="name">As the reference's type column shows it.</param>
/// <param name="noun">What it is, with its article.</param>
/// <param name="expected">What to write.</param>
/// <param name="mayBeEmpty">Whether <c>""</c> is one.</param>
internal sealed class TextSyntax(string name, string noun, string expected, bool mayBeEmpty) : ScalarSyntax<ConfigText>
{
    public override string Name => name;

    protected override string Noun => noun;

    protected override string Expected => expected;

    public override string Format(ConfigText value) => value.Text;

    // 'when: true' is an expression, and a header's value may look like a number; the reader takes them by their text.
    public override JsonObject ToJsonSchema() => new() { ["type"] = new JsonArray("string", "boolean", "integer", "number") };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out ConfigText value)
    {
        value = scalar.ToConfigText();
        return scalar.Text.Length == 0 && !mayBeEmpty ? new Fault("an empty text") : null;
    }
}

/// <summary>One of a few words, kept as the word.</summary>
internal sealed class OneOfSyntax(string noun, params string[] words) : ScalarSyntax<string>
{
    public override string Name => string.Join(", ", words.Select(w => $"`{w}`"));

    protected override string Noun => noun;

    protected override string Expected => words.Length > 12 ? $"one of {string.Join(", ", words)}" : Show.Alternatives(words);

    public override string Format(string value) => value;

    public override JsonObject ToJsonSchema() => new() { ["enum"] = new JsonArray([.. words.Select(w => JsonValue.Create(w))]) };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out string value)
    {
        value = scalar.Text;
        if (words.Contains(scalar.Text)) return null;
        return Suggestion.For(scalar.Text, words) is { } near ? new Fault(NotSuch.Problem, $"did you mean {Show.Quoted(near)}?") : NotSuch;
    }
}
