using CsCheck;

namespace Breakwater.Http.Tests.Structured;

public sealed class StructuredFieldsTests
{
    private static readonly Gen<BareItem> Values = Gen.OneOf(
        Gen.Long[-999_999_999_999_999, 999_999_999_999_999].Select(BareItem.FromInteger),
        Gen.Long[-999_999_999_999_999, 999_999_999_999_999].Select(thousandths => BareItem.FromDecimal(thousandths / 1000m)),
        Gen.Char[' ', '~'].Array[0, 8].Select(text => BareItem.FromString(new string(text))),
        Gen.OneOf("a", "*", "A1!#$%&'*+-.^_`|~:/").Select(BareItem.FromToken),
        Gen.Byte.Array[0, 8].Select(bytes => BareItem.FromBytes(bytes)),
        Gen.Bool.Select(BareItem.FromBoolean),
        Gen.Long[-9_999_999_999, 9_999_999_999].Select(seconds => BareItem.FromDate(DateTimeOffset.FromUnixTimeSeconds(seconds))),
        Gen.OneOf("", "Käse", "50% \"off\"\n", "\U0001F9C0\0~").Select(BareItem.FromDisplayString));

    private static readonly Gen<StructuredParameters> Parameters = Gen.Select(
        Gen.OneOf("a", "b", "*c", "d-1_.*"), Values, (key, value) => KeyValuePair.Create(key, value))
        .Array[0, 3].Select(pairs => new StructuredParameters(pairs));

    private static readonly Gen<StructuredItem> Items = Gen.Select(Values, Parameters, (value, parameters) => new StructuredItem(value, parameters));

    private static readonly Gen<StructuredMember> Members = Gen.OneOf(
        Items.Select(StructuredMember (item) => item),
        Gen.Select(Items.Array[0, 4], Parameters, StructuredMember (items, parameters) => new StructuredInnerList(items, parameters)));

    private static readonly Gen<StructuredMember[]> Lists = Members.Array[0, 5];

    [Theory]
    [InlineData("1", "1")]
    [InlineData("  1  ", "1")]
    [InlineData("-0", "0")]
    [InlineData("007", "7")]
    [InlineData("999999999999999", "999999999999999")]
    [InlineData("-999999999999999", "-999999999999999")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.50", "1.5")]
    [InlineData("-0.125", "-0.125")]
    [InlineData("1.0", "1.0")]
    [InlineData("999999999999.999", "999999999999.999")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"a b\"", "\"a b\"")]
    [InlineData("\"\\\"\\\\\"", "\"\\\"\\\\\"")]
    [InlineData("token", "token")]
    [InlineData("*a:b/c!", "*a:b/c!")]
    [InlineData("T", "T")]
    [InlineData("::", "::")]
    [InlineData(":aGVsbG8=:", ":aGVsbG8=:")]
    [InlineData(":aGVsbG8:", ":aGVsbG8=:")]
    [InlineData(":iZ==:", ":iQ==:")]
    [InlineData("?1", "?1")]
    [InlineData("?0", "?0")]
    [InlineData("@1659578233", "@1659578233")]
    [InlineData("@-1", "@-1")]
    [InlineData("%\"\"", "%\"\"")]
    [InlineData("%\"f%c3%bc%22%25\"", "%\"f%c3%bc%22%25\"")]
    [InlineData("%\"%61\"", "%\"a\"")]
    [InlineData("1;a", "1;a")]
    [InlineData("1; a=2;  b=?1;*c=\"x\"", "1;a=2;b;*c=\"x\"")]
    [InlineData("1;a=1;b=2;a=3", "1;a=3;b=2")]
    public void ItemsAreReadAndWrittenInOneForm(string field, string canonical)
    {
        Assert.True(StructuredFields.TryParseItem(Wire.Bytes(field), out StructuredItem? item));
        Assert.Equal(canonical, StructuredFields.Write(item));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t1")]
    [InlineData("1\t")]
    [InlineData("1 2")]
    [InlineData("1,2")]
    [InlineData("(1)")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData("1000000000000000")]
    [InlineData("1000000000000.0")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.2345")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("\"a\\")]
    [InlineData("\"\\a\"")]
    [InlineData("\"\t\"")]
    [InlineData("\"\u007f\"")]
    [InlineData("\"\u00e9\"")]
    [InlineData("a\u00e9")]
    [InlineData("a@")]
    [InlineData("_a")]
    [InlineData(":")]
    [InlineData(":a")]
    [InlineData(":a:")]
    [InlineData(":a===:")]
    [InlineData(":=a:")]
    [InlineData(":aGVsbG8==:")]
    [InlineData(":a b=:")]
    [InlineData(":_-==:")]
    [InlineData("?")]
    [InlineData("?2")]
    [InlineData("?true")]
    [InlineData("@")]
    [InlineData("@1.0")]
    [InlineData("@\"1\"")]
    [InlineData("@1000000000000000")]
    [InlineData("%")]
    [InlineData("%a")]
    [InlineData("%\"")]
    [InlineData("%\"%C3%BC\"")]
    [InlineData("%\"%c3\"")]
    [InlineData("%\"%c3%\"")]
    [InlineData("%\"%f\"")]
    [InlineData("%\"%ed%a0%80\"")]
    [InlineData("%\"\u00fc\"")]
    [InlineData("1;")]
    [InlineData("1;A")]
    [InlineData("1;1")]
    [InlineData("1 ;a")]
    [InlineData("1;a =1")]
    [InlineData("1;a=")]
    [InlineData("1;a=(1)")]
    [InlineData("1;a;\tb")]
    public void MalformedItemsAreRefused(string field) => Assert.False(StructuredFields.TryParseItem(Wire.Bytes(field), out _));

