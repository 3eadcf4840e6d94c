using System.Collections.Immutable;
using System.Text.Json;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Reads rulesets as the rulesets API writes them: one ruleset, a list of them, or the API's answer around either
/// (<c>{"result": …, "success": true}</c>). What is known and cannot be honoured, and what is not known, is named as a warning with the
/// rule it stands in; a wrong type is an error. Thread-safe; bounded by <see cref="RuleLimits"/>; does not throw for what a file holds.
/// </summary>
public static class RulesetJson
{
    /// <summary>Reads a file's bytes.</summary>
    /// <param name="utf8">The bytes, UTF-8.</param>
    /// <param name="file">The file's name for positions.</param>
    /// <param name="limits">Bounds; null = <see cref="RuleLimits.Default"/>.</param>
    public static RulesetFile Read(ReadOnlySpan<byte> utf8, string file, RuleLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        limits ??= RuleLimits.Default;
        RuleDiagnostics diagnostics = new();
        List<Ruleset> rulesets = [];
        if (JsonTree.Parse(utf8, file, limits, diagnostics) is { } root)
        {
            new RulesetReader(limits, diagnostics).Read(Unwrap(root, diagnostics), rulesets);
        }
        return new RulesetFile([.. rulesets], [.. diagnostics.ToList().OrderBy(d => d.Position.Line).ThenBy(d => d.Position.Column)]);
    }

    private static JsonValue Unwrap(JsonValue root, RuleDiagnostics diagnostics)
    {
        if (root.Type != JsonTokenType.StartObject || root.Members.Find(m => m.Name == "result").Value is not { } result) return root;
        if (root.Members.Find(m => m.Name == "success").Value is { Type: JsonTokenType.False } failure)
        {
            diagnostics.Error(failure.Position, "the API's answer says that the export failed", "export the ruleset again");
        }
        else if (result.IsNull) diagnostics.Error(result.Position, "the API's answer holds no ruleset", "export the ruleset again");
        return result;
    }
}

/// <summary>What a file of rulesets held. Immutable.</summary>
/// <param name="Rulesets">The rulesets that could be read.</param>
/// <param name="Diagnostics">Everything found, in the order of the file.</param>
public sealed record RulesetFile(ImmutableArray<Ruleset> Rulesets, IReadOnlyList<RuleDiagnostic> Diagnostics)
{
    /// <summary>Whether the rules must not run as they were read.</summary>
    public bool HasErrors => Diagnostics.Any(d => d.IsError);
}
