namespace Breakwater.Matching;

/// <summary>Where in an input a literal of a <see cref="LiteralSet"/> has to stand.</summary>
public enum LiteralAnchor : byte
{
    /// <summary>Anywhere (<c>contains</c>).</summary>
    Anywhere,

    /// <summary>At the start (<c>starts_with</c>).</summary>
    Start,

    /// <summary>At the end (<c>ends_with</c>).</summary>
    End,

    /// <summary>The input is the literal (<c>eq</c>, or <c>in</c> a set).</summary>
    Whole,
}
