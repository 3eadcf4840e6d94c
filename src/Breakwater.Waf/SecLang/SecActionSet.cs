using System.Collections.Frozen;
using System.Globalization;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.SecLang;

/// <summary>The disruptive action as it is written; <c>block</c> is not yet resolved.</summary>
internal sealed record SecWrittenDisruptive(SecDisruptiveKind Kind, bool IsBlock, SecText? Location);

/// <summary>
/// The actions of one rule, of SecDefaultAction or of SecRuleUpdateActionById while the rules are loaded: single-valued ones, null where
/// not written, and lists. Owned by the parser.
/// </summary>
internal sealed class SecActionSet
{
    public long? Id { get; private set; }

    public SecPhase? Phase { get; private set; }

    public SecWrittenDisruptive? Disruptive { get; private set; }

    public int? Status { get; private set; }

    public bool Chain { get; private set; }

    public bool? Capture { get; private set; }

    public bool? MultiMatch { get; private set; }

    public bool? Log { get; private set; }

    public bool? AuditLog { get; private set; }

    public SecText? Msg { get; private set; }

    public SecText? LogData { get; private set; }

    public int? Severity { get; private set; }

    public int? Maturity { get; private set; }

    public int? Accuracy { get; private set; }

    public string? Ver { get; private set; }

    public string? Rev { get; private set; }

    public int? Skip { get; private set; }

    public string? SkipAfter { get; private set; }

    /// <summary>Whether <c>t:none</c> was written, so that earlier lists do not count.</summary>
    public bool ClearsTransformations { get; private set; }

    public List<TransformationKind> Transformations { get; } = [];

    public List<string> Tags { get; } = [];

    public List<SecRuleAction> Actions { get; } = [];

