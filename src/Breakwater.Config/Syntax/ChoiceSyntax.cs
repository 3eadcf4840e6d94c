using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>One of a few words.</summary>
internal sealed class ChoiceSyntax<T>(params (string Word, T Value)[] choices) : ScalarSyntax<T>
    where T : struct, Enum
{
    private readonly string[] _words = [.. choices.Select(c => c.Word)];

    public override string Name => string.Join(", ", _words.Select(w => $"`{w}`"));

    protected override string Noun => Show.Alternatives(_words);

    protected override string Expected => Show.Alternatives(_words);

    public override string Format(T value) => choices.First(c => EqualityComparer<T>.Default.Equals(c.Value, value)).Word;

    public override JsonObject ToJsonSchema() => new()
    {
        // 1.2 without quotes is a number to YAML; the reader takes it by its text.
        ["enum"] = new JsonArray([.. _words.Select(w => JsonValue.Create(w)), .. Numbers.Select(n => JsonValue.Create(n))]),
    };

    private IEnumerable<decimal> Numbers =>
        from word in _words
        where decimal.TryParse(word, CultureInfo.InvariantCulture, out _)
        select decimal.Parse(word, CultureInfo.InvariantCulture);

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out T value)
    {
        foreach ((string word, T choice) in choices)
        {
            if (scalar.Text != word) continue;
            value = choice;
            return null;
        }
        value = default;
        return Suggestion.For(scalar.Text, _words) is { } near ? new Fault(NotSuch.Problem, $"did you mean {Show.Quoted(near)}?") : NotSuch;
    }
}
