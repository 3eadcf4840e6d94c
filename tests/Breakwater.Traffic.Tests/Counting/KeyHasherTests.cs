namespace Breakwater.Traffic.Tests.Counting;

public class KeyHasherTests
{
    [Fact]
    public void Different_parts_have_different_keys()
    {
        HashSet<CounterKey> keys = [];
        Assert.True(keys.Add(Key()));
        Assert.True(keys.Add(Key("")));
        Assert.True(keys.Add(Key((string?)null)));
        Assert.True(keys.Add(Key("", "")));
        Assert.True(keys.Add(Key("", null)));
        Assert.True(keys.Add(Key(null, "")));
        Assert.True(keys.Add(Key("ab")));
        Assert.True(keys.Add(Key("a", "b")));
        Assert.True(keys.Add(Key("ab", "")));
        Assert.True(keys.Add(Key("", "ab")));
        Assert.True(keys.Add(Key("a\0")));
        Assert.True(keys.Add(Key("a")));
        Assert.True(keys.Add(Key("12345678")));
        Assert.True(keys.Add(Key("123456789")));
        Assert.True(keys.Add(Key("12345678", "9")));
    }

    [Fact]
    public void The_same_parts_have_the_same_key_under_the_same_secret_only()
    {
        Assert.Equal(Key("a", "b"), Key("a", "b"));
        KeyHasher other = new(43);
        other.Add("a"u8);
        other.Add("b"u8);
        Assert.NotEqual(Key("a", "b"), other.Finish());
    }

    [Fact]
    public void A_common_beginning_is_hashed_once()
    {
        KeyHasher start = new(42);
        start.Add("a"u8);
        KeyHasher one = start, two = start;
        one.Add("b"u8);
        two.Add("c"u8);
        Assert.Equal(Key("a", "b"), one.Finish());
        Assert.Equal(Key("a", "c"), two.Finish());
        Assert.Equal(Key("a"), start.Finish());
    }

    [Fact]
    public void Each_bit_of_a_key_depends_on_each_bit_of_a_part()
    {
        // Over 2,000 pairs that differ in one bit, each bit of the key changes in about half.
        int[] changes = new int[128];
        for (ulong i = 0; i < 2000; i++)
        {
            KeyHasher one = new(42), two = new(42);
            one.Add(i);
            two.Add(i ^ (1UL << (int)(i % 64)));
            CounterKey a = one.Finish(), b = two.Finish();
            for (int bit = 0; bit < 64; bit++)
            {
                changes[bit] += (int)((a.Low ^ b.Low) >> bit & 1);
                changes[bit + 64] += (int)((a.High ^ b.High) >> bit & 1);
            }
        }

        Assert.All(changes, count => Assert.InRange(count, 880, 1120));
    }

    private static CounterKey Key(params string?[] parts)
    {
        KeyHasher hasher = new(42);
        foreach (string? part in parts)
        {
            if (part is null)
            {
                hasher.AddMissing();
            }
            else
            {
                hasher.Add(System.Text.Encoding.UTF8.GetBytes(part));
            }
        }

        return hasher.Finish();
    }

    [Fact]
    public void All_bytes_of_a_part_count_and_none_beside_it()
    {
        using GuardedBuffer buffer = new(4096);
        HashSet<CounterKey> keys = [];
        for (int length = 0; length <= 130; length++)
        {
            byte[] part = new byte[length];
            Assert.True(keys.Add(Of(part)));
            for (int at = 0; at < length; at++)
            {
                part[at] = 1;
                Assert.True(keys.Add(Of(part)));
                part[at] = 0;
            }
        }

        CounterKey Of(byte[] part)
        {
            KeyHasher atEnd = new(7), atStart = new(7);
            atEnd.Add(buffer.AtEnd(part));
            atStart.Add(buffer.AtStart(part));
            Assert.Equal(atEnd.Finish(), atStart.Finish());
            return atEnd.Finish();
        }
    }
}