    [Theory]
    [InlineData("", "")]
    [InlineData("1", "1")]
    [InlineData("1,2 , 3\t,\t4", "1, 2, 3, 4")]
    [InlineData("(1 2)", "(1 2)")]
    [InlineData("()", "()")]
    [InlineData("(  1   2  )", "(1 2)")]
    [InlineData("(1;a 2);b=1, x;c", "(1;a 2);b=1, x;c")]
    public void ListsAreReadAndWrittenInOneForm(string field, string canonical)
    {
        Assert.True(StructuredFields.TryParseList(Wire.Bytes(field), out IReadOnlyList<StructuredMember>? list));
        Assert.Equal(canonical, StructuredFields.Write(list));
    }

    [Theory]
    [InlineData(",")]
    [InlineData("1,")]
    [InlineData("1, ")]
    [InlineData(",1")]
    [InlineData("1,,2")]
    [InlineData("1 2")]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("(1")]
    [InlineData("(1,2)")]
    [InlineData("(1\t2)")]
    [InlineData("(1\"a\")")]
    [InlineData("((1))")]
    [InlineData("(1) 2")]
    [InlineData("a=1")]
    public void MalformedListsAreRefused(string field) => Assert.False(StructuredFields.TryParseList(Wire.Bytes(field), out _));

    [Theory]
    [InlineData("", "")]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1,b , c;x=2", "a=1, b, c;x=2")]
    [InlineData("a=?1;x, b=?0", "a;x, b=?0")]
    [InlineData("a=1, b=2, a=3", "a=3, b=2")]
    [InlineData("a=(1 2);x", "a=(1 2);x")]
    [InlineData("*a-b_c.1=tok", "*a-b_c.1=tok")]
    public void DictionariesAreReadAndWrittenInOneForm(string field, string canonical)
    {
        Assert.True(StructuredFields.TryParseDictionary(Wire.Bytes(field), out OrderedDictionary<string, StructuredMember>? dictionary));
        Assert.Equal(canonical, StructuredFields.Write(dictionary));
    }

    [Theory]
    [InlineData("a=1,")]
    [InlineData(",")]
    [InlineData("a=")]
    [InlineData("a= 1")]
    [InlineData("a =1")]
    [InlineData("A=1")]
    [InlineData("1=1")]
    [InlineData("=1")]
    [InlineData("a=1 b=2")]
    [InlineData("a;")]
    [InlineData("\"a\"=1")]
    public void MalformedDictionariesAreRefused(string field) =>
        Assert.False(StructuredFields.TryParseDictionary(Wire.Bytes(field), out _));

    [Fact]
    public void ValuesHaveTheirTypes()
    {
        Assert.True(StructuredFields.TryParseList(
            "1, 1.5, \"s\", t, :AQI=:, ?1, @60, %\"%c3%bc\";p=2"u8, out IReadOnlyList<StructuredMember>? list));
        BareItem[] values = [.. list.Cast<StructuredItem>().Select(item => item.Value)];

        Assert.Equal(Enum.GetValues<BareItemKind>(), values.Select(value => value.Kind));
        Assert.Equal(1, values[0].Integer);
        Assert.Equal(1.5m, values[1].Decimal);
        Assert.Equal("s", values[2].Text);
        Assert.Equal("t", values[3].Text);
        Assert.Equal([1, 2], values[4].Bytes);
        Assert.True(values[5].Boolean);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(60), values[6].Date);
        Assert.Equal("ü", values[7].Text);
        Assert.True(list[7].Parameters.TryGet("p", out BareItem parameter));
        Assert.Equal(2, parameter.Integer);
        Assert.False(list[0].Parameters.TryGet("p", out _));
        Assert.Throws<InvalidOperationException>(() => values[0].Text);
        Assert.Throws<InvalidOperationException>(() => values[1].Integer);
    }

    [Fact]
    public void WhatCannotBeWrittenCannotBeMade()
    {
        Assert.Throws<ArgumentException>(() => BareItem.FromInteger(1_000_000_000_000_000));
        Assert.Throws<ArgumentException>(() => BareItem.FromDecimal(1_000_000_000_000m));
        Assert.Throws<ArgumentException>(() => BareItem.FromDecimal(999_999_999_999.9996m));
        Assert.Throws<ArgumentException>(() => BareItem.FromString("ü"));
        Assert.Throws<ArgumentException>(() => BareItem.FromString("a\r\nb"));
        Assert.Throws<ArgumentException>(() => BareItem.FromToken(""));
        Assert.Throws<ArgumentException>(() => BareItem.FromToken("1a"));
        Assert.Throws<ArgumentException>(() => BareItem.FromToken("a b"));
        Assert.ThrowsAny<ArgumentException>(() => BareItem.FromDisplayString("\uD800"));
        Assert.Throws<ArgumentException>(() => new StructuredParameters(KeyValuePair.Create("A", BareItem.FromBoolean(true))));
        Assert.Throws<ArgumentException>(() => StructuredFields.Write(
            new OrderedDictionary<string, StructuredMember> { [""] = new StructuredItem(BareItem.FromBoolean(true)) }));
        Assert.Equal("1.002", new StructuredItem(BareItem.FromDecimal(1.0025m)).ToString());
        Assert.Equal("1.004", new StructuredItem(BareItem.FromDecimal(1.0035m)).ToString());
    }

    [Fact]
    public void WhatIsWrittenIsReadTheSame()
    {
        Forall.Check(Lists, 5000, StructuredFields.Write, list =>
        {
            string written = StructuredFields.Write(list);
            Assert.True(StructuredFields.TryParseList(Wire.Raw(written), out IReadOnlyList<StructuredMember>? read));
            Assert.Equal(list.Length, read.Count);
            Assert.Equal(written, StructuredFields.Write(read));

            OrderedDictionary<string, StructuredMember> dictionary = [];
            for (int i = 0; i < list.Length; i++)
            {
                dictionary[$"k{i}"] = list[i];
            }

            written = StructuredFields.Write(dictionary);
            Assert.True(StructuredFields.TryParseDictionary(Wire.Raw(written), out OrderedDictionary<string, StructuredMember>? again));
            Assert.Equal(written, StructuredFields.Write(again));
        });
    }

    [Fact]
    public void AnyInputIsReadOrRefusedAndWhatIsReadIsCanonicalOnceWritten()
    {
        int accepted = 0;
        Gen<string> texts = MutatedText.Of(Lists.Select(StructuredFields.Write), "\"\\:;,=()?@%*-.01a \t\u0080");
        Forall.Check(texts, 20_000, text => Wire.Show(Wire.Raw(text)), text =>
        {
            byte[] field = Wire.Raw(text);
            _ = StructuredFields.TryParseItem(field, out _);
            _ = StructuredFields.TryParseDictionary(field, out _);
            if (StructuredFields.TryParseList(field, out IReadOnlyList<StructuredMember>? list))
            {
                accepted++;
                string written = StructuredFields.Write(list);
                Assert.True(StructuredFields.TryParseList(Wire.Raw(written), out list));
                Assert.Equal(written, StructuredFields.Write(list));
            }
        });
        Assert.InRange(accepted, 2000, 18_000);
    }

    [Fact]
    public void PartsAreBounded()
    {
        Assert.True(Reads(string.Join(',', Enumerable.Repeat("1", 1024))));
        Assert.False(Reads(string.Join(',', Enumerable.Repeat("1", 1025))));
        Assert.True(Reads("(" + string.Join(' ', Enumerable.Repeat("1", 256)) + ")"));
        Assert.False(Reads("(" + string.Join(' ', Enumerable.Repeat("1", 257)) + ")"));
        Assert.True(Reads("1" + string.Concat(Enumerable.Range(0, 256).Select(i => $";a{i}"))));
        Assert.False(Reads("1" + string.Concat(Enumerable.Range(0, 257).Select(i => $";a{i}"))));
        Assert.True(StructuredFields.TryParseDictionary(Wire.Raw(string.Join(',', Enumerable.Range(0, 1024).Select(i => $"a{i}"))), out _));
        Assert.False(StructuredFields.TryParseDictionary(Wire.Raw(string.Join(',', Enumerable.Range(0, 1025).Select(i => $"a{i}"))), out _));
        Assert.False(Reads(new string('(', 100_000)));

        static bool Reads(string field) => StructuredFields.TryParseList(Wire.Raw(field), out _);
    }
}