    private static readonly FrozenDictionary<string, string> Absent = new Dictionary<string, string>
    {
        ["append"] = "bodies are not rewritten; remove it",
        ["deprecatevar"] = "use expirevar",
        ["exec"] = "rules may not run programs; remove it",
        ["pause"] = "holding a request would hold the edge's own memory; use a rate limit of the zone",
        ["prepend"] = "bodies are not rewritten; remove it",
        ["proxy"] = "use a rule of the zone to choose another origin",
        ["sanitiseArg"] = RedactionReason,
        ["sanitiseMatched"] = RedactionReason,
        ["sanitiseMatchedBytes"] = RedactionReason,
        ["sanitiseRequestHeader"] = RedactionReason,
        ["sanitiseResponseHeader"] = RedactionReason,
        ["setenv"] = "there is no environment to set; use setvar:tx.NAME=VALUE",
        ["xmlns"] = "XML:/* and XML://@* do not depend on namespaces; remove it",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private const string RedactionReason = "values in events are redacted anyway; remove it";

    private static readonly string[] Known =
    [
        "accuracy", "allow", "auditlog", "block", "capture", "chain", "ctl", "deny", "drop", "expirevar", "id", "initcol", "log", "logdata",
        "maturity", "msg", "multiMatch", "noauditlog", "nolog", "pass", "phase", "redirect", "rev", "setrsc", "setsid", "setuid", "setvar",
        "severity", "skip", "skipAfter", "status", "t", "tag", "ver",
    ];

    private static readonly string[] Severities = ["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"];

    /// <summary>Reads a list of actions into this set; a fault's offset is of the list's text.</summary>
    public SecFault? Read(string text, Func<int, SecPosition> position, int maxActions)
    {
        List<SecWrittenAction> written = [];
        if (SecActionParser.Split(text, maxActions, written) is { } bad) return bad;
        foreach (SecWrittenAction action in written)
        {
            bool isValueFault = true;
            if (Add(action, position(action.NameOffset), ref isValueFault) is { } fault)
            {
                return fault.At(isValueFault ? action.ValueOffset : action.NameOffset);
            }
        }

        return null;
    }

    /// <summary>Lays another set over this one: what it says once replaces, lists are continued.</summary>
    public void Overlay(SecActionSet over)
    {
        Disruptive = over.Disruptive ?? Disruptive;
        Status = over.Status ?? Status;
        Capture = over.Capture ?? Capture;
        MultiMatch = over.MultiMatch ?? MultiMatch;
        Log = over.Log ?? Log;
        AuditLog = over.AuditLog ?? AuditLog;
        Msg = over.Msg ?? Msg;
        LogData = over.LogData ?? LogData;
        Severity = over.Severity ?? Severity;
        Maturity = over.Maturity ?? Maturity;
        Accuracy = over.Accuracy ?? Accuracy;
        Ver = over.Ver ?? Ver;
        Rev = over.Rev ?? Rev;
        Skip = over.Skip ?? Skip;
        SkipAfter = over.SkipAfter ?? SkipAfter;
        if (over.ClearsTransformations)
        {
            ClearsTransformations = true;
            Transformations.Clear();
        }

        Transformations.AddRange(over.Transformations);
        Tags.AddRange(over.Tags);
        Actions.AddRange(over.Actions);
    }

    private SecFault? Add(SecWrittenAction action, SecPosition position, ref bool isValueFault)
    {
        string value = action.Value;
        switch (action.Name.ToUpperInvariant())
        {
            case "ID":
                if (!SecIdRange.TryId(value, out long id) || id == 0) return NotA(value, "rule id", "write a whole number from 1");
                Id = id;
                return null;
            case "PHASE": return AddPhase(value);
            case "T": return AddTransformation(value);
            case "TAG":
                if (value.Contains("%{", StringComparison.Ordinal)) return new SecFault("macros in tags are not supported", "write the tag out, or use logdata");
                Tags.Add(value);
                return null;
            case "MSG": return SecText.Parse(value, out SecText msg) ?? Done(Msg = msg);
            case "LOGDATA": return SecText.Parse(value, out SecText data) ?? Done(LogData = data);
            case "SEVERITY": return AddSeverity(value);
            case "VER": return Done(Ver = value);
            case "REV": return Done(Rev = value);
            case "MATURITY": return Number(value, 0, 9, out int maturity) ?? Done(Maturity = maturity);
            case "ACCURACY": return Number(value, 0, 9, out int accuracy) ?? Done(Accuracy = accuracy);
            case "STATUS": return Number(value, 100, 599, out int status) ?? Done(Status = status);
            case "SKIP": return Number(value, 1, 100_000, out int skip) ?? Done(Skip = skip);
            case "SKIPAFTER":
                return value.Length == 0 ? new SecFault("skipAfter needs a marker or a rule id", "write skipAfter:NAME") : Done(SkipAfter = value);
            case "CHAIN": return Done(Chain = true);
            case "CAPTURE": return Done(Capture = true);
            case "MULTIMATCH": return Done(MultiMatch = true);
            case "LOG": return Done(Log = true);
            case "NOLOG": return Done(Log = AuditLog = false);
            case "AUDITLOG": return Done(AuditLog = true);
            case "NOAUDITLOG": return Done(AuditLog = false);
            case "PASS": return SetDisruptive(SecDisruptiveKind.Pass);
            case "DENY": return SetDisruptive(SecDisruptiveKind.Deny);
            case "DROP": return SetDisruptive(SecDisruptiveKind.Drop);
            case "BLOCK": return SetDisruptive(SecDisruptiveKind.Pass, isBlock: true);
            case "ALLOW": return AddAllow(value);
            case "REDIRECT":
                if (value.Length == 0) return new SecFault("redirect needs a location", "write redirect:'https://example.org/'");
                return SecText.Parse(value, out SecText location) ?? SetDisruptive(SecDisruptiveKind.Redirect, location: location);
            default: return AddRunTime(action, position, ref isValueFault);
        }
    }

    private SecFault? AddRunTime(SecWrittenAction action, SecPosition position, ref bool isValueFault)
    {
        string value = action.Value;
        switch (action.Name.ToUpperInvariant())
        {
            case "SETVAR": return SetVar.Parse(value, position, out SetVar? setVar) ?? AddAction(setVar);
            case "EXPIREVAR": return ExpireVar.Parse(value, position, out ExpireVar? expireVar) ?? AddAction(expireVar);
            case "INITCOL": return InitCol.Parse(value, position, out InitCol? initCol) ?? AddAction(initCol);
            case "CTL": return Ctl.Parse(value, position, out Ctl? ctl) ?? AddAction(ctl);
            case "SETSID": return SetCollectionId.Parse(SecVariable.Session, value, position, out SetCollectionId? session) ?? AddAction(session);
            case "SETUID": return SetCollectionId.Parse(SecVariable.User, value, position, out SetCollectionId? user) ?? AddAction(user);
            case "SETRSC": return SetCollectionId.Parse(SecVariable.Resource, value, position, out SetCollectionId? resource) ?? AddAction(resource);
        }

        isValueFault = false;
        return Absent.TryGetValue(action.Name, out string? remedy)
            ? new SecFault($"the action {action.Name} is not supported", remedy)
            : new SecFault($"there is no action {SecNames.Quote(action.Name)}", SecNames.DidYouMean(action.Name, Known));
    }

    private SecFault? AddPhase(string value)
    {
        Phase = value.ToUpperInvariant() switch
        {
            "1" => SecPhase.RequestHeaders,
            "2" or "REQUEST" => SecPhase.RequestBody,
            "3" => SecPhase.ResponseHeaders,
            "4" or "RESPONSE" => SecPhase.ResponseBody,
            "5" or "LOGGING" => SecPhase.Logging,
            _ => null,
        };
        return Phase is null ? NotA(value, "phase", "write 1, 2 (request), 3, 4 (response) or 5 (logging)") : null;
    }

    private SecFault? AddTransformation(string value)
    {
        if (value.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            ClearsTransformations = true;
            Transformations.Clear();
            return null;
        }

        if (!Transformation.TryGet(value, out TransformationKind kind))
        {
            return new SecFault($"there is no transformation {SecNames.Quote(value)}", SecNames.DidYouMean(value, Transformation.Names));
        }

        Transformations.Add(kind);
        return null;
    }

    private SecFault? AddSeverity(string value)
    {
        int index = Array.FindIndex(Severities, name => name.Equals(value, StringComparison.OrdinalIgnoreCase));
        if (index < 0 && (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out index) || index > 7))
        {
            return NotA(value, "severity", $"write 0 to 7, or {string.Join(", ", Severities)}");
        }

        Severity = index;
        return null;
    }

    private SecFault? AddAllow(string value) => value.ToUpperInvariant() switch
    {
        "" => SetDisruptive(SecDisruptiveKind.Allow),
        "PHASE" => SetDisruptive(SecDisruptiveKind.AllowPhase),
        "REQUEST" => SetDisruptive(SecDisruptiveKind.AllowRequest),
        _ => NotA(value, "scope of allow", "write allow, allow:phase or allow:request"),
    };

    private SecFault? SetDisruptive(SecDisruptiveKind kind, bool isBlock = false, SecText? location = null) =>
        Done(Disruptive = new SecWrittenDisruptive(kind, isBlock, location));

    private SecFault? AddAction(SecRuleAction? action)
    {
        Actions.Add(action!);
        return null;
    }

    private static SecFault? Number(string value, int min, int max, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max
            ? null : NotA(value, "number that fits here", $"write a whole number from {min} to {max}");

    private static SecFault NotA(string value, string what, string remedy) => new($"{SecNames.Quote(value)} is no {what}", remedy);

    private static SecFault? Done<T>(T _) => null;
}
