namespace Breakwater.Rules.Rulesets;

/// <summary>Whether an action may stand where it stands, whether its values can be meant, and whether somebody carries it out.</summary>
internal static class ActionCheck
{
    public static void Run(Rule rule, RuleAction action, RulePhase phase, RuleCompilerOptions options, RuleDiagnostics diagnostics)
    {
        string name = RuleActionKinds.NameOf(action.Kind);
        if (!RulePhases.Allows(phase, action.Kind))
        {
            string[] phases = [.. Enum.GetValues<RulePhase>().Where(p => RulePhases.Allows(p, action.Kind)).Select(RulePhases.NameOf)];
            diagnostics.Error(
                rule.Position, $"'{name}' is no action of {RulePhases.NameOf(phase)}", $"move the rule to {Shown.Alternatives(phases)}");
            return;
        }
        CheckRateLimit(rule, action, phase, diagnostics);
        CheckCapability(rule, action, options.Capabilities, diagnostics);
        switch (action)
        {
            case RewriteAction rewrite: Check(rewrite, rule, phase, diagnostics); break;
            case RedirectAction redirect: Check(redirect, rule, phase, diagnostics); break;
            case BulkRedirectAction when phase != RulePhase.HttpRequestRedirect:
                diagnostics.Error(rule.Position, "redirects from lists belong to http_request_redirect", "move the rule there");
                break;
            case SetConfigAction settings: Check(settings, options.Capabilities, diagnostics); break;
            case RouteAction route: Check(route, rule, diagnostics); break;
        }
    }

    private static void CheckRateLimit(Rule rule, RuleAction action, RulePhase phase, RuleDiagnostics diagnostics)
    {
        if (phase == RulePhase.HttpRatelimit && rule.RateLimit is null && action.Kind != RuleActionKind.Execute)
        {
            diagnostics.Error(
                rule.Position, "a rule of http_ratelimit needs its rate limit",
                "add 'ratelimit', or move the rule to http_request_firewall_custom");
        }
        else if (phase != RulePhase.HttpRatelimit && rule.RateLimit is { } limit)
        {
            diagnostics.Error(limit.Position, $"rules of {RulePhases.NameOf(phase)} have no rate limit", "move the rule to http_ratelimit");
        }
    }

    private static void CheckCapability(Rule rule, RuleAction action, RuleCapabilities capabilities, RuleDiagnostics diagnostics)
    {
        // Such an action was named already where it was read, with the reason.
        if (capabilities.Actions.Contains(action.Kind) || RuleActionKinds.IsKeptOnly(action.Kind)) return;
        string name = RuleActionKinds.NameOf(action.Kind);
        if (RuleActionKinds.IsChallenge(action.Kind))
        {
            diagnostics.Warning(
                rule.Position, $"there are no challenges here yet: '{name}' blocks", "write block if that is meant, or log");
        }
        else diagnostics.Warning(rule.Position, $"'{name}' has no effect here yet", "keep the rule for later, or remove it");
    }

    private static void Check(RewriteAction rewrite, Rule rule, RulePhase phase, RuleDiagnostics diagnostics)
    {
        bool isUri = phase == RulePhase.HttpRequestTransform;
        if (rewrite is { Path: null, Query: null, Headers: [] })
        {
            diagnostics.Warning(
                rule.Position, "it rewrites nothing", "add what it should change");
        }
        if (isUri ? rewrite.Headers.Length > 0 : (rewrite.Path ?? rewrite.Query) is not null)
        {
            diagnostics.Error(
                rule.Position, $"{RulePhases.NameOf(phase)} cannot rewrite {(isUri ? "headers" : "the URL")}",
                isUri ? "move the rule to http_request_late_transform" : "move the rule to http_request_transform");
        }
        if (rewrite.Path is { IsExpression: false, Text: { } path } && !IsPath(path.Text))
        {
            diagnostics.Error(
                path.Start, $"'{Shown.Short(path.Text)}' is no path",
                "begin it with '/', encode what is not plain, and write the query as 'query'");
        }
        if (rewrite.Query is { IsExpression: false, Text: { } query } && !IsQuery(query.Text))
        {
            diagnostics.Error(
                query.Start, $"'{Shown.Short(query.Text)}' is no query", "write it without '?', and encode what is not plain");
        }
        foreach (HeaderOperation header in rewrite.Headers)
        {
            if (HeaderRules.Fault(header.Name) is { } fault)
            {
                diagnostics.Error(
                    header.Value?.Text.Start ?? rule.Position, fault.Problem, fault.Remedy);
            }
            if (header.Value is { IsExpression: false, Text: { } value } && !HeaderRules.IsValue(value.Text))
            {
                diagnostics.Error(value.Start, $"the value of '{header.Name}' holds control characters", "remove them");
            }
        }
    }

    private static void Check(RedirectAction redirect, Rule rule, RulePhase phase, RuleDiagnostics diagnostics)
    {
        if (phase != RulePhase.HttpRequestDynamicRedirect)
        {
            diagnostics.Error(
                rule.Position, "only redirects from lists belong to http_request_redirect",
                "move the rule to http_request_dynamic_redirect");
        }
        if (!RedirectAction.IsStatus(redirect.StatusCode))
        {
            diagnostics.Error(rule.Position, $"a redirect cannot have the status {redirect.StatusCode}", "write 301, 302, 303, 307 or 308");
        }
        if (redirect.Target is not { IsExpression: false, Text: { } target }) return;
        bool isRelative = target.Text is ['/', ..] && IsUrlText(target.Text);
        bool isAbsolute = Uri.TryCreate(target.Text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            && IsUrlText(target.Text);
        if (!isRelative && !isAbsolute)
        {
            diagnostics.Error(
                target.Start, $"'{Shown.Short(target.Text)}' is no address to redirect to", "write an http or https URL, or a path");
        }
        else if (target.Text.Length > RedirectAction.MaxLocation)
        {
            diagnostics.Error(
                target.Start, $"the address has more than {RedirectAction.MaxLocation} characters", "write a shorter one");
        }
    }

    private static void Check(SetConfigAction settings, RuleCapabilities capabilities, RuleDiagnostics diagnostics)
    {
        foreach (RuleSetting setting in settings.Settings)
        {
            if (capabilities.Settings.Contains(setting.Name)) continue;
            diagnostics.Warning(setting.Position, $"setting '{Shown.Short(setting.Name)}' has no effect here", "remove it");
        }
    }

    private static void Check(RouteAction route, Rule rule, RuleDiagnostics diagnostics)
    {
        if (route is { HostHeader: null, OriginHost: null, OriginPort: null, Sni: null })
        {
            diagnostics.Warning(rule.Position, "it routes nowhere else", "add 'host_header', 'origin' or 'sni'");
        }
        foreach (string? host in (ReadOnlySpan<string?>)[route.HostHeader, route.OriginHost, route.Sni])
        {
            if (host is null || host.Length is > 0 and <= 253 && IsUrlText(host) && !host.AsSpan().ContainsAny("/?#@\\")) continue;
            diagnostics.Error(rule.Position, $"'{Shown.Short(host)}' is no host", "write a name such as app.example.com");
        }
    }

    private static bool IsPath(string text) => text is ['/', ..] && !text.AsSpan().ContainsAny('?', '#') && IsUrlText(text);

    private static bool IsQuery(string text) =>
        text.Length == 0 || text[0] != '?' && !text.Contains('#', StringComparison.Ordinal) && IsUrlText(text);

    private static bool IsUrlText(string text) => RedirectSource.IsPlain(text);
}
