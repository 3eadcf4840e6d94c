using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// The table of SecLang's directives. Three kinds: those that take effect, those whose work something else of Breakwater does (a note says
/// what), and those that cannot work here (an error says what to use). Immutable.
/// </summary>
internal static class SecDirectives
{
    private static readonly FrozenDictionary<string, SecDirective> ByName =
        Rules().Concat(Settings()).Concat(Superseded()).Concat(Unsupported()).ToFrozenDictionary(d => d.Name, StringComparer.OrdinalIgnoreCase);

    public static bool TryGet(string name, [NotNullWhen(true)] out SecDirective? directive) => ByName.TryGetValue(name, out directive);

    public static SecFault Unknown(string name) =>
        new($"there is no directive {SecNames.Quote(name)}", SecNames.DidYouMean(name, ByName.Keys));

    private static SecDirective[] Rules() =>
    [
        new("SecRule", "SecRule TARGETS \"OPERATOR\" \"ACTIONS\"", 2, 3, (p, w) => p.Rule(w), MayStandInChain: true),
        new("SecAction", "SecAction \"ACTIONS\"", 1, 1, (p, w) => p.Action(w), MayStandInChain: true),
        new("SecDefaultAction", "SecDefaultAction \"ACTIONS\"", 1, 1, (p, w) => p.DefaultAction(w)),
        new("SecMarker", "SecMarker NAME", 1, 1, (p, w) => p.Marker(w)),
        new("SecRuleRemoveById", "SecRuleRemoveById ID…", 1, int.MaxValue, (p, w) => p.RemoveById(w)),
        new("SecRuleRemoveByTag", "SecRuleRemoveByTag EXPRESSION", 1, 1, (p, w) => p.RemoveByTag(w)),
        new("SecRuleRemoveByMsg", "SecRuleRemoveByMsg EXPRESSION", 1, 1, (p, w) => p.RemoveByMsg(w)),
        new("SecRuleUpdateTargetById", "SecRuleUpdateTargetById ID \"TARGETS\" [\"REPLACED\"]", 2, 3, (p, w) => p.UpdateTargetById(w)),
        new("SecRuleUpdateTargetByTag", "SecRuleUpdateTargetByTag EXPRESSION \"TARGETS\" [\"REPLACED\"]", 2, 3, (p, w) => p.UpdateTargetByTag(w)),
        new("SecRuleUpdateTargetByMsg", "SecRuleUpdateTargetByMsg EXPRESSION \"TARGETS\" [\"REPLACED\"]", 2, 3, (p, w) => p.UpdateTargetByMsg(w)),
        new("SecRuleUpdateActionById", "SecRuleUpdateActionById ID \"ACTIONS\"", 2, 2, (p, w) => p.UpdateActionById(w)),
        new("Include", "Include FILE", 1, 1, (p, w) => p.Include(w, optional: false)),
        new("IncludeOptional", "IncludeOptional FILE", 1, 1, (p, w) => p.Include(w, optional: true)),
    ];

