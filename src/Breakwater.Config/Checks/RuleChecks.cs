namespace Breakwater.Config.Checks;

/// <summary>
/// Rules, lists and access rules: whether what was written belongs together. What expressions mean is checked when the rules are compiled.
/// </summary>
internal static class RuleChecks
{
    // Which actions a parameter belongs to; what is not here belongs to every rule.
    private static readonly Dictionary<string, string[]> Owners = new()
    {
        ["status"] = ["block", "redirect", "serve_error"],
        ["content"] = ["block", "serve_error"],
        ["content_type"] = ["block", "serve_error"],
        ["to"] = ["redirect"],
        ["to_expression"] = ["redirect"],
        ["to_list"] = ["redirect"],
        ["key"] = ["redirect"],
        ["keep_query"] = ["redirect"],
        ["path"] = ["rewrite"],
        ["path_expression"] = ["rewrite"],
        ["query"] = ["rewrite"],
        ["query_expression"] = ["rewrite"],
        ["set_headers"] = ["rewrite"],
        ["add_headers"] = ["rewrite"],
        ["remove_headers"] = ["rewrite"],
        ["set_response_headers"] = ["rewrite"],
        ["add_response_headers"] = ["rewrite"],
        ["remove_response_headers"] = ["rewrite"],
        ["rest"] = ["skip"],
        ["phases"] = ["skip"],
        ["products"] = ["skip"],
        ["rulesets"] = ["skip"],
        ["rules"] = ["skip"],
        ["ruleset"] = ["execute"],
        ["overrides"] = ["execute"],
        ["host_header"] = ["route"],
        ["origin_host"] = ["route"],
        ["origin_port"] = ["route"],
        ["sni"] = ["route"],
        ["settings"] = ["set_config"],
        ["algorithms"] = ["compress_response"],
        ["increment"] = ["score"],
        ["request_headers"] = ["log_custom_field"],
        ["response_headers"] = ["log_custom_field"],
        ["cookies"] = ["log_custom_field"],
        ["cache"] = ["set_cache_settings"],
        ["edge_ttl"] = ["set_cache_settings"],
        ["browser_ttl"] = ["set_cache_settings"],
        ["limit"] = ["block", "log", "challenge", "js_challenge", "managed_challenge"],
    };

    // Actions that do nothing without one of these, and what to add.
    private static readonly (string Action, string[] OneOf, string Remedy)[] Needs =
    [
        ("redirect", ["to", "to_expression", "to_list"], "add 'to' with a URL"),
        ("rewrite", [.. Owners.Where(o => o.Value[0] == "rewrite").Select(o => o.Key)], "add 'path', 'query', 'set_headers' or another of its keys"),
        ("execute", ["ruleset"], "add 'ruleset' with the id of a ruleset"),
        ("route", ["host_header", "origin_host", "origin_port", "sni"], "add 'origin_host', 'origin_port', 'host_header' or 'sni'"),
        ("set_config", ["settings"], "add 'settings'"),
        ("serve_error", ["content"], "add 'content' with the page"),
        ("compress_response", ["algorithms"], "add 'algorithms', such as [auto]"),
        ("score", ["increment"], "add 'increment'"),
        ("log_custom_field", ["request_headers", "response_headers", "cookies"], "add 'request_headers', 'response_headers' or 'cookies'"),
        ("set_cache_settings", ["cache", "edge_ttl", "browser_ttl"], "add 'cache', 'edge_ttl' or 'browser_ttl'"),
    ];

    private static readonly (string One, string Other)[] Alternatives =
    [
        ("to", "to_expression"), ("to", "to_list"), ("to_expression", "to_list"), ("path", "path_expression"), ("query", "query_expression"),
        ("to_list", "keep_query"), ("to_list", "status"),
    ];

    private static readonly (string Key, string Needed)[] Companions =
    [
        ("timeout", "limit"), ("counting", "limit"), ("origin_only", "limit"), ("score_header", "limit"), ("key", "to_list"), ("content_type", "content"),
    ];

    public static void Run(BreakwaterConfig config, DiagnosticList diagnostics)
    {
        foreach (NamedListConfig list in config.Lists) CheckList(list, diagnostics);
        CheckLevel(config.Rules, config.Access, config, diagnostics);
        foreach (ZoneConfig zone in config.Zones) CheckLevel(zone.Rules, zone.Access, config, diagnostics);
    }

