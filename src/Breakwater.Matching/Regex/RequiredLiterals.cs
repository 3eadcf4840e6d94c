namespace Breakwater.Matching;

/// <summary>
/// What a text must contain for a pattern to have any chance: at least one of <see cref="Literals"/>. A search over many patterns looks
/// for the literals of all of them at once and tries only those patterns whose literal it met. May say "maybe" too often, never
/// "no" wrongly. Immutable.
/// </summary>
/// <param name="Literals">Any one of these occurs in every match; empty: nothing is known. In lower case when <paramref name="IgnoreCase"/>.</param>
/// <param name="IgnoreCase">ASCII letters of the literals stand for both cases.</param>
/// <param name="MinLength">No text shorter than this matches, in bytes.</param>
public sealed record RequiredLiterals(IReadOnlyList<byte[]> Literals, bool IgnoreCase, int MinLength)
{
    /// <summary>Nothing is known.</summary>
    public static RequiredLiterals None { get; } = new([], IgnoreCase: false, MinLength: 0);

    /// <summary>Whether there is a literal to look for.</summary>
    public bool Any => Literals.Count > 0;
}
