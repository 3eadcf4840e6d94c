namespace Breakwater.Rules.Syntax;

/// <summary>A piece of an expression's text, in characters. Immutable.</summary>
internal readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan Between(int start, int end) => new(start, end - start);
}
