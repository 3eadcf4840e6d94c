using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Evaluation;

/// <summary>True of every value that is there.</summary>
internal sealed class PresentTest<T> : ValueTest<T>
    where T : allows ref struct
{
    public override double Cost => 0;

    public override bool Matches(T value) => true;
}

/// <summary>True of no value.</summary>
internal sealed class NeverTest<T> : ValueTest<T>
    where T : allows ref struct
{
    public override double Cost => 0;

    public override bool Matches(T value) => false;
}

internal sealed class BytesEqualTest(byte[] text) : ValueTest<ReadOnlySpan<byte>>
{
    public override double Cost => 2;

    public override bool Matches(ReadOnlySpan<byte> value) => value.SequenceEqual(text);
}

internal sealed class BytesNotEqualTest(byte[] text) : ValueTest<ReadOnlySpan<byte>>
{
    public override double Cost => 2;

    public override bool Matches(ReadOnlySpan<byte> value) => !value.SequenceEqual(text);
}

/// <summary>Order of strings by their bytes.</summary>
internal sealed class BytesOrderTest(ComparisonOp op, byte[] text) : ValueTest<ReadOnlySpan<byte>>
{
    public override double Cost => 4;

    public override bool Matches(ReadOnlySpan<byte> value)
    {
        int order = value.SequenceCompareTo(text);
        return op switch
        {
            ComparisonOp.GreaterOrEqual => order >= 0,
            ComparisonOp.LessOrEqual => order <= 0,
            ComparisonOp.Greater => order > 0,
            _ => order < 0,
        };
    }
}

internal sealed class BytesPrefixTest(byte[] text) : ValueTest<ReadOnlySpan<byte>>
{
    public byte[] Text => text;

    public override double Cost => 2;

    public override bool Matches(ReadOnlySpan<byte> value) => value.StartsWith(text);
}

internal sealed class BytesSuffixTest(byte[] text) : ValueTest<ReadOnlySpan<byte>>
{
    public byte[] Text => text;

    public override double Cost => 2;

    public override bool Matches(ReadOnlySpan<byte> value) => value.EndsWith(text);
}

internal sealed class BytesContainTest(byte[] text) : ValueTest<ReadOnlySpan<byte>>
{
    private readonly LiteralFinder _finder = new(text, ignoreCase: false);

    public override double Cost => 12;

    public override bool Matches(ReadOnlySpan<byte> value) => _finder.IsIn(value);
}

internal sealed class BytesInSetTest(IEnumerable<byte[]> texts) : ValueTest<ReadOnlySpan<byte>>
{
    private readonly ByteStringSet _set = ByteStringSet.Create(texts.Select(t => (ReadOnlyMemory<byte>)t));

    public override double Cost => 8;

    public override bool Matches(ReadOnlySpan<byte> value) => _set.Contains(value);
}

internal sealed class BytesInListTest(NamedList list) : ValueTest<ReadOnlySpan<byte>>
{
    public override double Cost => 15;

    public override bool Matches(ReadOnlySpan<byte> value) => list.Contains(value);
}

internal sealed class RegexTest(ByteRegex regex) : ValueTest<ReadOnlySpan<byte>>
{
    public override double Cost => 150;

    public override bool Matches(ReadOnlySpan<byte> value) => regex.IsMatch(value);
}

internal sealed class WildcardTest(Wildcard wildcard) : ValueTest<ReadOnlySpan<byte>>
{
    public override double Cost => 10 + (10 * wildcard.StarCount);

    public override bool Matches(ReadOnlySpan<byte> value) => wildcard.IsMatch(value);
}