    private static SecDirective[] Settings() =>
    [
        Setting("SecRuleEngine", "On|Off|DetectionOnly", (p, w) => p.Set(w, Engine, (c, v) => c with { RuleEngine = v })),
        Setting("SecRequestBodyAccess", "On|Off", (p, w) => p.Set(w, Switch, (c, v) => c with { RequestBodyAccess = v })),
        Setting("SecRequestBodyLimit", "BYTES", (p, w) => p.Set(w, Number, (c, v) => c with { RequestBodyLimit = v })),
        Setting("SecRequestBodyNoFilesLimit", "BYTES", (p, w) => p.Set(w, Number, (c, v) => c with { RequestBodyNoFilesLimit = v })),
        Setting("SecRequestBodyLimitAction", "Reject|ProcessPartial", (p, w) => p.Set(w, LimitAction, (c, v) => c with { RequestBodyLimitAction = v })),
        Setting("SecRequestBodyJsonDepthLimit", "DEPTH", (p, w) => p.Set(w, Count, (c, v) => c with { RequestBodyJsonDepthLimit = v })),
        Setting("SecArgumentsLimit", "COUNT", (p, w) => p.Set(w, Count, (c, v) => c with { ArgumentsLimit = v })),
        Setting("SecArgumentSeparator", "CHARACTER", (p, w) => p.Set(w, Separator, (c, v) => c with { ArgumentSeparator = v })),
        Setting("SecUploadFileLimit", "COUNT", (p, w) => p.Set(w, Count, (c, v) => c with { UploadFileLimit = v })),
        Setting("SecResponseBodyAccess", "On|Off", (p, w) => p.Set(w, Switch, (c, v) => c with { ResponseBodyAccess = v })),
        Setting("SecResponseBodyLimit", "BYTES", (p, w) => p.Set(w, Number, (c, v) => c with { ResponseBodyLimit = v })),
        Setting("SecResponseBodyLimitAction", "Reject|ProcessPartial", (p, w) => p.Set(w, LimitAction, (c, v) => c with { ResponseBodyLimitAction = v })),
        new("SecResponseBodyMimeType", "SecResponseBodyMimeType TYPE…", 1, int.MaxValue, MimeTypes),
        new("SecResponseBodyMimeTypesClear", "SecResponseBodyMimeTypesClear", 0, 0, (p, _) => p.Configure(c => c with { ResponseBodyMimeTypes = [] })),
        Setting("SecAuditEngine", "On|Off|RelevantOnly", (p, w) => p.Set(w, Audit, (c, v) => c with { AuditEngine = v })),
        Setting("SecAuditLogRelevantStatus", "EXPRESSION", (p, w) => p.Set(w, Text, (c, v) => c with { AuditLogRelevantStatus = v })),
        Setting("SecAuditLogParts", "PARTS", (p, w) => p.Set(w, Text, (c, v) => c with { AuditLogParts = v })),
        Setting("SecCollectionTimeout", "SECONDS", (p, w) => p.Set(w, Count, (c, v) => c with { CollectionTimeout = v })),
        Setting("SecWebAppId", "NAME", (p, w) => p.Set(w, Text, (c, v) => c with { WebAppId = v })),
        Setting("SecComponentSignature", "TEXT", (p, w) => p.Set(w, Text, (c, v) => c with { ComponentSignatures = c.ComponentSignatures.Add(v) })),
        new("SecUnicodeMapFile", "SecUnicodeMapFile FILE CODEPAGE", 1, 2, UnicodeMap),
        OnlyOff("SecContentInjection", "bodies are not rewritten"),
        OnlyOff("SecConnEngine", "use the connection limits of the zone"),
        OnlyOff("SecHashEngine", "link signing is not part of the WAF"),
        OnlyOff("SecInterceptOnError", "what happens when the WAF itself fails is the zone's choice"),
        OnlyOff("SecStreamInBodyInspection", "bodies are not rewritten"),
        OnlyOff("SecStreamOutBodyInspection", "bodies are not rewritten"),
        OnlyOff("SecUploadKeepFiles", "uploads are inspected as they stream and never lie in a file"),
        OnlyOff("SecXmlExternalEntity", "entities are never resolved"),
        OnlyOff("SecParseXmlIntoArgs", "use the targets XML:/* and XML://@*"),
        new("SecCookieFormat", "SecCookieFormat 0", 1, 1, (p, w) => OnlyWord(p, w, "0", "version 1 cookies (RFC 2965) are not in use any more")),
    ];

    private static IEnumerable<SecDirective> Superseded()
    {
        const string Audit = "what rules find is an event; where events go is in Breakwater's own configuration";
        const string Files = "nothing is written to files";
        const string Linear = "expressions are matched in linear time, so no limit is needed";
        (string Name, string Instead)[] table =
        [
            ("SecAuditLog", Audit), ("SecAuditLog2", Audit), ("SecAuditLogDirMode", Audit), ("SecAuditLogFileMode", Audit),
            ("SecAuditLogFormat", Audit), ("SecAuditLogStorageDir", Audit), ("SecAuditLogType", Audit), ("SecAuditLogPrefix", Audit),
            ("SecCacheTransformations", "each value is transformed once in any case"),
            ("SecDataDir", Files), ("SecDebugLog", "use `breakwater explain`"), ("SecDebugLogLevel", "use `breakwater explain`"),
            ("SecDisableBackendCompression", "compressed responses are handled by the edge"),
            ("SecGeoLookupDb", "Breakwater's own configuration names the database of countries"),
            ("SecHttpBlKey", "a request never waits for DNS; use an address list of the zone"),
            ("SecPcreMatchLimit", Linear), ("SecPcreMatchLimitRecursion", Linear),
            ("SecRequestBodyInMemoryLimit", Files), ("SecRuleInheritance", "one compiled ruleset serves all zones"),
            ("SecRulePerfTime", "use `breakwater waf top`"), ("SecSensorId", "events name the node"),
            ("SecServerSignature", "the edge's own configuration names the server"), ("SecStatusEngine", "Breakwater reports to nobody"),
            ("SecTmpDir", Files), ("SecTmpSaveUploadedFiles", Files), ("SecUnicodeCodePage", "name it in SecUnicodeMapFile"),
            ("SecUploadDir", Files), ("SecUploadFileMode", Files),
        ];
        return table.Select(row => new SecDirective(row.Name, row.Name, 0, int.MaxValue, (p, w) =>
            p.Note(w[0].Position, $"{row.Name} has no effect here", row.Instead)));
    }

