using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Matching;

/// <summary>One literal of a set. Immutable.</summary>
/// <param name="Bytes">Its bytes, in lower case when case is ignored.</param>
/// <param name="IgnoreCase">Whether ASCII letters of different case are the same.</param>
/// <param name="Anchor">Where it has to stand.</param>
internal readonly record struct Literal(byte[] Bytes, bool IgnoreCase, LiteralAnchor Anchor)
{
    public static IEqualityComparer<Literal> ByContent { get; } = new ContentComparer();

    /// <summary>Whether the literal stands at a place of the input.</summary>
    public bool IsAt(ReadOnlySpan<byte> input, int start) =>
        (uint)start <= (uint)input.Length && Bytes.Length <= input.Length - start
        && (IgnoreCase ? AsciiFold.EqualsFolded(input.Slice(start, Bytes.Length), Bytes) : input.Slice(start, Bytes.Length).SequenceEqual(Bytes));

    private sealed class ContentComparer : IEqualityComparer<Literal>
    {
        public bool Equals(Literal x, Literal y) =>
            x.IgnoreCase == y.IgnoreCase && x.Anchor == y.Anchor && x.Bytes.AsSpan().SequenceEqual(y.Bytes);

        public int GetHashCode([DisallowNull] Literal literal)
        {
            HashCode hash = default;
            hash.AddBytes(literal.Bytes);
            hash.Add(literal.IgnoreCase);
            hash.Add(literal.Anchor);
            return hash.ToHashCode();
        }
    }
}
