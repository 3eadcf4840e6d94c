namespace Breakwater.Waf.SecLang;

/// <summary>An action that runs for each value that a rule matches. Immutable.</summary>
/// <param name="Position">Where it stands.</param>
public abstract record SecRuleAction(SecPosition Position);
