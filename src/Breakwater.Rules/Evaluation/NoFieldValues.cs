namespace Breakwater.Rules.Evaluation;

/// <summary>A request of which nothing is known; constant parts of an expression are evaluated over it. Immutable.</summary>
internal sealed class NoFieldValues : FieldValues
{
    public static NoFieldValues Instance { get; } = new();
}
