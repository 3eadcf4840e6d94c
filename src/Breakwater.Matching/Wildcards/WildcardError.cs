namespace Breakwater.Matching;

/// <summary>Why a text is no wildcard pattern.</summary>
public enum WildcardError : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Two stars stand side by side.</summary>
    DoubleStar,

    /// <summary>A backslash stands before something other than a star or a backslash, or at the end.</summary>
    BadEscape,

    /// <summary>There are more than <see cref="Wildcard.MaxStars"/> stars.</summary>
    TooManyStars,
}
