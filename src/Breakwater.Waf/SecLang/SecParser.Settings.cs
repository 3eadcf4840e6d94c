namespace Breakwater.Waf.SecLang;

/// <summary>Directives with one value.</summary>
internal sealed partial class SecParser
{
    internal void Set<T>(List<SecWord> words, Func<string, T?> parse, Func<SecConfiguration, T, SecConfiguration> change)
        where T : struct
    {
        if (parse(words[1].Text) is { } value) Configure(c => change(c, value));
        else BadValue(words);
    }

    internal void Set(List<SecWord> words, Func<string, string> parse, Func<SecConfiguration, string, SecConfiguration> change) =>
        Configure(c => change(c, parse(words[1].Text)));

    private void BadValue(List<SecWord> words)
    {
        SecDirectives.TryGet(words[0].Text, out SecDirective? directive);
        Error(words[1].Position, $"{SecNames.Quote(words[1].Text)} is no value of {words[0].Text}", $"write {directive?.Syntax}");
    }
}
