namespace Breakwater.Rules.Rulesets;

/// <summary>A value that a rule sets: a text, or an expression that makes one for each request. Immutable.</summary>
/// <param name="Text">The text or the expression.</param>
/// <param name="IsExpression">Which of the two it is.</param>
public sealed record RuleValue(RuleText Text, bool IsExpression)
{
    /// <summary>A text that no file holds.</summary>
    public static RuleValue Static(string text) => new(RuleText.Of(text), IsExpression: false);

    /// <summary>An expression that no file holds.</summary>
    public static RuleValue Expression(string text) => new(RuleText.Of(text), IsExpression: true);
}
