using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Formatting;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>A test of strings other than by equality. Immutable.</summary>
/// <param name="Key">Operator and right side in canonical spelling.</param>
/// <param name="Test">The test itself.</param>
internal sealed record TextTest(string Key, ValueTest<ReadOnlySpan<byte>> Test)
{
    /// <summary>What every value has that passes.</summary>
    public TextPart[] Has { get; private init; } = [];

    /// <summary>What is enough to pass; null when there is more to the test than one part.</summary>
    public TextPart? Needs { get; private init; }

    public static TextTest Of(ComparisonSyntax comparison)
    {
        string key = SyntaxWriter.OneLine(comparison)[SyntaxWriter.OneLine(comparison.Left).Length..];
        var test = new TextTest(key, Tests.ForBytes(comparison));
        return comparison switch
        {
            { Op: ComparisonOp.Contains, Right: LiteralOperand { Literal: BytesLiteral text } } =>
                test.Only(new(LiteralAnchor.Anywhere, text.Value, IgnoreCase: false)),
            { Right: WildcardOperand wildcard } => test.OfPieces(wildcard.Pieces, wildcard.Wildcard.IgnoreCase),
            _ => test,
        };
    }

    /// <summary><c>starts_with()</c> or <c>ends_with()</c>.</summary>
    public static TextTest Affix(bool atStart, byte[] part) => new TextTest(
        $"{(atStart ? "starts" : "ends")} with {Convert.ToHexString(part)}",
        atStart ? new BytesPrefixTest(part) : new BytesSuffixTest(part))
        .Only(new(atStart ? LiteralAnchor.Start : LiteralAnchor.End, part, IgnoreCase: false));

    public bool Matches(byte[] value) => Test.Matches(value);

    /// <summary>Whether a value that passes this test certainly passes the other: what contains "abc" contains "b".</summary>
    public bool Implies(TextTest other) => Key == other.Key || (other.Needs is { } needed && Has.Any(h => h.Implies(needed)));

    /// <summary>Whether no value passes this test and the other: nothing begins with "a" and with "b".</summary>
    public bool Excludes(TextTest other) => Has.Any(h => other.Has.Any(h.Excludes));

    private TextTest Only(TextPart part) => this with { Has = [part], Needs = part };

    private TextTest OfPieces(byte[][] pieces, bool ignoreCase)
    {
        if (pieces is [var whole]) return Only(new(LiteralAnchor.Whole, whole, ignoreCase));
        TextPart[] parts =
        [
            .. pieces.Index().Where(p => p.Item.Length > 0).Select(p => new TextPart(
                p.Index == 0 ? LiteralAnchor.Start : p.Index == pieces.Length - 1 ? LiteralAnchor.End : LiteralAnchor.Anywhere,
                p.Item, ignoreCase)),
        ];
        return parts switch
        {
            [] => Only(new(LiteralAnchor.Anywhere, [], IgnoreCase: false)),
            [var only] => Only(only),
            _ => this with { Has = parts },
        };
    }
}

/// <summary>A literal at a place of a string. Immutable.</summary>
internal sealed record TextPart(LiteralAnchor Anchor, byte[] Literal, bool IgnoreCase)
{
    /// <summary>Whether a string with this part certainly has the other.</summary>
    public bool Implies(TextPart other)
    {
        if (IgnoreCase && !other.IgnoreCase && Literal.Any(b => char.IsAsciiLetter((char)b))) return false;
        ReadOnlySpan<byte> mine = Bytes(other.IgnoreCase), theirs = other.Bytes(other.IgnoreCase);
        return other.Anchor switch
        {
            LiteralAnchor.Whole => Anchor == LiteralAnchor.Whole && mine.SequenceEqual(theirs),
            LiteralAnchor.Start => IsAt(LiteralAnchor.Start) && mine.StartsWith(theirs),
            LiteralAnchor.End => IsAt(LiteralAnchor.End) && mine.EndsWith(theirs),
            _ => mine.IndexOf(theirs) >= 0,
        };
    }

    /// <summary>Whether no string has this part and the other.</summary>
    public bool Excludes(TextPart other)
    {
        if (Anchor != LiteralAnchor.Whole && other.Anchor == LiteralAnchor.Whole) return other.Excludes(this);
        bool fold = IgnoreCase || other.IgnoreCase;
        ReadOnlySpan<byte> mine = Bytes(fold), theirs = other.Bytes(fold);
        if (Anchor == LiteralAnchor.Whole)
        {
            return other.Anchor switch
            {
                LiteralAnchor.Whole => !mine.SequenceEqual(theirs),
                LiteralAnchor.Start => !mine.StartsWith(theirs),
                LiteralAnchor.End => !mine.EndsWith(theirs),
                _ => mine.IndexOf(theirs) < 0,
            };
        }

        int shorter = Math.Min(mine.Length, theirs.Length);
        return (Anchor, other.Anchor) switch
        {
            (LiteralAnchor.Start, LiteralAnchor.Start) => !mine[..shorter].SequenceEqual(theirs[..shorter]),
            (LiteralAnchor.End, LiteralAnchor.End) => !mine[^shorter..].SequenceEqual(theirs[^shorter..]),
            _ => false,
        };
    }

    private byte[] Bytes(bool folded) =>
        folded ? [.. Literal.Select(b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b)] : Literal;

    private bool IsAt(LiteralAnchor anchor) => Anchor == anchor || Anchor == LiteralAnchor.Whole;
}
