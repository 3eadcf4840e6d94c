using System.Text;

namespace Breakwater.Config;

/// <summary>Shows parts of a document in messages: on one line, of bounded length, without characters that a terminal would obey.</summary>
internal static class Show
{
    private const int MaxShown = 60;

    /// <summary>The text in single quotes.</summary>
    public static string Quoted(string text) => $"'{Shortened(text)}'";

    /// <summary>The text, without quotes.</summary>
    public static string Shortened(string text)
    {
        StringBuilder shown = new();
        text = WithoutPassword(text);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxShown)
            {
                shown.Append('…');
                break;
            }
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format) shown.Append('?');
            else shown.Append(rune);
        }
        return shown.ToString();
    }

    /// <summary>Messages end up in logs and tickets: the user part of a URL does not.</summary>
    private static string WithoutPassword(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = start < 3 ? -1 : text.LastIndexOf('@');
        return end >= start ? string.Concat(text.AsSpan(0, start), "…", text.AsSpan(end)) : text;
    }

    /// <summary>A sentence as a part of another one: no capital, no stop.</summary>
    public static string Sentence(string text) =>
        text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');

    /// <summary><c>a, b or c</c>.</summary>
    public static string Alternatives(IReadOnlyList<string> items) =>
        items.Count == 1 ? items[0] : $"{string.Join(", ", items.Take(items.Count - 1))} or {items[^1]}";
}
