using System.Collections.Immutable;
using System.Text;

namespace Breakwater.Rules.Rulesets;

/// <summary>What a rule consists of once compiled.</summary>
internal sealed record RuleParts(
    Expression Filter,
    CompiledRateLimit? RateLimit,
    CompiledRewrite? Rewrite,
    CompiledRedirect? Redirect,
    CompiledBulkRedirect? BulkRedirect);

/// <summary>Compiles single rules: their expressions and the values of their actions. Owned by one compilation.</summary>
internal sealed class RuleCompiler(RuleLevel level, RuleCompilerOptions options, RuleDiagnostics diagnostics)
{
    private readonly ExpressionCompiler _expressions = new(level, options, diagnostics);

    // A ruleset that is executed twice is compiled twice, with other overrides; its expressions are the same, and so are its mistakes.
    private readonly Dictionary<Rule, RuleParts?> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The rule's parts, or null when it is in error, which is reported.</summary>
    public RuleParts? Compile(Rule rule, Ruleset ruleset, RuleAction action)
    {
        if (ReferenceEquals(action, rule.Action) && _known.TryGetValue(rule, out RuleParts? known)) return known;
        int errors = diagnostics.ErrorCount;
        ActionCheck.Run(rule, action, ruleset.Phase, options, diagnostics);
        Expression? filter = _expressions.Filter(rule.Expression, ruleset.Phase);
        CompiledRateLimit? limit = rule.RateLimit is { } rateLimit
            ? new RateLimitCompiler(_expressions, diagnostics).Compile(rateLimit, rule) : null;
        CompiledRewrite? rewrite = action is RewriteAction r ? Compile(r, ruleset.Phase) : null;
        CompiledRedirect? redirect = action is RedirectAction to ? Compile(to, ruleset.Phase) : null;
        CompiledBulkRedirect? bulk = action is BulkRedirectAction list ? Compile(list, ruleset.Phase, rule) : null;
        RuleParts? parts = filter is null || diagnostics.ErrorCount > errors ? null : new RuleParts(filter, limit, rewrite, redirect, bulk);
        if (ReferenceEquals(action, rule.Action)) _known[rule] = parts;
        return parts;
    }

    private CompiledRewrite Compile(RewriteAction rewrite, RulePhase phase) => new(
        Value(rewrite.Path, phase), Value(rewrite.Query, phase),
        [.. rewrite.Headers.Select(h => new CompiledHeaderOperation(
            ImmutableArray.Create(Encoding.ASCII.GetBytes(h.Name)), h.Operation, Value(h.Value, phase)))]);

    private CompiledRedirect? Compile(RedirectAction redirect, RulePhase phase) =>
        Value(redirect.Target, phase) is { } target ? new CompiledRedirect(target, redirect.StatusCode, redirect.PreserveQuery) : null;

    private CompiledBulkRedirect? Compile(BulkRedirectAction redirect, RulePhase phase, Rule rule)
    {
        ValueExpression? key = _expressions.Value(redirect.Key, phase);
        if (options.RedirectLists.TryGetValue(redirect.List, out RedirectList? list))
        {
            return key is null ? null : new CompiledBulkRedirect(list, key);
        }
        diagnostics.Error(
            rule.Position, $"there is no list of redirects '{Shown.Short(redirect.List)}'",
            options.RedirectLists.Count == 0
                ? "add it to 'lists'" : $"the lists are {Shown.Alternatives(options.RedirectLists.Keys.Order(StringComparer.Ordinal))}");
        return null;
    }

    private CompiledValue? Value(RuleValue? value, RulePhase phase)
    {
        if (value is null) return null;
        if (!value.IsExpression) return new CompiledValue(value.Text.Text);
        return _expressions.Value(value.Text, phase) is { } expression ? new CompiledValue(expression) : null;
    }
}
