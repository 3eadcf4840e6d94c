using System.Text;

namespace Breakwater.Waf.SecLang;

/// <summary>One action as it is written: its name and what follows the colon. Offsets are of the list's text.</summary>
internal readonly record struct SecWrittenAction(string Name, string Value, int NameOffset, int ValueOffset);

/// <summary>
/// Splits a list of actions: <c>id:1,phase:2,msg:'It\'s here, look',t:none</c>. Blanks around names and commas do not count; a value in
/// single quotes may hold commas. Stateless.
/// </summary>
internal static class SecActionParser
{
    public static SecFault? Split(string text, int maxActions, List<SecWrittenAction> actions)
    {
        int at = 0;
        while (true)
        {
            while (at < text.Length && (text[at] is ',' || char.IsWhiteSpace(text[at]))) at++;
            if (at == text.Length) return null;
            if (actions.Count == maxActions) return new SecFault(at, $"more than {maxActions} actions", "split the rule");
            if (One(text, ref at, actions) is { } fault) return fault;
        }
    }

    private static SecFault? One(string text, ref int at, List<SecWrittenAction> actions)
    {
        int start = at;
        while (at < text.Length && text[at] is not (':' or ',')) at++;
        string name = text[start..at].TrimEnd();
        if (at == text.Length || text[at] == ',')
        {
            actions.Add(new SecWrittenAction(name, "", start, at));
            return null;
        }

        at++;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        if (at == text.Length || text[at] != '\'')
        {
            int value = at;
            while (at < text.Length && text[at] != ',') at++;
            actions.Add(new SecWrittenAction(name, text[value..at].TrimEnd(), start, value));
            return null;
        }

        int open = ++at;
        while (at < text.Length && text[at] != '\'') at += text[at] == '\\' ? 2 : 1;
        if (at >= text.Length)
        {
            at = text.Length;
            return new SecFault(open - 1, "a quote that is never closed", "end the value with ', and write \\' for one inside it");
        }

        actions.Add(new SecWrittenAction(name, Unquote(text.AsSpan(open, at - open)), start, open));
        at++;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at == text.Length || text[at] == ','
            ? null : new SecFault(at, $"{SecNames.Quote(text.AsSpan(at))} cannot follow a quoted value", "separate actions with commas, and write \\' for a quote inside a value");
    }

    /// <summary>Takes away the backslash before a single quote or a backslash.</summary>
    public static string Unquote(ReadOnlySpan<char> quoted)
    {
        if (!quoted.Contains('\\')) return quoted.ToString();
        StringBuilder text = new(quoted.Length);
        for (int i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length && quoted[i + 1] is '\'' or '\\') i++;
            text.Append(quoted[i]);
        }

        return text.ToString();
    }
}
