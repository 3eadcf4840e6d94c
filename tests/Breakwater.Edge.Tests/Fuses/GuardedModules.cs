using System.Globalization;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Tests.Rules;
using Breakwater.Edge.Tests.Waf;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Tests.Fuses;

/// <summary>Something that a module does with a request, to be seen with it and to be missed without it. Immutable.</summary>
/// <param name="Module">The module.</param>
/// <param name="Name">What it does.</param>
/// <param name="Zone">Keys of the zone.</param>
public sealed record GuardedAction(string Module, string Name, string Zone)
{
    /// <summary>The target of the request.</summary>
    public string Target { get; init; } = "/x?a=1";

    /// <summary>Further fields of the request.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>How often it is sent for the action to show.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The status line of the origin's answer.</summary>
    public string Answer { get; init; } = "200 OK";

    /// <summary>A further field of it.</summary>
    public string AnswerField { get; init; } = "X-Plain: yes";

    /// <summary>Its body.</summary>
    public string Body { get; init; } = GuardedModules.Body;

    /// <summary>The status without the module; 0 = the origin's.</summary>
    public int Without { get; init; }

    /// <summary>Whether the module would refuse the request where its zone says that it fails closed.</summary>
    public string? Closed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Module}: {Name}";
}

/// <summary>Each module with each action that it has, made from the lists in the code.</summary>
internal static class GuardedModules
{
    public const string Body = "from the origin";

    private static readonly string Long = $"<html>{string.Concat(Enumerable.Repeat(Body + " ", 200))}</html>";

    /// <summary>Actions that rules of the document cannot have, since nothing carries them out yet.</summary>
    public static IReadOnlyList<RuleActionKind> WithoutEffect { get; } =
        [RuleActionKind.SetCacheControl, RuleActionKind.SetCacheTags, RuleActionKind.TransformResponseHtml, RuleActionKind.DdosDynamic];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GuardedAction> All { get; } =
    [
        .. Enum.GetValues<RuleActionKind>().Except(WithoutEffect).SelectMany(OfRules),
        .. RuleActionKinds.AllNames.Where(name => name is "block" or "challenge" or "js_challenge" or "managed_challenge" or "log").Select(OfRateLimits),
        .. OfWaf(),
        new GuardedAction("https_redirect", "redirect", "redirect_to_https: true") { Closed = "https_redirect" },
        new GuardedAction("hsts", "set field", "hsts: {}") { Fields = ["X-Forwarded-Proto: https"] },
        new GuardedAction("compression", "compress", "rules: [{when: true, do: compress_response, algorithms: [gzip]}]")
        {
            Fields = ["Accept-Encoding: gzip"],
            AnswerField = "Content-Type: text/html",
            Body = Long,
        },
        new GuardedAction("error_pages", "own page", "errors: {pages: {all: page.html}}\nrules: [{when: true, do: block}]") { Fields = ["Accept: text/html"], Without = 403 },
        new GuardedAction("events", "record", "rules: [{when: true, do: log}]"),
    ];

    /// <summary>What is beside the document.</summary>
    public static (string Name, string Text)[] Files { get; } = [("waf/test.conf", WafLab.Rules), ("page.html", "<p>The page of this very site: {{ray}}</p>")];

    private static IEnumerable<GuardedAction> OfRules(RuleActionKind kind)
    {
        string name = RuleActionKinds.NameOf(kind);
        (string Module, string Parameters)[] ways = kind switch
        {
            RuleActionKind.Rewrite =>
            [
                ("url_rules", "path: /elsewhere"), ("url_rules", "query: 'b=2'"), ("late_rules", "set_headers: {X-Set: 'yes'}"),
                ("late_rules", "add_headers: {X-Added: 'yes'}"), ("late_rules", "remove_headers: [x-sent]"), ("response_rules", "set_response_headers: {X-Shown: 'yes'}"),
            ],
            RuleActionKind.Redirect => [("url_rules", "to: 'https://elsewhere.example/'")],
            RuleActionKind.Route => [("url_rules", "host_header: elsewhere.example")],
            RuleActionKind.SetConfig => [("url_rules", "settings: {security_level: high}")],
            RuleActionKind.SetCacheSettings => [("late_rules", "cache: false")],
            RuleActionKind.ServeError => [("response_rules", "content: Something else")],
            RuleActionKind.CompressResponse => [("response_rules", "algorithms: [gzip]")],
            RuleActionKind.LogCustomField => [("response_rules", "request_headers: [x-sent]")],
            RuleActionKind.Score => [("custom_rules", "increment: 5")],
            RuleActionKind.Execute => [("late_rules", "ruleset: own")],
            RuleActionKind.Skip => [("custom_rules", "phases: [http_ratelimit]")],
            _ => [("custom_rules", "")],
        };
        foreach ((string module, string parameters) in ways)
        {
            string more = parameters.Length == 0 ? "" : ", " + parameters;
            string rule = $"{{when: 'http.request.method eq \"GET\"', do: {name}, log: true{more}}}";
            yield return new GuardedAction(module, $"{name} {parameters}".Trim(), $"rules: [{rule}]")
            {
                Fields = ["X-Sent: yes", "Accept-Encoding: gzip"],
                Answer = kind == RuleActionKind.ServeError ? "404 Not Found" : "200 OK",
                Closed = module,
            };
        }
    }