    private static IEnumerable<SecDirective> Unsupported()
    {
        const string Connections = "use the connection limits of the zone";
        const string Hash = "link signing is not part of the WAF; remove it";
        (string Name, string Remedy)[] table =
        [
            ("SecChrootDir", "let the service manager confine the process"), ("SecConnReadStateLimit", Connections),
            ("SecConnWriteStateLimit", Connections), ("SecCookieV0Separator", "cookies are separated by semicolons; remove it"),
            ("SecGsbLookupDb", "the service behind it is gone; remove it"),
            ("SecGuardianLog", "events can be sent to a program; see Breakwater's own configuration"), ("SecHashKey", Hash),
            ("SecHashMethodPm", Hash), ("SecHashMethodRx", Hash), ("SecHashParam", Hash),
            ("SecReadStateLimit", Connections), ("SecRemoteRules", "fetch the rules beforehand and name the folder"),
            ("SecRemoteRulesFailAction", "fetch the rules beforehand and name the folder"),
            ("SecRuleScript", "rules may not run programs; write it as SecRule"), ("SecWriteStateLimit", Connections),
        ];
        return table.Select(row => new SecDirective(row.Name, row.Name, 0, int.MaxValue, (p, w) =>
            p.Error(w[0].Position, $"{row.Name} is not supported", row.Remedy)));
    }

    private static SecDirective Setting(string name, string argument, Action<SecParser, List<SecWord>> apply) =>
        new(name, $"{name} {argument}", 1, 1, apply);

    private static SecDirective OnlyOff(string name, string why) => new(name, $"{name} Off", 1, 1, (p, w) => OnlyWord(p, w, "Off", why));

    private static void OnlyWord(SecParser parser, List<SecWord> words, string word, string why)
    {
        if (words[1].Text.Equals(word, StringComparison.OrdinalIgnoreCase)) return;
        parser.Error(words[1].Position, $"{words[0].Text} {words[1].Text} is not supported", $"write {words[0].Text} {word}; {why}");
    }

    private static void MimeTypes(SecParser parser, List<SecWord> words)
    {
        string[] types = [.. words.Skip(1).SelectMany(w => w.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(t => t.ToLowerInvariant())];
        parser.Configure(c => c with { ResponseBodyMimeTypes = [.. c.ResponseBodyMimeTypes.Union(types, StringComparer.Ordinal)] });
    }

    private static void UnicodeMap(SecParser parser, List<SecWord> words)
    {
        string page = words[^1].Text;
        if (words.Count == 3 && page == "20127") return; // built in, whichever file is named
        if (words.Count == 2 && !page.All(char.IsAsciiDigit)) return;
        parser.Error(words[^1].Position, $"the code page {SecNames.Quote(page)} is not supported", "write 20127 (US-ASCII), the usual one");
    }

    private static SecEngineMode? Engine(string text) => text.ToUpperInvariant() switch
    {
        "ON" => SecEngineMode.On,
        "OFF" => SecEngineMode.Off,
        "DETECTIONONLY" => SecEngineMode.DetectionOnly,
        _ => null,
    };

    private static SecAuditMode? Audit(string text) => text.ToUpperInvariant() switch
    {
        "ON" => SecAuditMode.On,
        "OFF" => SecAuditMode.Off,
        "RELEVANTONLY" => SecAuditMode.RelevantOnly,
        _ => null,
    };

    private static SecLimitAction? LimitAction(string text) => text.ToUpperInvariant() switch
    {
        "REJECT" => SecLimitAction.Reject,
        "PROCESSPARTIAL" => SecLimitAction.ProcessPartial,
        _ => null,
    };

    private static bool? Switch(string text) => text.ToUpperInvariant() switch { "ON" => true, "OFF" => false, _ => null };

    private static long? Number(string text) => SecIdRange.TryId(text, out long value) ? value : null;

    private static int? Count(string text) => SecIdRange.TryId(text, out long value) && value is > 0 and <= int.MaxValue ? (int)value : null;

    private static char? Separator(string text) => text.Length == 1 && char.IsAscii(text[0]) ? text[0] : null;

    private static string Text(string text) => text;
}
