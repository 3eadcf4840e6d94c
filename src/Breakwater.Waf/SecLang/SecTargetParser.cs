namespace Breakwater.Waf.SecLang;

/// <summary>
/// Reads a list of targets: <c>ARGS|!ARGS:token|&amp;TX:/^a|b$/|XML:/*</c>. Separated by <c>|</c>, and by a comma where a target follows
/// it, as ModSecurity 2 allows. Stateless.
/// </summary>
internal static class SecTargetParser
{
    public static SecFault? Parse(string text, Func<int, SecPosition> position, int maxTargets, List<SecTarget> targets)
    {
        int at = 0;
        while (true)
        {
            if (One(text, ref at, position, targets) is { } fault) return fault;
            if (at == text.Length) return null;
            if (targets.Count >= maxTargets) return new SecFault(at, $"more than {maxTargets} targets", "split the rule");
            at++;
        }
    }

    private static SecFault? One(string text, ref int at, Func<int, SecPosition> position, List<SecTarget> targets)
    {
        while (at < text.Length && text[at] is ' ' or '\t') at++;
        int start = at;
        SecTargetMode mode = SecTargetMode.Inspect;
        if (at < text.Length && text[at] is '!' or '&') mode = text[at++] == '!' ? SecTargetMode.Exclude : SecTargetMode.Count;

        int name = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        ReadOnlySpan<char> spelled = text.AsSpan(name, at - name);
        if (spelled.IsEmpty) return new SecFault(at, "a target is missing", "write a variable such as ARGS, and | only between targets");
        if (!SecVariables.TryGet(spelled, out SecVariable variable)) return SecVariables.Unknown(spelled).At(name);

        SecSelector? selector = null;
        // ModSecurity 2 took a point for a colon in some places; real rule sets use both.
        if (at < text.Length && text[at] is ':' or '.')
        {
            at++;
            int selected = at;
            if (SelectorParser(text, ref at, variable, out selector) is { } fault) return fault.At(selected);
        }

        if (at < text.Length && !IsSeparator(text, at))
        {
            return new SecFault(at, $"{SecNames.Quote(text.AsSpan(at))} cannot follow a target", "separate targets with |");
        }

        if (SecVariables.ShapeOf(variable) == SecVariableShape.Scalar && selector is not null)
        {
            return new SecFault(start, $"{SecVariables.NameOf(variable)} is one value and has no members", "remove the colon and what follows it");
        }

        if (variable == SecVariable.Xml && selector is null)
        {
            return new SecFault(start, "XML needs an expression", "write XML:/* for all text, XML://@* for all attributes");
        }

        targets.Add(new SecTarget(variable, selector, mode, position(start)));
        return null;
    }

    private static SecFault? SelectorParser(string text, ref int at, SecVariable variable, out SecSelector? selector)
    {
        int start = at;
        selector = null;
        if (variable == SecVariable.Xml)
        {
            at = EndOfPlain(text, at);
            ReadOnlySpan<char> path = text.AsSpan(start, at - start).Trim();
            selector = path is "/*" ? SecSelector.XmlText : path is "//@*" ? SecSelector.XmlAttributes : null;
            return selector is not null ? null : new SecFault($"the XPath {SecNames.Quote(path)} is not supported", "use XML:/* or XML://@*");
        }

        if (at < text.Length && text[at] == '\'')
        {
            int close = at + 1;
            while (close < text.Length && text[close] != '\'') close += text[close] == '\\' ? 2 : 1;
            if (close >= text.Length) return new SecFault("a quote that is never closed", "end the name with '");
            string inner = SecActionParser.Unquote(text.AsSpan(at + 1, close - at - 1));
            at = close + 1;
            return Make(inner is ['/', .., '/'] ? inner[1..^1] : inner, inner is ['/', .., '/'] && inner.Length > 1, out selector);
        }

        if (at < text.Length && text[at] == '/' && EndOfRegex(text, at) is var end and > 0)
        {
            at = end + 1;
            return Make(text[(start + 1)..end].Replace("\\/", "/", StringComparison.Ordinal), regex: true, out selector);
        }

        at = EndOfPlain(text, at);
        return Make(text[start..at].Trim(), regex: false, out selector);
    }

    private static SecFault? Make(string text, bool regex, out SecSelector? selector)
    {
        selector = text.Length == 0 ? null : new SecSelector(regex ? SecSelectorKind.Regex : SecSelectorKind.Name, text);
        return selector is null ? new SecFault("the name after the colon is missing", "write a name, a /regular expression/, or no colon") : null;
    }

    /// <summary>The closing slash: the first that is not escaped and ends the target; 0 when there is none.</summary>
    private static int EndOfRegex(string text, int at)
    {
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '/' && (i + 1 == text.Length || IsSeparator(text, i + 1))) return i;
        }

        return 0;
    }

    private static int EndOfPlain(string text, int at)
    {
        while (at < text.Length && !IsSeparator(text, at)) at++;
        return at;
    }

    /// <summary>A comma can be part of a name, so it separates only where a variable follows.</summary>
    private static bool IsSeparator(string text, int at)
    {
        if (text[at] == '|') return true;
        if (text[at] != ',') return false;
        int start = at + 1;
        while (start < text.Length && text[start] is ' ' or '!' or '&') start++;
        int end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return SecVariables.TryGet(text.AsSpan(start, end - start), out _);
    }
}