    private static GuardedAction OfRateLimits(string action) =>
        new("rate_limits", action, $"rules: [{{when: true, limit: 1 per 1m by ip, do: {action}, log: true}}]") { Times = 2, Closed = "rate_limits" };

    private static IEnumerable<GuardedAction> OfWaf()
    {
        const string Block = "waf: {rules: ./waf, mode: block}";
        yield return new GuardedAction("waf", "score and block", Block) { Target = "/?q=attack" };
        yield return new GuardedAction("waf", "deny with a status", Block) { Target = "/?teapot=1" };
        yield return new GuardedAction("waf", "redirect", Block) { Target = "/?go=away" };
        yield return new GuardedAction("waf", "drop", Block) { Target = "/?go=drop" };
        yield return new GuardedAction("waf", "deny on the head", Block) { Fields = ["User-Agent: evilbot"] };
        yield return new GuardedAction("waf", "detect", "waf: {rules: ./waf, mode: detect}") { Target = "/?q=attack" };
        yield return new GuardedAction("waf", "log", Block) { Target = "/?q=odd" };
        yield return new GuardedAction("waf", "feed a score", $"{Block}\nrules: [{{when: 'cf.waf.score lt 101', do: block}}]");
        yield return new GuardedAction("waf_response", "deny on the head", "waf: {rules: ./waf, mode: block, inspect_responses: true}") { AnswerField = "X-Leak: secret" };
        yield return new GuardedAction("waf_response", "deny on the body", "waf: {rules: ./waf, mode: block, inspect_responses: true}")
        {
            AnswerField = "Content-Type: text/html",
            Body = Body + " with a stacktrace",
        };
    }
}

/// <summary>An edge that runs one action, and what is to be seen of it. Owned by one test.</summary>
internal sealed class GuardedLab(RulesLab lab, GuardedAction action) : IAsyncDisposable
{
    private const string Rulesets = """
        rulesets: [own.json]
        """;

    private const string OwnRuleset =
        """{"id": "own", "kind": "custom", "phase": "http_request_firewall_managed", "rules": [{"id": "own-rule", "action": "log", "expression": "true"}]}""";

    public RulesLab Lab => lab;

    public Fuse Fuse => Lab.Edge.Guards!.Box.Of("shop")[Module];

    public ModuleId Module => ModuleIds.TryParse(action.Module, out ModuleId module) ? module : throw new InvalidOperationException(action.Module);

    public static async Task<GuardedLab> StartAsync(GuardedAction action, FuseOptions? fuses = null, FuseLog? log = null, string more = "")
    {
        string zone = action.Zone + (action.Name.StartsWith("execute", StringComparison.Ordinal) ? "\n" + Rulesets : "") + more;
        RulesLab lab = await RulesLab.StartGuardedAsync(fuses ?? new FuseOptions(), log, zone, "", [.. GuardedModules.Files, ("own.json", OwnRuleset)]);
        lab.Answer = _ => RulesLab.Response(action.Answer, action.Body, action.AnswerField);
        return new GuardedLab(lab, action);
    }

    /// <summary>Bypasses modules, or ends that.</summary>
    public void Bypass(string? module)
    {
        if (module is null)
        {
            File.Delete(Lab.Files["bypass"]);
        }
        else
        {
            string until = Lab.Time.GetUtcNow().AddHours(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            Lab.Files.Write("bypass", $"module {module} zone shop until {until}\n");
        }

        Lab.Time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Sends the request, and sees whether the module did what it does. What it answers is in <see cref="Status"/>.</summary>
    public async Task<bool> ShowsAsync()
    {
        long events = Lab.Edge.Plane.Events.Store.Last;
        int asked = Lab.Asked;
        string text = "";
        for (int i = 0; i < action.Times; i++)
        {
            text = await Lab.ExchangeAsync("GET", action.Target, action.Fields);
        }

        // A connection that is cut tells its client nothing of the exchange being over.
        while (text.Length == 0 && Lab.Edge.Plane.Events.Store.Last == events)
        {
            await Task.Delay(1, Lab.Limit);
        }

        Status = text.Length == 0 ? 0 : int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture);
        bool isPlain = Lab.Asked == asked + action.Times
            && text.StartsWith("HTTP/1.1 " + action.Answer, StringComparison.Ordinal)
            && text.EndsWith("\r\n\r\n" + action.Body, StringComparison.Ordinal)
            && !text.Contains("\r\nX-Shown:", StringComparison.Ordinal)
            && !text.Contains("\r\nStrict-Transport-Security:", StringComparison.Ordinal)
            && Lab.LastRequest.StartLine == $"GET {action.Target} HTTP/1.1"
            && !Lab.LastRequest.Values("X-Set").Any()
            && !Lab.LastRequest.Values("X-Added").Any()
            && Lab.LastRequest.Values("Host").Single() == RulesLab.Host;
        return action.Without != 0 ? text.Contains("this very site", StringComparison.Ordinal) : !isPlain || Lab.Edge.Plane.Events.Store.Last > events;
    }

    /// <summary>The status that came last; 0 = the connection was cut.</summary>
    public int Status { get; private set; }

    /// <summary>The status of an exchange that goes past the module.</summary>
    public int PlainStatus => action.Without != 0 ? action.Without : int.Parse(action.Answer.AsSpan(0, 3), CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
