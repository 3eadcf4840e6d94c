using CsCheck;

namespace Breakwater.Matching.Tests.Addresses;

public class IpPrefixSetTests
{
    /// <summary>Networks close to one another and to both ends of the space, so that they nest, touch and overlap.</summary>
    private static readonly Gen<IpPrefix> NearbyPrefix = Gen.Select(Gen.Bool, Gen.Int[0, 128], Gen.ULong[0, 1023], Gen.Int[0, 3], (v6, length, low, kind) =>
    {
        UInt128 bits = kind switch
        {
            0 => low,
            1 => UInt128.MaxValue - low,
            2 => (UInt128)low << (v6 ? 64 : 16),
            _ => ((UInt128)low << (v6 ? 118 : 22)) | (low >> 3),
        };
        IpValue address = v6 ? IpValue.V6(bits) : IpValue.V4((uint)bits);
        int most = address.BitLength;
        return IpPrefix.Containing(address, kind == 3 ? length % (most + 1) : most - (length % 12));
    });

    [Fact]
    public void The_empty_set_has_no_address()
    {
        Assert.False(IpPrefixSet.Empty.Contains(IpValue.V4(0)));
        Assert.False(IpPrefixSet.Empty.Contains(IpValue.V6(UInt128.MaxValue)));
    }

    [Theory]
    [InlineData("10.0.0.0/8 192.0.2.0/24", "10.0.0.0 10.255.255.255 192.0.2.7", "9.255.255.255 11.0.0.0 192.0.3.0 ::ffff:10.0.0.1 ::")]
    [InlineData("0.0.0.0/0", "0.0.0.0 255.255.255.255", "::")]
    [InlineData("::/0", ":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0")]
    [InlineData("255.255.255.255 0.0.0.0", "0.0.0.0 255.255.255.255", "0.0.0.1 255.255.255.254")]
    [InlineData("10.0.0.0/9 10.128.0.0/9 10.3.0.0/16", "10.0.0.1 10.200.0.0 10.3.2.1", "11.0.0.0")]
    [InlineData("2001:db8::/32 2001:db8::1..2001:db9::5", "2001:db8:: 2001:db8:ffff:: 2001:db9::5", "2001:db9::6 2001:db7:ffff:: ::")]
    [InlineData("2001:db8::5 2001:db8::7..2001:db8::9", "2001:db8::5 2001:db8::8", "2001:db8::6 2001:db8::a 2001:db8::4 2001:db8:0:1::5")]
    public void An_address_is_in_the_set_when_some_range_holds_it(string set, string inside, string outside)
    {
        IpPrefixSet prefixes = IpPrefixSet.Create(set.Split(' ').Select(Range));
        Assert.All(inside.Split(' '), address => Assert.True(prefixes.Contains(Address(address)), address));
        Assert.All(outside.Split(' '), address => Assert.False(prefixes.Contains(Address(address)), address));
    }

    [Fact]
    public void What_overlaps_or_touches_is_joined()
    {
        Assert.Equal(2, IpPrefixSet.Create(((string[])["10.0.0.0/9", "10.128.0.0/9", "10.3.0.0/16", "::1", "::2..::7"]).Select(Range)).RangeCount);
    }

    [Fact]
    public void The_set_agrees_with_a_look_at_each_range()
    {
        Forall.Check(NearbyPrefix.Array[0, 40], 2_000, prefixes => string.Join(' ', prefixes), prefixes =>
        {
            IpPrefixSet set = IpPrefixSet.Create(prefixes.Select(IpRange.Of));
            foreach (IpValue address in Edges(prefixes))
            {
                bool expected = prefixes.Any(prefix => prefix.Contains(address));
                Assert.True(set.Contains(address) == expected, $"{address}: expected {expected}");
            }
        });
    }

