namespace Breakwater.Matching.Tests;

/// <summary>
/// No search reads a byte that is not its input's, nor misses one that is: every length around those of words and vectors, with the input
/// right before and right behind memory that nobody may touch. A search that reads beyond ends the test process.
/// </summary>
public sealed class EdgesOfMemoryTests : IDisposable
{
    /// <summary>More than four vectors of 32 bytes.</summary>
    private const int Longest = 130;

    private readonly GuardedBuffer _buffer = new(4096);
    private readonly GuardedBuffer _other = new(4096);

    public static TheoryData<string> Sets => ["single", "few", "few, one of two bytes", "many, long", "many, short as well", "thousands, long", "thousands, short as well", "start", "end", "whole"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_literal_set_finds_what_is_there_and_nothing_behind_it(string kind)
    {
        (string[] literals, LiteralAnchor anchor, bool ignoreCase) = Literals(kind);
        LiteralSetBuilder builder = new();
        foreach (string literal in literals) builder.Add(Text.Bytes(literal), ignoreCase, anchor);
        LiteralSet set = builder.Build();
        ulong[] found = new ulong[set.WordCount];
        foreach (string input in Inputs(literals))
        {
            int[] expected = [.. Enumerable.Range(0, literals.Length).Where(i => Occurs(input, literals[i], anchor, ignoreCase))];
            Assert.Equal(expected, Scan(_buffer.AtEnd(Text.Bytes(input))));
            Assert.Equal(expected, Scan(_buffer.AtStart(Text.Bytes(input))));
            Assert.Equal(expected.Length > 0, set.ContainsAny(_buffer.AtEnd(Text.Bytes(input))));
        }

        int[] Scan(ReadOnlySpan<byte> input)
        {
            Array.Clear(found);
            set.Scan(input, found);
            return [.. Enumerable.Range(0, literals.Length).Where(i => (found[i >> 6] >> i & 1) != 0)];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_literal_finder_finds_its_literal_at_every_place_of_every_length(int literalLength)
    {
        string literal = string.Concat(Enumerable.Range(0, literalLength).Select(i => (char)('a' + (i * 7 % 26))));
        LiteralFinder exact = new(Text.Bytes(literal), ignoreCase: false), folded = new(Text.Bytes(literal), ignoreCase: true);
        for (int length = 0; length <= Longest; length++)
        {
            foreach (char filler in (char[])['.', literal[0], literal[^1]])
            {
                string none = new(filler, length);
                Check(none);
                for (int at = 0; at + literalLength <= length; at++)
                {
                    string with = none.Remove(at, literalLength).Insert(at, literal);
                    Check(with);
                    Check(with.ToUpperInvariant());
                }

                // All of the literal but its last byte: what would complete it lies behind the end.
                if (length >= literalLength) Check(none[..^(literalLength - 1)] + literal[..^1]);
            }
        }

        void Check(string input)
        {
            int expected = input.IndexOf(literal, StringComparison.Ordinal);
            int expectedFolded = input.IndexOf(literal, StringComparison.OrdinalIgnoreCase);
            byte[] bytes = Text.Bytes(input);
            Assert.Equal(expected, exact.IndexOf(_buffer.AtEnd(bytes)));
            Assert.Equal(expectedFolded, folded.IndexOf(_buffer.AtEnd(bytes)));
            Assert.Equal(expected, exact.IndexOf(_buffer.AtStart(bytes)));
        }
    }

    [Fact]
    public void Folding_reads_and_writes_its_own_bytes()
    {
        for (int length = 0; length <= Longest; length++)
        {
            byte[] text = [.. Enumerable.Range(0, length).Select(i => (byte)((i * 37) + length))];
            byte[] folded = [.. text.Select(b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b + 32) : b)];
            foreach (bool atEnd in (bool[])[true, false])
            {
                ReadOnlySpan<byte> source = atEnd ? _buffer.AtEnd(text) : _buffer.AtStart(text);
                Span<byte> destination = atEnd ? _other.AtEnd(length) : _other.AtStart(length);
                AsciiFold.Lower(source, destination);
                Assert.True(destination.SequenceEqual(folded));
                Assert.True(AsciiFold.EqualsFolded(source, destination));
                for (int at = 0; at < length; at++)
                {
                    byte was = destination[at];
                    destination[at] ^= 0x40;
                    Assert.False(AsciiFold.EqualsFolded(source, destination));
                    destination[at] = was;
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_set_of_strings_hashes_and_compares_all_bytes_and_no_others(bool ignoreCase)
    {
        string[] strings = [.. Enumerable.Range(0, Longest + 1).Select(Of)];
        ByteStringSet set = ByteStringSet.Create(strings.Select(s => (ReadOnlyMemory<byte>)Text.Bytes(s)), ignoreCase);
        foreach ((int number, string text) in strings.Index())
        {
            byte[] bytes = Text.Bytes(text);
            Assert.Equal(number, set.Find(_buffer.AtEnd(bytes)));
            Assert.Equal(number, set.Find(_buffer.AtStart(bytes)));
            Assert.Equal(ignoreCase || number == 0 ? number : -1, set.Find(_buffer.AtEnd(Text.Bytes(text.ToUpperInvariant()))));
            for (int at = 0; at < bytes.Length; at++)
            {
                bytes[at] ^= 1;
                Assert.Equal(-1, set.Find(_buffer.AtEnd(bytes)));
                bytes[at] ^= 1;
            }
        }

        static string Of(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + ((i + length) % 24))));
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a[0-9]+c", "a17c")]
    [InlineData("(?i)SELECT", "select")]
    [InlineData("^ab.*yz$", null)]
    [InlineData("\\bword\\b", " word")]
    [InlineData("[^ ]{12}", "abcdefghijkl")]
    [InlineData("(foo|bar|bazz)$", "bazz")]
    public void A_regular_expression_reads_its_input_only(string pattern, string? match)
    {
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern), ByteRegexOptions.Default, out ByteRegex? regex, out _));
        for (int length = 0; length <= Longest; length++)
        {
            string none = new(' ', length);
            Assert.False(regex.IsMatch(_buffer.AtEnd(Text.Bytes(none))));
            string with = match is null ? "ab" + none + "yz" : none + match;
            Assert.True(regex.IsMatch(_buffer.AtEnd(Text.Bytes(with))));
            Assert.True(regex.IsMatch(_buffer.AtStart(Text.Bytes(with))));
            Assert.False(regex.IsMatch(_buffer.AtEnd(Text.Bytes(with[..^1]))));
        }
    }

    [Fact]
    public void A_wildcard_reads_its_input_only()
    {
        Assert.True(Wildcard.TryParse("/a*MIDDLE*.php"u8, ignoreCase: true, out Wildcard? wildcard, out _, out _));
        for (int length = 0; length <= Longest; length++)
        {
            string none = new('.', length);
            Assert.False(wildcard.IsMatch(_buffer.AtEnd(Text.Bytes(none))));
            Assert.True(wildcard.IsMatch(_buffer.AtEnd(Text.Bytes($"/A{none}middle{none}.PHP"))));
            Assert.False(wildcard.IsMatch(_buffer.AtEnd(Text.Bytes($"/A{none}middle{none}.PH"))));
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("1", false)]
    [InlineData("1.2.3.", false)]
    [InlineData("1.2.3.4", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData(":", false)]
    [InlineData("1:", false)]
    [InlineData("::", true)]
    [InlineData("1::", true)]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:", false)]
    [InlineData("::ffff:1.2.3.4", true)]
    [InlineData("::ffff:1.2.3.", false)]
    public void Addresses_are_read_from_their_text_only(string text, bool isAddress)
    {
        Assert.Equal(isAddress, IpValue.TryParse(_buffer.AtEnd(Text.Bytes(text)), out IpValue atEnd));
        Assert.Equal(isAddress, IpValue.TryParse(_buffer.AtStart(Text.Bytes(text)), out IpValue atStart));
        Assert.Equal(atEnd, atStart);
    }

    [Fact]
    public void Every_number_of_networks_has_an_answer_for_every_address_at_an_end()
    {
        // Around the sizes at which a lookup takes another step, with and without the lowest and the highest network.
        foreach (int count in (int[])[0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 257, 4095, 4096, 4097])
        {
            foreach (int length in (int[])[32, 64, 128])
            {
                Check(count, length, lowest: false, highest: false);
                Check(count, length, lowest: true, highest: true);
            }
        }

        static void Check(int count, int length, bool lowest, bool highest)
        {
            // Every other network of a length, from either end inwards.
            IpPrefix[] v6 = [.. Enumerable.Range(0, count).Select(i => IpPrefix.Containing(IpValue.V6(Place(i, count, length, 128, lowest, highest)), length))];
            int shorter = length / 4, fit = Math.Min(count, 1 << Math.Min(shorter - 1, 20));
            IpPrefix[] v4 = [.. Enumerable.Range(0, fit).Select(i => IpPrefix.Containing(IpValue.V4((uint)Place(i, fit, shorter, 32, lowest, highest)), shorter))];
            IpPrefixSet set = IpPrefixSet.Create(v4.Concat(v6).Select(IpRange.Of));
            IpPrefixMap<int> map = IpPrefixMap.Create(v4.Concat(v6).Index().Select(p => KeyValuePair.Create(p.Item, p.Index)));
            foreach (IpPrefix network in v4.Concat(v6))
            {
                foreach (IpValue address in Around(network))
                {
                    bool expected = (address.IsV6 ? v6 : v4).Any(n => n.Contains(address));
                    Assert.Equal(expected, set.Contains(address));
                    Assert.Equal(expected, map.TryGet(address, out int number));
                    if (expected) Assert.True((number < v4.Length ? v4[number] : v6[number - v4.Length]).Contains(address));
                }

                if (count > 300) break;
            }

            foreach (IpValue address in Ends())
            {
                bool expected = (address.IsV6 ? v6 : v4).Any(n => n.Contains(address));
                Assert.Equal(expected, set.Contains(address));
                Assert.Equal(expected, map.TryGet(address, out _));
            }
        }

        static UInt128 Place(int i, int count, int length, int bits, bool lowest, bool highest)
        {
            UInt128 step = UInt128.One << (bits - length);
            UInt128 top = bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
            return i < count / 2 ? step * (UInt128)((2 * i) + (lowest ? 0 : 1)) : top - (step * (UInt128)((2 * (count - 1 - i)) + (highest ? 0 : 1)));
        }

        static IEnumerable<IpValue> Around(IpPrefix network)
        {
            yield return network.Address;
            yield return network.Last;
            if (network.Address.Bits > 0) yield return Of(network, network.Address.Bits - 1);
            if (network.Last.Bits < (network.Address.IsV6 ? UInt128.MaxValue : uint.MaxValue)) yield return Of(network, network.Last.Bits + 1);
        }

        static IpValue Of(IpPrefix network, UInt128 bits) => network.Address.IsV6 ? IpValue.V6(bits) : IpValue.V4((uint)bits);

        static IEnumerable<IpValue> Ends()
        {
            foreach (uint v4 in (uint[])[0, 1, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFEFFFF, 0xFFFF0000, uint.MaxValue - 1, uint.MaxValue]) yield return IpValue.V4(v4);
            foreach (ulong upper in (ulong[])[0, 1, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue])
            {
                foreach (ulong lower in (ulong[])[0, 1, ulong.MaxValue - 1, ulong.MaxValue]) yield return IpValue.V6(new UInt128(upper, lower));
            }
        }
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _other.Dispose();
    }

    private static (string[] Literals, LiteralAnchor Anchor, bool IgnoreCase) Literals(string kind) => kind switch
    {
        "single" => (["<", ">", "\xff", "\0", "Z"], LiteralAnchor.Anywhere, false),
        "few" => (["select", "union all", "../../../../etc/passwd", "xp_", "<script"], LiteralAnchor.Anywhere, true),
        "few, one of two bytes" => (["--", "/*x", "select"], LiteralAnchor.Anywhere, false),
        "many, long" => ([.. Enumerable.Range(0, 40).Select(i => $"literal{i:000}-{new string((char)('a' + (i % 26)), 1 + (i * 3))}")], LiteralAnchor.Anywhere, true),
        "many, short as well" => ([.. Enumerable.Range(0, 40).Select(i => $"{(char)('!' + i)}{(char)('a' + (i % 26))}{new string('q', i % 5)}")], LiteralAnchor.Anywhere, false),
        "thousands, long" or "thousands, short as well" => ([.. Literals(kind.Replace("thousands", "many", StringComparison.Ordinal)).Literals, .. Thousands], LiteralAnchor.Anywhere, false),
        "start" => ([.. Enumerable.Range(0, 40).Select(i => $"/{new string('p', i)}x")], LiteralAnchor.Start, true),
        "end" => ([.. Enumerable.Range(0, 40).Select(i => $"x{new string('p', i)}/")], LiteralAnchor.End, false),
        _ => ([.. Enumerable.Range(1, 70).Select(i => new string('w', i))], LiteralAnchor.Whole, true),
    };

    /// <summary>More than the scanner for some thousands takes.</summary>
    private static IEnumerable<string> Thousands => Enumerable.Range(0, WindowScanner.MostLiterals + 1).Select(i => $"{i:x4}-so-much-more");

    /// <summary>Of every length: without a literal, and with one at the start, in the middle, at the end and cut off by the end.</summary>
    private static IEnumerable<string> Inputs(string[] literals)
    {
        for (int length = 0; length <= Longest; length++)
        {
            string none = new('.', length);
            yield return none;
            for (int i = 0; i < literals.Length; i += Math.Max(1, literals.Length / 5))
            {
                string literal = literals[i];
                if (literal.Length > length) continue;
                int room = length - literal.Length;
                yield return literal + none[..room];
                yield return none[..(room / 2)] + literal + none[..(room - (room / 2))];
                yield return none[..room] + literal;
                yield return none[..room] + literal.ToUpperInvariant();
                yield return none[..(room + 1)] + literal[..^1];
            }
        }
    }

    private static bool Occurs(string input, string literal, LiteralAnchor anchor, bool ignoreCase)
    {
        StringComparison comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return anchor switch
        {
            LiteralAnchor.Start => input.StartsWith(literal, comparison),
            LiteralAnchor.End => input.EndsWith(literal, comparison),
            LiteralAnchor.Whole => input.Equals(literal, comparison),
            _ => input.Contains(literal, comparison),
        };
    }
}