    private static void CheckLevel(
        ConfigList<RuleConfig> rules, ConfigList<AccessRuleConfig> access, BreakwaterConfig config, DiagnosticList diagnostics)
    {
        Dictionary<string, SourcePosition> ids = [];
        foreach (RuleConfig rule in rules)
        {
            CheckRule(rule, config, diagnostics);
            if (rule.Id is null || ids.TryAdd(rule.Id, rule.PositionOf("id"))) continue;
            diagnostics.Error(
                rule.PositionOf("id"), $"a rule '{rule.Id}' exists already, in line {ids[rule.Id].Line}", "give this one another id");
        }
        foreach (AccessRuleConfig rule in access) CheckAccess(rule, config, diagnostics);
    }

    private static void CheckRule(RuleConfig rule, BreakwaterConfig config, DiagnosticList diagnostics)
    {
        if (rule.IsWritten("file"))
        {
            string? other = Keys(rule).FirstOrDefault(k => k != "file");
            if (other is not null)
            {
                diagnostics.Error(
                    rule.PositionOf(other), $"'{other}' beside 'file': the rules of the file have their own", "make two rules of it");
            }
            return;
        }
        if (!rule.IsWritten("do"))
        {
            diagnostics.Error(rule.Position, "a rule lacks its 'do'", "add what it does, such as 'do: block', or a 'file' of rules");
            return;
        }
        if (!rule.IsWritten("when") && !rule.IsWritten("limit"))
        {
            diagnostics.Error(rule.Position, "a rule lacks its 'when'", "add an expression; 'when: true' means every request");
        }
        // A word that could not be read was reported, and what belongs to it cannot be told.
        if (rule.Do is null) return;
        foreach (string key in Keys(rule))
        {
            if (Owners.TryGetValue(key, out string[]? owners) && !owners.Contains(rule.Do))
            {
                diagnostics.Error(
                    rule.PositionOf(key), $"'{key}' does not belong to 'do: {rule.Do}'", $"it belongs to {Show.Alternatives(owners)}; remove it");
            }
        }
        foreach ((string key, string needed) in Companions)
        {
            if (rule.IsWritten(key) && !rule.IsWritten(needed))
            {
                diagnostics.Error(
                    rule.PositionOf(key), $"'{key}' without '{needed}'", $"add '{needed}', or remove it");
            }
        }
        foreach ((string one, string other) in Alternatives)
        {
            if (rule.IsWritten(one) && rule.IsWritten(other))
            {
                diagnostics.Error(
                    rule.PositionOf(other), $"'{other}' beside '{one}'", "keep one of the two");
            }
        }
        foreach ((string action, string[] oneOf, string remedy) in Needs)
        {
            if (rule.Do == action && !oneOf.Any(rule.IsWritten))
            {
                diagnostics.Error(
                    rule.PositionOf("do"), $"'do: {action}' lacks its parameters", remedy);
            }
        }
        CheckStatus(rule, diagnostics);
        CheckListName(rule, "to_list", rule.ToList, [ListKind.Redirect], config, diagnostics);
    }

    private static void CheckStatus(RuleConfig rule, DiagnosticList diagnostics)
    {
        if (rule.Status == 0) return;
        (bool fits, string remedy) = rule.Do switch
        {
            "block" => (rule.Status is >= 400 and <= 499, "write a status from 400 to 499"),
            "redirect" => (rule.Status is 301 or 302 or 303 or 307 or 308, "write 301, 302, 303, 307 or 308"),
            "serve_error" => (rule.Status >= 400, "write a status from 400 to 999"),
            _ => (true, ""),
        };
        if (!fits) diagnostics.Error(rule.PositionOf("status"), $"'do: {rule.Do}' cannot answer with {rule.Status}", remedy);
    }

    private static IEnumerable<string> Keys(RuleConfig rule) => Schema.RulesSchema.Rule.Keys.Select(k => k.Name).Where(rule.IsWritten);

