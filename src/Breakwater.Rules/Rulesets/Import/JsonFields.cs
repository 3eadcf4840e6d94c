using System.Globalization;
using System.Text.Json;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Reads the members of a JSON object by name. A wrong type is an error; what nobody asked for is named at the end as a warning, because it
/// is something that was written and does not happen. <c>null</c> is as good as absent. Owned by one reading.
/// </summary>
internal sealed class JsonFields(JsonValue value, RuleDiagnostics diagnostics, string place)
{
    private readonly HashSet<string> _taken = [];

    public RulePosition Position => value.Position;

    public RuleDiagnostics Diagnostics => diagnostics;

    /// <summary>The object as members; null, with an error, when it is none.</summary>
    public static JsonFields? Of(JsonValue value, RuleDiagnostics diagnostics, string place)
    {
        if (value.Type == JsonTokenType.StartObject) return new JsonFields(value, diagnostics, place);
        diagnostics.Error(value.Position, $"{place} is {value.Noun}, not an object", "write {…}");
        return null;
    }

    public bool Has(string name) => value.Members.Exists(m => m.Name == name && !m.Value.IsNull);

    /// <summary>Where the member's value stands; the object's own position when it is absent.</summary>
    public RulePosition PositionOf(string name) => Find(name)?.Position ?? value.Position;

    public JsonValue? Take(string name)
    {
        _taken.Add(name);
        return Find(name);
    }

    /// <summary>Members that are known and mean nothing here, such as times of changes.</summary>
    public void PassOver(params ReadOnlySpan<string> names)
    {
        foreach (string name in names) _taken.Add(name);
    }

    /// <summary>A member that is known and cannot be honoured.</summary>
    public void CannotHonour(string name, string why)
    {
        if (Take(name) is { } member) diagnostics.Warning(member.Position, $"'{name}' in {place} is not honoured", why);
    }

    public string? Text(string name) => TakeOf(name, JsonTokenType.String, "a string")?.Text;

    public RuleText? RuleText(string name) => TakeOf(name, JsonTokenType.String, "a string")?.ToRuleText();

    public bool? Flag(string name)
    {
        if (Take(name) is not { } member) return null;
        if (member.Type is JsonTokenType.True or JsonTokenType.False) return member.Type == JsonTokenType.True;
        Wrong(name, member, "true or false");
        return null;
    }

    public int? Number(string name, int min, int max)
    {
        if (TakeOf(name, JsonTokenType.Number, "a whole number") is not { } member) return null;
        if (long.TryParse(member.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= min && number <= max)
        {
            return (int)number;
        }
        diagnostics.Error(
            member.Position, $"'{name}' is {Shown.Short(member.Text)}, out of range", $"write a whole number from {min} to {max}");
        return null;
    }

    /// <summary>A member whose value is an object.</summary>
    public JsonFields? Object(string name) =>
        TakeOf(name, JsonTokenType.StartObject, "an object") is { } member ? new JsonFields(member, diagnostics, $"'{name}'") : null;

    public IReadOnlyList<JsonValue> List(string name) => TakeOf(name, JsonTokenType.StartArray, "a list")?.Items ?? [];

    /// <summary>The items of a list of objects.</summary>
    public IEnumerable<JsonFields> Objects(string name, string? called = null)
    {
        foreach (JsonValue item in List(name))
        {
            if (Of(item, diagnostics, $"an item of '{name}'") is { } fields)
            {
                yield return called is null ? fields : new(item, diagnostics, called);
            }
        }
    }

    /// <summary>The items of a list of strings.</summary>
    public IEnumerable<JsonValue> Strings(string name)
    {
        foreach (JsonValue item in List(name))
        {
            if (item.Type == JsonTokenType.String) yield return item;
            else diagnostics.Error(item.Position, $"an item of '{name}' is {item.Noun}, not a string", "put it in quotes");
        }
    }

    /// <summary>Members whose names are free, such as those of headers; each counts as read.</summary>
    public IEnumerable<JsonMember> Members()
    {
        foreach (JsonMember member in value.Members)
        {
            if (_taken.Add(member.Name) && !member.Value.IsNull) yield return member;
        }
    }

    public void Missing(string name, string remedy) => diagnostics.Error(value.Position, $"{place} lacks its '{name}'", remedy);

    /// <summary>Names the members that nobody read.</summary>
    public void NameRest()
    {
        foreach (JsonMember member in value.Members)
        {
            if (_taken.Contains(member.Name) || member.Value.IsNull) continue;
            diagnostics.Warning(
                member.Position, $"unknown '{Shown.Short(member.Name)}' in {place} is not honoured", "check the spelling, or remove it");
        }
    }

    private JsonValue? Find(string name)
    {
        JsonValue? found = value.Members.Find(m => m.Name == name).Value;
        return found is { IsNull: false } ? found : null;
    }

    private JsonValue? TakeOf(string name, JsonTokenType type, string noun)
    {
        if (Take(name) is not { } member) return null;
        if (member.Type == type) return member;
        Wrong(name, member, noun);
        return null;
    }

    private void Wrong(string name, JsonValue member, string noun) =>
        diagnostics.Error(member.Position, $"'{name}' in {place} is {member.Noun}, not {noun}", $"write {noun}");
}
