using System.Collections.Immutable;
using System.Text.Json;

namespace Breakwater.Rules.Rulesets;

/// <summary>From <c>action_parameters</c> to an action. What cannot be honoured is named.</summary>
internal static partial class ActionReader
{
    /// <summary>The action, or null when its parameters are in error, which is reported.</summary>
    /// <param name="kind">The action.</param>
    /// <param name="parameters">Its parameters; null when there are none.</param>
    /// <param name="rule">The rule, for positions.</param>
    /// <param name="phase">The phase that the rule stands in.</param>
    /// <param name="limits">Bounds.</param>
    public static RuleAction? Read(RuleActionKind kind, JsonFields? parameters, JsonFields rule, RulePhase phase, RuleLimits limits)
    {
        RuleAction? action = kind switch
        {
            RuleActionKind.Block => ReadBlock(parameters, limits),
            RuleActionKind.ServeError => ReadServeError(parameters, rule, limits),
            RuleActionKind.Skip => ReadSkip(parameters, rule),
            RuleActionKind.Execute => ReadExecute(parameters, rule),
            RuleActionKind.Rewrite => ReadRewrite(parameters, rule, phase),
            RuleActionKind.Redirect => ReadRedirect(parameters, rule),
            RuleActionKind.Route => ReadRoute(parameters, rule),
            RuleActionKind.SetConfig => ReadSetConfig(parameters, rule),
            RuleActionKind.SetCacheSettings => ReadCacheSettings(parameters),
            RuleActionKind.CompressResponse => ReadCompress(parameters, rule),
            RuleActionKind.Score => ReadScore(parameters, rule),
            RuleActionKind.LogCustomField => ReadLogCustomField(parameters),
            _ when RuleActionKinds.IsKeptOnly(kind) => ReadUnhonoured(kind, rule),
            _ => new PlainAction(kind),
        };
        if (!RuleActionKinds.IsKeptOnly(kind)) parameters?.NameRest();
        return action;
    }

    private static BlockAction ReadBlock(JsonFields? parameters, RuleLimits limits)
    {
        if (parameters?.Object("response") is not { } response) return new BlockAction();
        RuleResponse read = ReadResponse(response, 400, 499, limits);
        response.NameRest();
        return new BlockAction(read with { StatusCode = read.StatusCode == 0 ? 403 : read.StatusCode });
    }

    private static ServeErrorAction? ReadServeError(JsonFields? parameters, JsonFields rule, RuleLimits limits)
    {
        if (parameters is null) return Lacking<ServeErrorAction>(rule, "write {\"content\": …, \"status_code\": …}");
        parameters.CannotHonour("asset_name", "assets are kept by the service the rules come from: write 'content'");
        if (!parameters.Has("content")) parameters.Missing("content", "write the page");
        RuleResponse read = ReadResponse(parameters, 400, 999, limits);
        return new ServeErrorAction(read);
    }

    private static RuleResponse ReadResponse(JsonFields fields, int min, int max, RuleLimits limits)
    {
        string content = fields.Text("content") ?? "";
        if (content.Length > limits.MaxContentLength)
        {
            fields.Diagnostics.Error(
                fields.PositionOf("content"), $"'content' has more than {limits.MaxContentLength} characters", "shorten it");
        }
        string type = fields.Text("content_type") ?? "text/html";
        if (!RuleResponse.ContentTypes.Contains(type))
        {
            fields.Diagnostics.Error(
                fields.PositionOf("content_type"), $"'content_type' is '{Shown.Short(type)}'",
                $"write {Shown.Alternatives(RuleResponse.ContentTypes)}");
        }
        return new RuleResponse(fields.Number("status_code", min, max) ?? 0, content, type);
    }