    private static void CheckAccess(AccessRuleConfig rule, BreakwaterConfig config, DiagnosticList diagnostics)
    {
        string[] written = [.. ((string[])["allow", "block", "challenge", "log"]).Where(rule.IsWritten)];
        if (written.Length != 1)
        {
            diagnostics.Error(
                written.Length == 0 ? rule.Position : rule.PositionOf(written[1]),
                written.Length == 0 ? "an access rule that does nothing" : $"'{written[1]}' beside '{written[0]}'", "write one of allow, block, challenge and log");
        }
        (string, AccessTarget?)[] targets =
            [("allow", rule.Allow), ("block", rule.Block), ("challenge", rule.Challenge), ("log", rule.Log)];
        foreach ((string key, AccessTarget? target) in targets)
        {
            if (target is null) continue;
            CheckListName(rule, key, target.List, [ListKind.Ip, ListKind.Asn], config, diagnostics);
            bool needsGeo = target.Countries.Count + target.Asns.Count > 0 && config.Geo.Databases.Count == 0;
            if (needsGeo)
            {
                diagnostics.Warning(
                    rule.PositionOf(key), "countries and networks' numbers are not known without 'geo': the rule means nobody",
                    "add 'geo' with its databases");
            }
        }
    }

    private static void CheckListName(
        ConfigNode node, string key, string? name, ListKind[] kinds, BreakwaterConfig config, DiagnosticList diagnostics)
    {
        if (name is null) return;
        NamedListConfig? list = config.Lists.FirstOrDefault(l => l.Name.Text == name);
        if (list is null)
        {
            string? near = Suggestion.For(name, config.Lists.Select(l => l.Name.Text));
            diagnostics.Error(
                node.PositionOf(key), $"there is no list '{name}'", near is null ? "add it to 'lists'" : $"did you mean '{near}'?");
        }
        else if (!kinds.Contains(list.List.Kind))
        {
            diagnostics.Error(
                node.PositionOf(key), $"list '{name}' is of kind {Word(list.List.Kind)}", $"name one of kind {Show.Alternatives([.. kinds.Select(Word)])}");
        }
    }

    private static void CheckList(NamedListConfig named, DiagnosticList diagnostics)
    {
        ListConfig list = named.List;
        if (list.File is null && !list.IsWritten("items") && !list.IsWritten("file"))
        {
            diagnostics.Error(list.Position, $"list '{named.Name}' has neither items nor a file", "add 'items' or 'file'");
        }
        for (int i = 0; i < list.Items.Count; i++)
        {
            if (ItemFault(list.Items[i], list.Kind) is not { } fault) continue;
            SourcePosition position = list.Items[i].Text?.Position ?? list.Items[i].Redirect!.Position;
            diagnostics.Error(position, $"{fault.Problem} in list '{named.Name}' of kind {Word(list.Kind)}", fault.Remedy!);
        }
    }

    private static Syntax.Fault? ItemFault(ListItem item, ListKind kind)
    {
        if (item.Redirect is { } redirect)
        {
            if (kind != ListKind.Redirect) return new("a redirect", "write a value, or 'kind: redirect'");
            return redirect.Status is 301 or 302 or 303 or 307 or 308 ? null : new($"a redirect with status {redirect.Status}", "write 301, 302, 303, 307 or 308");
        }
        string text = item.Text!.Text;
        string shown = Show.Quoted(text);
        Reading reading = new(new DiagnosticList(), "/");
        return kind switch
        {
            ListKind.Redirect => new($"{shown}, no redirect,", "write {from: example.com/old, to: https://example.com/new}"),
            ListKind.Ip => Syntax.Networks.Parse(text, reading, out _) is { } fault
                ? new($"{shown}, {fault.Problem},", fault.Remedy ?? "write an address or network such as 10.0.0.0/8") : null,
            ListKind.Hostname => Syntax.HostNames.Parse(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text, out _) is { } fault
                ? new($"{shown}, {fault.Problem},", fault.Remedy ?? "write a host such as shop.example.com") : null,
            _ => uint.TryParse(text, System.Globalization.NumberStyles.None, null, out _)
                ? null : new($"{shown}, not the number of a network,", "write a number such as 64500"),
        };
    }

    private static string Word(ListKind kind) => kind switch
    {
        ListKind.Ip => "ip",
        ListKind.Hostname => "hostname",
        ListKind.Asn => "asn",
        _ => "redirect",
    };
}
