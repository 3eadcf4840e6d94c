using System.Collections.Immutable;
using System.Text.Json;

namespace Breakwater.Rules.Rulesets;

/// <summary>From JSON values to rulesets and rules. Owned by one reading.</summary>
internal sealed class RulesetReader(RuleLimits limits, RuleDiagnostics diagnostics)
{
    private int _rules;

    public void Read(JsonValue value, List<Ruleset> into)
    {
        switch (value.Type)
        {
            case JsonTokenType.StartArray:
                foreach (JsonValue item in value.Items) Read(item, into);
                break;
            case JsonTokenType.StartObject:
                if (ReadRuleset(new JsonFields(value, diagnostics, "a ruleset")) is { } ruleset) into.Add(ruleset);
                break;
            case JsonTokenType.Null:
                break;
            default:
                diagnostics.Error(value.Position, $"{value.Noun} stands where a ruleset should", "export a ruleset of the rulesets API");
                break;
        }
    }

    private Ruleset? ReadRuleset(JsonFields fields)
    {
        fields.PassOver("version", "last_updated", "source", "shareable_entitlement_name", "description_html", "url");
        string? phaseName = fields.Text("phase");
        if (phaseName is null)
        {
            if (!fields.Has("phase"))
            {
                fields.Missing(
                    "phase", $"export a ruleset of the rulesets API, or write one of {string.Join(", ", RulePhases.AllNames)}");
            }
            return null;
        }
        if (!RulePhases.TryParse(phaseName, out RulePhase phase))
        {
            diagnostics.Warning(
                fields.PositionOf("phase"), $"phase '{Shown.Short(phaseName)}' is not known: its rules do not run", "remove the ruleset");
            return null;
        }
        RulesetKind kind = ReadKind(fields);
        string id = fields.Text("id") ?? $"{RulePhases.NameOf(phase)} in {fields.Position.File}";
        Ruleset ruleset = new()
        {
            Id = id,
            Name = fields.Text("name") ?? "",
            Description = fields.Text("description"),
            Kind = kind,
            Phase = phase,
            Rules = ReadRules(fields, phase),
            Position = fields.Position,
        };
        fields.NameRest();
        return ruleset;
    }

    private RulesetKind ReadKind(JsonFields fields)
    {
        switch (fields.Text("kind"))
        {
            case "root": return RulesetKind.Root;
            case "custom": return RulesetKind.Custom;
            case "managed": return RulesetKind.Managed;
            case null or "zone": return RulesetKind.Zone;
            case { } other:
                diagnostics.Error(
                    fields.PositionOf("kind"), $"'{Shown.Short(other)}' is no kind of ruleset", "write root, zone, custom or managed");
                return RulesetKind.Zone;
        }
    }

    private ImmutableArray<Rule> ReadRules(JsonFields ruleset, RulePhase phase)
    {
        List<Rule> rules = [];
        Dictionary<string, RulePosition> ids = [];
        foreach (JsonFields fields in ruleset.Objects("rules", "a rule"))
        {
            if (++_rules > limits.MaxRules)
            {
                diagnostics.Error(fields.Position, $"the file has more than {limits.MaxRules} rules", "split it, or use lists");
                break;
            }
            diagnostics.CurrentRule = null;
            string? given = fields.Text("id");
            string? reference = fields.Text("ref");
            diagnostics.CurrentRule = given ?? reference ?? $"{RulePhases.NameOf(phase)} {rules.Count + 1}";
            if (ReadRule(fields, phase, given ?? reference, reference) is { } rule)
            {
                bool isDerived = given is null && reference is null;
                Rule unique = isDerived ? rule with { Id = RuleIds.Unique(rule.Id, ids.ContainsKey) } : rule;
                if (ids.TryAdd(unique.Id, unique.Position)) rules.Add(unique);
                else
                {
                    diagnostics.Error(
                        rule.Position, $"another rule of that id stands in line {ids[rule.Id].Line}", "give one of the two another id");
                }
            }
            diagnostics.CurrentRule = null;
        }
        return [.. rules];
    }

    /// <summary>The rule; null when a part of it is in error, which is reported.</summary>
    private Rule? ReadRule(JsonFields fields, RulePhase phase, string? id, string? reference)
    {
        int errors = diagnostics.ErrorCount;
        fields.PassOver("version", "last_updated", "position", "show_status");
        fields.CannotHonour("exposed_credential_check", "credentials are not compared with leaked ones here");
        RuleText? expression = fields.RuleText("expression");
        if (expression is null && diagnostics.ErrorCount == errors) fields.Missing("expression", "write 'true' for every request");
        RuleAction? action = ReadAction(fields, phase);
        RateLimit? rateLimit = fields.Object("ratelimit") is { } limit ? RateLimitReader.Read(limit) : null;
        bool? logging = null;
        if (fields.Object("logging") is { } log)
        {
            logging = log.Flag("enabled");
            log.NameRest();
        }
        ImmutableArray<string> categories = [.. fields.Strings("categories").Select(c => c.Text)];
        Rule rule = new()
        {
            Id = "",
            Ref = reference,
            Description = fields.Text("description"),
            Enabled = fields.Flag("enabled") ?? true,
            Expression = expression ?? RuleText.Of("false"),
            Action = action ?? new PlainAction(RuleActionKind.Log),
            RateLimit = rateLimit,
            Logging = logging,
            Categories = categories,
            ScoreThreshold = fields.Number("score_threshold", 0, 1_000_000),
            Position = fields.Position,
        };
        fields.NameRest();
        return diagnostics.ErrorCount > errors || action is null ? null : rule with { Id = id ?? RuleIds.Derive(rule, phase) };
    }

    private RuleAction? ReadAction(JsonFields fields, RulePhase phase)
    {
        if (fields.Text("action") is not { } name)
        {
            if (!fields.Has("action")) fields.Missing("action", "write one, such as block");
            fields.PassOver("action_parameters");
            return null;
        }
        JsonFields? parameters = fields.Object("action_parameters");
        if (RuleActionKinds.TryParse(name, out RuleActionKind kind)) return ActionReader.Read(kind, parameters, fields, phase, limits);
        diagnostics.Error(
            fields.PositionOf("action"), $"'{Shown.Short(name)}' is no action",
            $"write one of {string.Join(", ", RuleActionKinds.AllNames)}");
        return null;
    }
}
