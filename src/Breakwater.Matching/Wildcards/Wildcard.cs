using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Matching;

/// <summary>
/// A wildcard pattern of the rules language, matched against a whole value: <c>*</c> stands for any run of bytes, the empty one
/// included; <c>\*</c> and <c>\\</c> for a star and a backslash; everything else, <c>?</c> too, for itself. Immutable.
/// </summary>
/// <remarks>
/// The pattern is a row of literals with stars between them. The first and the last are compared in place; each of the others is
/// searched from where the one before it ended. So a match takes time linear in the value, whatever the number of stars.
/// </remarks>
public sealed class Wildcard
{
    /// <summary>How many stars a pattern may have.</summary>
    public const int MaxStars = 16;

    private readonly byte[] _first;
    private readonly byte[] _last;
    private readonly LiteralFinder[] _inner;
    private readonly int _shortest;

    private Wildcard(List<byte[]> literals, bool ignoreCase)
    {
        IgnoreCase = ignoreCase;
        StarCount = literals.Count - 1;
        _first = ignoreCase ? AsciiFold.ToLower(literals[0]) : literals[0];
        _last = ignoreCase ? AsciiFold.ToLower(literals[^1]) : literals[^1];
        _inner = StarCount < 2 ? [] : [.. literals[1..^1].Select(literal => new LiteralFinder(literal, ignoreCase))];
        _shortest = StarCount == 0 ? _first.Length : literals.Sum(static literal => literal.Length);
    }

    /// <summary>Whether ASCII letters of different case are the same.</summary>
    public bool IgnoreCase { get; }

    /// <summary>How many stars, and so captures, the pattern has.</summary>
    public int StarCount { get; }

    /// <summary>Reads a pattern. On failure, tells the reason and the offset of the byte that is wrong.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> pattern, bool ignoreCase, [NotNullWhen(true)] out Wildcard? wildcard, out WildcardError error, out int errorOffset)
    {
        wildcard = null;
        List<byte[]> literals = [];
        List<byte> literal = [];
        for (int i = 0; i < pattern.Length; i++)
        {
            errorOffset = i;
            switch (pattern[i])
            {
                case (byte)'*' when i > 0 && literal.Count == 0 && literals.Count > 0:
                    error = WildcardError.DoubleStar;
                    return false;
                case (byte)'*' when literals.Count == MaxStars:
                    error = WildcardError.TooManyStars;
                    return false;
                case (byte)'*':
                    literals.Add([.. literal]);
                    literal.Clear();
                    break;
                case (byte)'\\' when i + 1 == pattern.Length || pattern[i + 1] is not ((byte)'*' or (byte)'\\'):
                    error = WildcardError.BadEscape;
                    return false;
                case (byte)'\\':
                    literal.Add(pattern[++i]);
                    break;
                default:
                    literal.Add(pattern[i]);
                    break;
            }
        }

        literals.Add([.. literal]);
        wildcard = new Wildcard(literals, ignoreCase);
        error = WildcardError.None;
        errorOffset = -1;
        return true;
    }

    /// <summary>Whether the whole value matches.</summary>
    public bool IsMatch(ReadOnlySpan<byte> value) => Match(value, []);

    /// <summary>
    /// Whether the whole value matches, and what each star stood for: as little as possible, from the left.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="captures">Receives one range of the value for each star; at least <see cref="StarCount"/> long.</param>
    public bool TryMatch(ReadOnlySpan<byte> value, Span<ByteRange> captures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(captures.Length, StarCount);
        return Match(value, captures);
    }

    private bool Match(ReadOnlySpan<byte> value, Span<ByteRange> captures)
    {
        if (value.Length < _shortest || !Same(value[.._first.Length], _first))
        {
            return false;
        }

        if (StarCount == 0)
        {
            return value.Length == _first.Length;
        }

        int end = value.Length - _last.Length;
        if (!Same(value[end..], _last))
        {
            return false;
        }

        int at = _first.Length;
        for (int i = 0; i < _inner.Length; i++)
        {
            int found = _inner[i].IndexOf(value[at..end]);
            if (found < 0)
            {
                return false;
            }

            if (!captures.IsEmpty)
            {
                captures[i] = new ByteRange(at, at + found);
            }

            at += found + _inner[i].Length;
        }

        if (!captures.IsEmpty)
        {
            captures[StarCount - 1] = new ByteRange(at, end);
        }

        return true;
    }

    private bool Same(ReadOnlySpan<byte> text, byte[] literal) =>
        IgnoreCase ? AsciiFold.EqualsFolded(text, literal) : text.SequenceEqual(literal);
}
