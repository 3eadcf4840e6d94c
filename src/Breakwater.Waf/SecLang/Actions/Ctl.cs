using System.Collections.Immutable;
using System.Globalization;

namespace Breakwater.Waf.SecLang;

#pragma warning disable CS1591 // The names are SecLang's own.
/// <summary>What <see cref="Ctl"/> changes.</summary>
public enum CtlOption
{
    AuditEngine,
    AuditLogParts,
    ForceRequestBodyVariable,
    RequestBodyAccess,
    RequestBodyLimit,
    RequestBodyProcessor,
    ResponseBodyAccess,
    ResponseBodyLimit,
    RuleEngine,
    RuleRemoveById,
    RuleRemoveByMsg,
    RuleRemoveByTag,
    RuleRemoveTargetById,
    RuleRemoveTargetByMsg,
    RuleRemoveTargetByTag,
}
#pragma warning restore CS1591

/// <summary><c>ctl:ruleRemoveTargetById=942100;ARGS:text</c>: changes the engine for this transaction only. Immutable.</summary>
/// <param name="Option">What to change.</param>
/// <param name="Value">The new value, or the tag or message expression of the rules that are meant.</param>
/// <param name="Ids">The rules that are meant, where they are named by id.</param>
/// <param name="Target">The target to leave out, where one is.</param>
/// <param name="Position">Where it stands.</param>
public sealed record Ctl(CtlOption Option, string Value, ImmutableArray<SecIdRange> Ids, SecTarget? Target, SecPosition Position)
    : SecRuleAction(Position)
{
    private static readonly string[] Engines = ["On", "Off", "DetectionOnly"];
    private static readonly string[] AuditEngines = ["On", "Off", "RelevantOnly"];
    private static readonly string[] Switches = ["On", "Off"];
    private static readonly string[] Processors = ["URLENCODED", "MULTIPART", "XML", "JSON"];

    internal static SecFault? Parse(string text, SecPosition position, out Ctl? action)
    {
        action = null;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = (equals < 0 ? text : text[..equals]).Trim();
        if (!Enum.TryParse(name, ignoreCase: true, out CtlOption option) || int.TryParse(name, out _)) return Unknown(name);
        if (equals < 0 || equals + 1 == text.Length) return new SecFault($"ctl:{name} needs a value", $"write ctl:{name}=VALUE");

        string value = text[(equals + 1)..].Trim();
        ImmutableArray<SecIdRange> ids = [];
        SecTarget? target = null;
        SecFault? fault = option switch
        {
            CtlOption.RuleEngine => Word(ref value, Engines),
            CtlOption.AuditEngine => Word(ref value, AuditEngines),
            CtlOption.RequestBodyAccess or CtlOption.ResponseBodyAccess or CtlOption.ForceRequestBodyVariable => Word(ref value, Switches),
            CtlOption.RequestBodyProcessor => Word(ref value, Processors),
            CtlOption.RequestBodyLimit or CtlOption.ResponseBodyLimit => Number(value),
            CtlOption.RuleRemoveById => IdList(value, out ids),
            CtlOption.RuleRemoveTargetById => SplitTarget(ref value, position, out target) ?? IdList(value, out ids),
            CtlOption.RuleRemoveTargetByTag or CtlOption.RuleRemoveTargetByMsg => SplitTarget(ref value, position, out target),
            _ => null,
        };
        if (fault is not null) return fault.At(equals + 1);
        action = new Ctl(option, value, ids, target, position);
        return null;
    }

    private static SecFault Unknown(string name) => name.ToUpperInvariant() switch
    {
        "DEBUGLOGLEVEL" => new SecFault("ctl:debugLogLevel is not supported", "use `breakwater explain` to see what rules did"),
        "HASHENGINE" or "HASHENFORCEMENT" => new SecFault($"ctl:{name} is not supported", "link signing is not part of the WAF; remove it"),
        "PARSEXMLINTOARGS" => new SecFault("ctl:parseXmlIntoArgs is not supported", "use the targets XML:/* and XML://@*"),
        _ => new SecFault($"there is no ctl option {SecNames.Quote(name)}", SecNames.DidYouMean(name, Enum.GetNames<CtlOption>())),
    };

    private static SecFault? Word(ref string value, string[] words)
    {
        foreach (string word in words)
        {
            if (!word.Equals(value, StringComparison.OrdinalIgnoreCase)) continue;
            value = word;
            return null;
        }

        return new SecFault($"{SecNames.Quote(value)} is none of its values", $"write {string.Join(", ", words)}");
    }

    private static SecFault? Number(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? null : new SecFault($"{SecNames.Quote(value)} is no number of bytes", "write a whole number");

    private static SecFault? IdList(string value, out ImmutableArray<SecIdRange> ids)
    {
        ids = [];
        ImmutableArray<SecIdRange>.Builder ranges = ImmutableArray.CreateBuilder<SecIdRange>();
        foreach (string part in value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (SecIdRange.Parse(part, out SecIdRange range) is { } fault) return fault;
            ranges.Add(range);
        }

        ids = ranges.ToImmutable();
        return ids.IsEmpty ? new SecFault("a rule id is missing", "write 942100 or 942100-942199") : null;
    }

    private static SecFault? SplitTarget(ref string value, SecPosition position, out SecTarget? target)
    {
        target = null;
        int split = value.IndexOf(';', StringComparison.Ordinal);
        if (split <= 0 || split + 1 == value.Length) return new SecFault("the target to leave out is missing", "write RULES;TARGET, such as 942100;ARGS:text");
        List<SecTarget> targets = [];
        string text = value[(split + 1)..];
        if (SecTargetParser.Parse(text, _ => position, 1, targets) is { } fault) return fault.At(split + 1);
        if (targets[0].Mode == SecTargetMode.Count) return new SecFault(split + 1, "a count cannot be left out", "remove the &");
        target = targets[0] with { Mode = SecTargetMode.Exclude };
        value = value[..split].Trim();
        return null;
    }
}
