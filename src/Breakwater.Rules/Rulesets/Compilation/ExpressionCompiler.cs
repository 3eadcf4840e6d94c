using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Compiles the expressions of one level, each text once, and reports what is wrong with them at its place in the file. Owned by one
/// compilation.
/// </summary>
internal sealed class ExpressionCompiler(RuleLevel level, RuleCompilerOptions options, RuleDiagnostics diagnostics)
{
    private readonly RecordingLists? _lists = options.Lists is { } lists ? new RecordingLists(lists) : null;
    private readonly Dictionary<ExpressionFeatures, ExpressionScheme> _schemes = [];
    private readonly Dictionary<(string, ExpressionFeatures), Expression> _filters = [];

    // The rulesets API takes these two words for a whole expression, though the language has no such values.
    private const string Always = "ssl or not ssl";
    private const string Never = "ssl and not ssl";

    /// <summary>The lists that the last expression compiled names.</summary>
    public IReadOnlyCollection<string> LastLists => _lists?.Found ?? [];

    /// <summary>A filter of a phase; null when it is in error.</summary>
    public Expression? Filter(RuleText text, RulePhase phase) =>
        Filter(text, Features(phase), RulePhases.SeesBody(phase) ? null : phase);

    /// <summary>A filter with these features; null when it is in error.</summary>
    public Expression? Filter(RuleText text, ExpressionFeatures features, RulePhase? bodiless = null)
    {
        features |= level == RuleLevel.Account ? ExpressionFeatures.Account : ExpressionFeatures.None;
        _lists?.Clear();
        if (IsTooLong(text)) return null;
        if (!_filters.TryGetValue((text.Text, features), out Expression? filter))
        {
            List<ExpressionDiagnostic> found = [];
            string meant = text.Text.AsSpan().Trim(" \r\n") switch { "true" => Always, "false" => Never, _ => text.Text };
            if (!Expression.TryCompile(meant, Scheme(features), out filter, found))
            {
                Report(text, found);
                return null;
            }
            // A text with lists is compiled again, so that the lists are seen.
            if (LastLists.Count == 0) _filters[(text.Text, features)] = filter;
        }
        return CheckBody(text, filter.Fields, bodiless) ? filter : null;
    }

    /// <summary>A value that a rule of a phase sets; null when it is in error.</summary>
    public ValueExpression? Value(RuleText text, RulePhase phase)
    {
        if (Value(text, ExpressionFeatures.Rewrite | Features(phase)) is not { } value) return null;
        if (!CheckBody(text, value.Fields, RulePhases.SeesBody(phase) ? null : phase)) return null;
        if (value.Type.IsScalar) return value;
        diagnostics.Error(
            text.Start, $"the expression makes a value of type {value.Type}, not a text", "choose one of its elements, such as [0]");
        return null;
    }

    /// <summary>A value with these features, of any type; null when it is in error.</summary>
    public ValueExpression? Value(RuleText text, ExpressionFeatures features)
    {
        features |= level == RuleLevel.Account ? ExpressionFeatures.Account : ExpressionFeatures.None;
        if (IsTooLong(text)) return null;
        List<ExpressionDiagnostic> found = [];
        if (ValueExpression.TryCompile(text.Text, Scheme(features), out ValueExpression? value, found)) return value;
        Report(text, found);
        return null;
    }

    private static ExpressionFeatures Features(RulePhase phase) =>
        RulePhases.IsResponse(phase) ? ExpressionFeatures.Response : ExpressionFeatures.None;

    private ExpressionScheme Scheme(ExpressionFeatures features)
    {
        if (_schemes.TryGetValue(features, out ExpressionScheme? scheme)) return scheme;
        _schemes.Add(features, scheme = new ExpressionScheme(features, _lists));
        return scheme;
    }

    private bool IsTooLong(RuleText text)
    {
        if (text.Text.Length <= options.Limits.MaxExpressionLength) return false;
        diagnostics.Error(
            text.Start, $"the expression has more than {options.Limits.MaxExpressionLength} characters", "split the rule, or use a list");
        return true;
    }

    private bool CheckBody(RuleText text, IReadOnlyList<FieldId> fields, RulePhase? bodiless)
    {
        if (bodiless is not { } phase) return true;
        foreach (FieldId field in fields)
        {
            string name = KnownFields.Get(field).Name;
            if (!name.StartsWith("http.request.body.", StringComparison.Ordinal)) continue;
            diagnostics.Error(
                text.Start, $"{name} is not there yet in {RulePhases.NameOf(phase)}", "use it in http_request_firewall_custom or later");
            return false;
        }
        return true;
    }

    private void Report(RuleText text, List<ExpressionDiagnostic> found)
    {
        foreach (ExpressionDiagnostic item in found)
        {
            RulePosition position = text.PositionOf(OffsetOf(text.Text, item.Line, item.Column));
            string remedy = item.Suggestion is { } near ? $"did you mean {near}?" : "mend the expression";
            diagnostics.Add(new RuleDiagnostic(position, true, diagnostics.CurrentRule, Shown.Short(item.Message, 200), remedy)
            {
                Excerpt = ExcerptOf(item.Render(text.Text)),
            });
        }
        if (found.Count == 0) diagnostics.Error(text.Start, "the expression cannot be compiled", "mend the expression");
    }

    private static int OffsetOf(string text, int line, int column)
    {
        int start = 0;
        for (int i = 1; i < line; i++)
        {
            int next = text.IndexOf('\n', start);
            if (next < 0) break;
            start = next + 1;
        }
        return Math.Min(start + column - 1, text.Length);
    }

    /// <summary>The line with its carets, without the message above them.</summary>
    private static string? ExcerptOf(string rendered)
    {
        int end = rendered.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? null : rendered[(end + 1)..];
    }

    /// <summary>Passes look-ups on, and remembers what was found.</summary>
    private sealed class RecordingLists(INamedLists lists) : INamedLists
    {
        private readonly HashSet<string> _found = [];

        public IReadOnlyCollection<string> Found => _found;

        public IEnumerable<string> Names => lists.Names;

        public void Clear() => _found.Clear();

        public bool TryFind(string name, [NotNullWhen(true)] out NamedList? list)
        {
            if (!lists.TryFind(name, out list)) return false;
            _found.Add(name);
            return true;
        }
    }
}