    [Fact]
    public void The_map_finds_the_longest_prefix()
    {
        Forall.Check(NearbyPrefix.Array[0, 40], 2_000, prefixes => string.Join(' ', prefixes), prefixes =>
        {
            IpPrefixMap<int> map = IpPrefixMap.Create(prefixes.Select((prefix, i) => KeyValuePair.Create(prefix, i)));
            foreach (IpValue address in Edges(prefixes))
            {
                int expected = -1;
                for (int i = 0; i < prefixes.Length; i++)
                {
                    if (prefixes[i].Contains(address) && (expected < 0 || prefixes[i].Length >= prefixes[expected].Length))
                    {
                        expected = i;
                    }
                }

                Assert.Equal(expected >= 0, map.TryGet(address, out IpPrefix prefix, out int value));
                if (expected >= 0)
                {
                    Assert.Equal(expected, value);
                    Assert.Equal(prefixes[expected], prefix);
                }
            }
        });
    }

    /// <summary>The highest upper half is also what pads the keys: one group, two and three rungs of them, with and without it as a key.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(40)]
    [InlineData(5_000)]
    [InlineData(70_000)]
    public void The_highest_addresses_are_above_all_prefixes_and_may_be_in_one(int prefixes)
    {
        IpPrefix highest = Of64Bits(UInt128.MaxValue << 64);
        IpPrefix[] others = [.. Enumerable.Range(0, prefixes).Select(i => Of64Bits((UInt128)(uint)i << 80))];
        IpValue[] within = [IpValue.V6(UInt128.MaxValue << 64), IpValue.V6(UInt128.MaxValue - 1), IpValue.V6(UInt128.MaxValue)];

        IpPrefixSetBuilder builder = new();
        foreach (IpPrefix other in others)
        {
            builder.Add(other);
        }

        IpPrefixSet without = builder.Build();
        builder.Add(highest);
        IpPrefixSet with = builder.Build();
        IpPrefixMap<int> map = IpPrefixMap.Create(others.Append(highest).Select((prefix, i) => KeyValuePair.Create(prefix, i)));

        foreach (IpValue address in within)
        {
            Assert.False(without.Contains(address));
            Assert.True(with.Contains(address));
            Assert.True(map.TryGet(address, out IpPrefix prefix, out int value));
            Assert.Equal((highest, prefixes), (prefix, value));
        }
    }

    /// <summary>Configurations have thousands of rules, each with a handful of prefixes.</summary>
    [Fact]
    public void A_set_of_few_prefixes_takes_few_bytes()
    {
        IpPrefixSetBuilder builder = new();
        for (uint i = 0; i < 10; i++)
        {
            builder.Add(IpPrefix.Containing(IpValue.V4((10u << 24) | (i << 20)), 16));
        }

        Assert.InRange(builder.Build().MemoryBytes, 1, 256);
    }

    private static IpPrefix Of64Bits(UInt128 bits)
    {
        Assert.Equal(IpTextError.None, IpPrefix.TryCreate(IpValue.V6(bits), 64, out IpPrefix prefix));
        return prefix;
    }

    [Fact]
    public void A_large_set_agrees_with_a_binary_search_and_stays_small()
    {
        Random random = new(7);
        IpPrefix[] prefixes = [.. Enumerable.Range(0, 200_000).Select(_ => RandomPrefixes.Next(random))];
        IpPrefixSet set = AgreesWithABinarySearch(prefixes, random);
        Assert.InRange(set.MemoryBytes, 1, 200_000 * 64L);
    }

    /// <summary>
    /// Some of what a lookup sees of a key first is the same for many: networks of one provider and one far away, single addresses of a few networks of 64 bits, and so many
    /// keys that the last group is full, or has one.
    /// </summary>
    [Theory]
    [InlineData("one provider and one far away", 6_000)]
    [InlineData("single addresses of few networks", 6_000)]
    [InlineData("single addresses of one network", 6_000)]
    [InlineData("neighbours", 2_047)]
    [InlineData("neighbours", 2_048)]
    [InlineData("neighbours", 2_049)]
    [InlineData("neighbours", 65_536)]
    public void A_crowded_set_agrees_with_a_binary_search(string kind, int count)
    {
        Random random = new(11);
        UInt128 provider = (UInt128)0x2001_0db8 << 96;
        AgreesWithABinarySearch([.. Enumerable.Range(0, count).Select(Network)], random);

        IpPrefix Network(int i) => kind switch
        {
            "one provider and one far away" => Of64Bits(i == 0 ? UInt128.MaxValue << 64 : provider + ((UInt128)(uint)random.Next() << 64)),
            "single addresses of few networks" => IpPrefix.Of(IpValue.V6(provider + ((UInt128)(uint)random.Next(4) << 64) + (UInt128)random.NextInt64(1 << 24))),
            "single addresses of one network" => IpPrefix.Of(IpValue.V6(provider + (UInt128)random.NextInt64(1 << 24))),

            // Every second one of 64 bits: two boundaries each, whose upper halves are all different.
            _ => Of64Bits(provider + ((UInt128)(uint)i << 65)),
        };
    }