    private static RedirectTarget ReadTarget(JsonFields from)
    {
        RuleValue? target = from.Object("target_url") is { } url ? ReadValue(url) : null;
        if (!from.Has("target_url")) from.Missing("target_url", "write {\"value\": …} or {\"expression\": …}");
        int status = from.Number("status_code", 301, 308) ?? 301;
        if (!RedirectAction.IsStatus(status))
        {
            from.Diagnostics.Error(
                from.PositionOf("status_code"), $"a redirect cannot have the status {status}", "write 301, 302, 303, 307 or 308");
        }
        RedirectTarget read = new(target, status, from.Flag("preserve_query_string") ?? false);
        from.NameRest();
        return read;
    }

    private static RuleAction? ReadRedirect(JsonFields? parameters, JsonFields rule)
    {
        const string Remedy = "write {\"from_value\": …} or {\"from_list\": …}";
        if (parameters is null) return Lacking<RuleAction>(rule, Remedy);
        if (parameters.Object("from_value") is { } value)
        {
            RedirectTarget target = ReadTarget(value);
            return target.Url is null ? null : new RedirectAction(target.Url, target.Status, target.PreserveQuery);
        }
        if (parameters.Object("from_list") is { } list)
        {
            string? name = list.Text("name");
            RuleText? key = list.RuleText("key");
            if (!list.Has("name")) list.Missing("name", "name the list of redirects");
            if (!list.Has("key")) list.Missing("key", "write 'http.request.full_uri'");
            list.NameRest();
            return name is null || key is null ? null : new BulkRedirectAction(name, key);
        }
        if (!parameters.Has("from_value") && !parameters.Has("from_list")) return Lacking<RuleAction>(rule, Remedy);
        return null;
    }

    private static RewriteAction? ReadRewrite(JsonFields? parameters, JsonFields rule, RulePhase phase)
    {
        if (parameters is null) return Lacking<RewriteAction>(rule, "write {\"uri\": …} or {\"headers\": …}");
        RuleValue? path = null, query = null;
        if (parameters.Object("uri") is { } uri)
        {
            uri.CannotHonour("origin", "it belongs to an earlier kind of rule: write 'path' and 'query'");
            if (uri.Object("path") is { } p) path = ReadValue(p);
            if (uri.Object("query") is { } q) query = ReadValue(q);
            uri.NameRest();
        }
        List<HeaderOperation> headers = [];
        if (parameters.Object("headers") is { } fields)
        {
            foreach (JsonMember member in fields.Members())
            {
                if (JsonFields.Of(member.Value, fields.Diagnostics, $"header '{Shown.Short(member.Name)}'") is not { } header) continue;
                if (ReadHeader(member, header) is { } operation) headers.Add(operation);
            }
        }
        bool isUri = phase == RulePhase.HttpRequestTransform;
        if (isUri && headers.Count > 0 || !isUri && (path ?? query) is not null)
        {
            rule.Diagnostics.Error(
                rule.PositionOf("action_parameters"), $"{RulePhases.NameOf(phase)} cannot rewrite {(isUri ? "headers" : "the URL")}",
                isUri ? "move the rule to http_request_late_transform" : "move the rule to http_request_transform");
        }
        return new RewriteAction(path, query, [.. headers]);
    }

    private static HeaderOperation? ReadHeader(JsonMember member, JsonFields header)
    {
        RuleDiagnostics diagnostics = header.Diagnostics;
        HeaderOperationKind? kind = header.Text("operation") switch
        {
            "add" => HeaderOperationKind.Add,
            "set" => HeaderOperationKind.Set,
            "remove" => HeaderOperationKind.Remove,
            _ => null,
        };
        if (kind is null)
        {
            diagnostics.Error(header.PositionOf("operation"), "a header needs an operation", "write add, set or remove");
            header.PassOver("value", "expression");
            return null;
        }
        if (HeaderRules.Fault(member.Name) is { } fault)
        {
            diagnostics.Error(member.Position, fault.Problem, fault.Remedy);
            return null;
        }
        RuleValue? value = null;
        if (kind != HeaderOperationKind.Remove)
        {
            value = ReadValue(header);
            if (value is null) return null;
        }
        header.NameRest();
        return new HeaderOperation(member.Name, kind.Value, value);
    }

