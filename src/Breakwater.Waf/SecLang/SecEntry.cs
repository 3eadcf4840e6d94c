namespace Breakwater.Waf.SecLang;

/// <summary>What stands in a ruleset's order: a rule, or a marker to which rules skip. Immutable.</summary>
/// <param name="Position">Where it stands.</param>
public abstract record SecEntry(SecPosition Position);