    private static IpPrefixSet AgreesWithABinarySearch(IpPrefix[] prefixes, Random random)
    {
        IpPrefixSetBuilder builder = new();
        List<(IpValue First, IpValue Last)> ranges = [];
        foreach (IpPrefix prefix in prefixes)
        {
            builder.Add(prefix);
            ranges.Add((prefix.Address, prefix.Last));
        }

        IpPrefixSet set = builder.Build();
        ranges.Sort();
        List<(IpValue First, IpValue Last)> joined = [];
        foreach ((IpValue first, IpValue last) in ranges)
        {
            if (joined.Count > 0 && first <= joined[^1].Last)
            {
                joined[^1] = (joined[^1].First, last > joined[^1].Last ? last : joined[^1].Last);
            }
            else
            {
                joined.Add((first, last));
            }
        }

        int inside = 0;
        for (int i = 0; i < 200_000; i++)
        {
            (IpValue near, IpValue last) = ranges[random.Next(ranges.Count)];
            IpValue address = near.IsV6
                ? IpValue.V6((i & 1) == 0 ? near.Bits + (UInt128)random.NextInt64(-1 << 20, 1 << 20) : last.Bits + (UInt128)random.Next(-1, 2))
                : IpValue.V4((uint)near.Bits + (uint)random.Next(-1000, 1000));
            int at = joined.BinarySearch((address, IpValue.V6(UInt128.MaxValue)));
            at = at < 0 ? ~at - 1 : at;
            bool expected = at >= 0 && joined[at].First.Family == address.Family && joined[at].First <= address && address <= joined[at].Last;
            Assert.Equal(expected, set.Contains(address));
            inside += expected ? 1 : 0;
        }

        Assert.InRange(inside, 20_000, 180_000);
        return set;
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        IpPrefixSet set = IpPrefixSet.Create([Range("10.0.0.0/8"), Range("2001:db8::1")]);
        IpPrefixMap<string> map = IpPrefixMap.Create([KeyValuePair.Create(IpPrefix.Of(IpValue.V4(7)), "seven")]);
        LeastAllocated.AssertNone(() =>
        {
            set.Contains(IpValue.V4(0x0A000001));
            set.Contains(IpValue.V6(1));
            map.TryGet(IpValue.V4(7), out _);
        });
    }

    private static IEnumerable<IpValue> Edges(IpPrefix[] prefixes)
    {
        yield return IpValue.V4(0);
        yield return IpValue.V4(uint.MaxValue);
        yield return IpValue.V6(0);
        yield return IpValue.V6(UInt128.MaxValue);
        foreach (IpPrefix prefix in prefixes)
        {
            foreach (UInt128 bits in (UInt128[])[prefix.Address.Bits - 1, prefix.Address.Bits, prefix.Last.Bits, prefix.Last.Bits + 1])
            {
                yield return prefix.Address.IsV6 ? IpValue.V6(bits) : IpValue.V4((uint)bits);
            }
        }
    }

    private static IpRange Range(string text)
    {
        Assert.True(IpRange.TryParse(Text.Bytes(text), out IpRange range, out IpTextError error), $"{text}: {error}");
        return range;
    }

    private static IpValue Address(string text)
    {
        Assert.True(IpValue.TryParse(text, out IpValue address), text);
        return address;
    }
}