    /// <summary>A <c>value</c> or an <c>expression</c>.</summary>
    private static RuleValue? ReadValue(JsonFields fields)
    {
        RuleText? text = fields.RuleText("value");
        RuleText? expression = fields.RuleText("expression");
        if (text is not null && expression is not null)
        {
            fields.Diagnostics.Error(fields.Position, "both a value and an expression", "keep one of the two");
        }
        else if (text is null && expression is null) fields.Missing("value", "write 'value' or 'expression'");
        fields.NameRest();
        if (expression is not null) return new RuleValue(expression, IsExpression: true);
        return text is not null ? new RuleValue(text, IsExpression: false) : null;
    }

    private static RouteAction? ReadRoute(JsonFields? parameters, JsonFields rule)
    {
        if (parameters is null) return Lacking<RouteAction>(rule, "write 'host_header', 'origin' or 'sni'");
        string? host = null, sni = null;
        int? port = null;
        string? hostHeader = parameters.Text("host_header");
        if (parameters.Object("origin") is { } origin)
        {
            host = origin.Text("host");
            port = origin.Number("port", 1, 65535);
            origin.NameRest();
        }
        if (parameters.Object("sni") is { } name)
        {
            sni = name.Text("value");
            name.NameRest();
        }
        return new RouteAction(hostHeader, host, port, sni);
    }

    private static ScoreAction? ReadScore(JsonFields? parameters, JsonFields rule) =>
        parameters?.Number("increment", -1_000_000, 1_000_000) is { } increment ? new ScoreAction(increment)
        : parameters?.Has("increment") == true ? null
        : Lacking<ScoreAction>(rule, "write {\"increment\": …}");

    private static CompressResponseAction? ReadCompress(JsonFields? parameters, JsonFields rule)
    {
        List<CompressionAlgorithm> algorithms = [];
        foreach (JsonFields item in parameters?.Objects("algorithms") ?? [])
        {
            string name = item.Text("name") ?? "";
            if (CompressionAlgorithms.TryParse(name, out CompressionAlgorithm algorithm)) algorithms.Add(algorithm);
            else
            {
                item.Diagnostics.Error(
                    item.PositionOf("name"), $"'{Shown.Short(name)}' is no algorithm",
                    $"write {Shown.Alternatives(CompressionAlgorithms.AllNames)}");
            }
            item.NameRest();
        }
        return algorithms.Count > 0 ? new CompressResponseAction([.. algorithms])
            : Lacking<CompressResponseAction>(rule, "write {\"algorithms\": [{\"name\": \"auto\"}]}");
    }

    private static LogCustomFieldAction ReadLogCustomField(JsonFields? parameters)
    {
        return new(
            [.. Names("request_fields"), .. Names("transformed_request_fields")],
            [.. Names("response_fields"), .. Names("raw_response_fields")],
            [.. Names("cookie_fields", keepCase: true)]);

        IEnumerable<string> Names(string list, bool keepCase = false)
        {
            foreach (JsonFields item in parameters?.Objects(list) ?? [])
            {
                item.PassOver("preserve_duplicates");
                string? name = item.Text("name");
                if (!item.Has("name")) item.Missing("name", "name the field");
                item.NameRest();
                if (name is not null) yield return keepCase ? name : name.ToLowerInvariant();
            }
        }
    }

    private static PlainAction ReadUnhonoured(RuleActionKind kind, JsonFields rule)
    {
        rule.Diagnostics.Warning(
            rule.PositionOf("action"), $"'{RuleActionKinds.NameOf(kind)}' is not honoured: the rule does nothing", "remove the rule");
        return new PlainAction(kind);
    }

    private static T? Lacking<T>(JsonFields rule, string remedy)
        where T : class
    {
        if (!rule.Has("action_parameters") || rule.Take("action_parameters")!.Type == JsonTokenType.StartObject)
        {
            rule.Diagnostics.Error(rule.PositionOf("action"), $"'{rule.Text("action")}' lacks its parameters", remedy);
        }
        return null;
    }

    private readonly record struct RedirectTarget(RuleValue? Url, int Status, bool PreserveQuery);
}
