using System.Text.Json;

namespace Breakwater.Rules.Rulesets;

/// <content>Actions that name other rules: <c>skip</c> and <c>execute</c>.</content>
internal static partial class ActionReader
{
    private static SkipAction? ReadSkip(JsonFields? parameters, JsonFields rule)
    {
        if (parameters is null) return Lacking<SkipAction>(rule, "write what is skipped, such as {\"ruleset\": \"current\"}");
        RuleDiagnostics diagnostics = parameters.Diagnostics;
        List<RulePhase> phases = [];
        foreach (JsonValue name in parameters.Strings("phases"))
        {
            if (RulePhases.TryParse(name.Text, out RulePhase phase)) phases.Add(phase);
            else
            {
                diagnostics.Error(
                    name.Position, $"'{Shown.Short(name.Text)}' is no phase", $"write one of {string.Join(", ", RulePhases.AllNames)}");
            }
        }
        SkippedProducts products = SkippedProducts.None;
        foreach (JsonValue name in parameters.Strings("products"))
        {
            if (RuleProducts.TryParse(name.Text, out SkippedProducts product)) products |= product;
            else
            {
                diagnostics.Error(
                    name.Position, $"'{Shown.Short(name.Text)}' is no product", $"write one of {string.Join(", ", RuleProducts.AllNames)}");
            }
        }
        List<SkippedRules> rules = [];
        if (parameters.Object("rules") is { } byRuleset)
        {
            foreach (JsonMember member in byRuleset.Members()) rules.Add(ReadSkippedRules(member, diagnostics));
        }
        SkipAction skip = new()
        {
            CurrentRuleset = IsCurrent(parameters, "ruleset"),
            CurrentPhase = IsCurrent(parameters, "phase"),
            Phases = [.. phases],
            Products = products,
            Rulesets = [.. parameters.Strings("rulesets").Select(s => s.Text)],
            Rules = [.. rules],
        };
        bool isEmpty = skip is
        {
            CurrentRuleset: false, CurrentPhase: false, Products: SkippedProducts.None, Phases: [], Rulesets: [], Rules: [],
        };
        if (isEmpty) diagnostics.Warning(parameters.Position, "it skips nothing", "name a ruleset, phases, products or rules");
        return skip;
    }

    private static SkippedRules ReadSkippedRules(JsonMember member, RuleDiagnostics diagnostics)
    {
        List<string> ids = [];
        bool isList = member.Value.Type == JsonTokenType.StartArray;
        foreach (JsonValue id in member.Value.Items)
        {
            if (id.Type == JsonTokenType.String) ids.Add(id.Text);
            else isList = false;
        }
        if (!isList) diagnostics.Error(member.Value.Position, "the rules to skip are no list of ids", "write [\"id\", …]");
        return new SkippedRules(member.Name, [.. ids]);
    }

    private static bool IsCurrent(JsonFields parameters, string name)
    {
        if (parameters.Text(name) is not { } word) return false;
        if (word != "current")
        {
            parameters.Diagnostics.Error(
                parameters.PositionOf(name), $"'{name}' is '{Shown.Short(word)}'", $"write current; others are named in '{name}s'");
        }
        return word == "current";
    }

    private static ExecuteAction? ReadExecute(JsonFields? parameters, JsonFields rule)
    {
        if (parameters?.Text("id") is not { } id) return Lacking<ExecuteAction>(rule, "write {\"id\": …} with the id of a ruleset");
        if (parameters.Has("version") && parameters.Take("version") is { Text: not "latest" } version)
        {
            parameters.Diagnostics.Warning(version.Position, "'version' is not honoured", "the ruleset runs as it is");
        }
        parameters.CannotHonour("matched_data", "matched values are not encrypted for a key; events show them redacted");
        RulesetOverrides overrides = parameters.Object("overrides") is { } fields ? ReadOverrides(fields) : RulesetOverrides.None;
        return new ExecuteAction(id, overrides);
    }

    private static RulesetOverrides ReadOverrides(JsonFields fields)
    {
        List<CategoryOverride> categories = [];
        foreach (JsonFields item in fields.Objects("categories"))
        {
            string? name = item.Text("category");
            if (!item.Has("category")) item.Missing("category", "name it");
            RuleOverride read = ReadOverride(item);
            if (name is not null) categories.Add(new CategoryOverride(name, read));
            item.NameRest();
        }
        List<SingleOverride> rules = [];
        foreach (JsonFields item in fields.Objects("rules"))
        {
            string? id = item.Text("id");
            if (!item.Has("id")) item.Missing("id", "name the rule");
            RuleOverride read = ReadOverride(item);
            if (id is not null) rules.Add(new SingleOverride(id, read, item.Position));
            item.NameRest();
        }
        RulesetOverrides overrides = new() { All = ReadOverride(fields), Categories = [.. categories], Rules = [.. rules] };
        fields.NameRest();
        return overrides;
    }

    private static RuleOverride ReadOverride(JsonFields fields)
    {
        RuleActionKind? action = null;
        if (fields.Text("action") is { } name)
        {
            if (RuleActionKinds.TryParse(name, out RuleActionKind kind) && CanOverride(kind)) action = kind;
            else
            {
                fields.Diagnostics.Error(
                    fields.PositionOf("action"), $"'{Shown.Short(name)}' cannot take the place of another action",
                    "write block, log, a challenge, or force_connection_close");
            }
        }
        return new RuleOverride
        {
            Action = action,
            Enabled = fields.Flag("enabled"),
            Sensitivity = ReadSensitivity(fields),
            ScoreThreshold = fields.Number("score_threshold", 0, 1_000_000),
        };
    }

    private static bool CanOverride(RuleActionKind kind) => kind == RuleActionKind.Log || RuleActionKinds.IsProtection(kind);

    private static OverrideSensitivity? ReadSensitivity(JsonFields fields)
    {
        switch (fields.Text("sensitivity_level"))
        {
            case null: return null;
            case "default": return OverrideSensitivity.Default;
            case "medium": return OverrideSensitivity.Medium;
            case "low": return OverrideSensitivity.Low;
            case "eoff": return OverrideSensitivity.EssentiallyOff;
            case { } other:
                fields.Diagnostics.Error(
                    fields.PositionOf("sensitivity_level"), $"'{Shown.Short(other)}' is no sensitivity",
                    "write default, medium, low or eoff");
                return null;
        }
    }
}
