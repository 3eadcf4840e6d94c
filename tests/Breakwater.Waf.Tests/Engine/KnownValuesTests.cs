using Breakwater.Waf.Engine;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>The memory of values that come again: what is found in it, and what makes room for what.</summary>
public sealed class KnownValuesTests
{
    private readonly KnownValues _known = new();

    [Fact]
    public void A_value_is_found_by_its_bytes_and_not_by_its_hash_alone()
    {
        KnownValue value = new(7, "one"u8.ToArray());
        _known.Enter(value);
        Assert.Same(value, _known.Find(7, "one"u8));
        Assert.Null(_known.Find(7, "two"u8));
        Assert.Null(_known.Find(8, "one"u8));
    }

    [Fact]
    public void A_third_value_of_one_place_takes_that_of_the_oldest()
    {
        KnownValue[] values = [.. new[] { "one", "two", "three" }.Select(text => new KnownValue(7, System.Text.Encoding.ASCII.GetBytes(text)))];
        foreach (KnownValue value in values) _known.Enter(value);
        Assert.Null(_known.Find(7, "one"u8));
        Assert.Same(values[1], _known.Find(7, "two"u8));
        Assert.Same(values[2], _known.Find(7, "three"u8));
    }

    [Fact]
    public void What_is_found_later_of_a_value_takes_the_place_of_what_was_known()
    {
        KnownValue other = new(7, "other"u8.ToArray()), first = new(7, "one"u8.ToArray());
        _known.Enter(other);
        _known.Enter(first);
        KnownValue more = first.With([100, KnownValue.MostTargets], [new KnownBits(100, 1, 1UL << 6)]);
        _known.Enter(more);
        Assert.Same(more, _known.Find(7, "one"u8));
        Assert.Same(other, _known.Find(7, "other"u8));
        Assert.Equal((true, false, false), (more.IsKnownAs(100), more.IsKnownAs(99), more.IsKnownAs(KnownValue.MostTargets)));
        Assert.Equal((true, false, false), (more.MayHold(100, 70), more.MayHold(100, 6), more.MayHold(99, 70)));
    }

    [Fact]
    public void A_value_comes_again_when_it_came_before()
    {
        Assert.False(_known.ComesAgain(7));
        Assert.True(_known.ComesAgain(7));
        Assert.False(_known.ComesAgain(7 + 4096));
        Assert.False(_known.ComesAgain(7));
    }
}
