namespace Breakwater.Matching;

/// <summary>
/// What a text must contain for a pattern to have any chance: at least one of <see cref="Literals"/>, and a byte of each of
/// <see cref="OneOfEach"/>. A search over many patterns looks for the literals of all of them at once and tries only those patterns whose
/// literal it met. May say "maybe" too often, never "no" wrongly. Immutable.
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

    /// <summary>Sets of bytes other than letters: every match contains at least one byte of each.</summary>
    public IReadOnlyList<byte[]> OneOfEach { get; init; } = [];

    /// <summary>What lies between the start of a match and its literal, at most, for a search around the literal to pay.</summary>
    internal const int ShortLead = 32;

    /// <summary>
    /// A match begins at most so many bytes before one of its literals does: whether there is a match can then be seen near the literals.
    /// <see cref="int.MaxValue"/>: no such bound is known.
    /// </summary>
    public int MaxLead { get; init; } = int.MaxValue;

    /// <summary>Whether nothing matches at all.</summary>
    public bool IsImpossible { get; init; }

    /// <summary>
    /// How often one of the literals stands at a place of an ordinary text, very roughly: 0 hardly ever, 1 everywhere. Only good for choices
    /// of speed.
    /// </summary>
    public double Frequency { get; init; } = 1;
}
