using System.Text;
using Breakwater.Edge.Lists;
using Breakwater.Matching;

namespace Breakwater.Edge.Tests.Lists;

public sealed class ListContentTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.77", true)]
    [InlineData("192.0.2.0/24", "192.0.3.1", false)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1..192.0.2.9", "192.0.2.9", true)]
    [InlineData("192.0.2.1..192.0.2.9", "192.0.2.10", false)]
    [InlineData("192.0.2.1, the office\n2001:DB8::/32,the lab", "2001:db8::7", true)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.1", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("# nothing\n\n   \n", "192.0.2.1", false)]
    [InlineData("\uFEFF192.0.2.1\r\n192.0.2.2 # two\r\n", "192.0.2.1", true)]
    [InlineData("\uFEFF192.0.2.1\r\n192.0.2.2\t# two\r\n", "192.0.2.2", true)]
    public void AddressesAreInTheirNetworks(string text, string address, bool expected)
    {
        Assert.True(IpValue.TryParse(Bytes(address), out IpValue value));
        Assert.Equal(expected, Read(ListKind.Ip, text).Contains(value));
    }

    [Theory]
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "EXAMPLE.com.", true)]
    [InlineData("Example.COM.", "example.com", true)]
    [InlineData("example.com", "www.example.com", false)]
    [InlineData("example.com", "anexample.com", false)]
    [InlineData("*.example.com", "www.example.com", true)]
    [InlineData("*.example.com", "a.b.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", "anexample.com", false)]
    [InlineData("*.example.com, comment\nexample.com", "example.com", true)]
    [InlineData("*.com", "example.com", true)]
    [InlineData("a_b.example", "a_b.example", true)]
    [InlineData("example.com", "", false)]
    [InlineData("example.com", ".", false)]
    [InlineData("*.example.com", ".example.com", true)]
    public void HostNamesAreThemselvesOrAllBelow(string text, string name, bool expected) =>
        Assert.Equal(expected, Read(ListKind.Hostname, text).Contains(Bytes(name)));

    [Fact]
    public void ANameLongerThanAnyIsInNoList() =>
        Assert.False(Read(ListKind.Hostname, "*.example").Contains(Bytes(string.Concat(Enumerable.Repeat("a.", 5000)) + "example")));

    [Theory]
    [InlineData("64500", 64500, true)]
    [InlineData("AS64500", 64500, true)]
    [InlineData("as64500,Example Networks", 64500, true)]
    [InlineData("64500\n4294967295", 4294967295, true)]
    [InlineData("64500", 64501, false)]
    public void NumbersAreThemselves(string text, long number, bool expected) =>
        Assert.Equal(expected, Read(ListKind.Asn, text).Contains(number));

    [Theory]
    [InlineData(ListKindName.Ip, "192.0.2.0/24\n192.0.2.1/24\n", "l:2: '192.0.2.1/24' is an address inside a network")]
    [InlineData(ListKindName.Ip, "192.0.2.0/33", "l:1: '192.0.2.0/33' has a bad prefix length")]
    [InlineData(ListKindName.Ip, "\n\nexample.com", "l:3: 'example.com' is no address")]
    [InlineData(ListKindName.Ip, "010.0.0.1", "l:1: '010.0.0.1' is no address")]
    [InlineData(ListKindName.Ip, "10.0.0.9..10.0.0.1", "l:1: '10.0.0.9..10.0.0.1' ends before")]
    [InlineData(ListKindName.Ip, "10.0.0.9..::1", "l:1: '10.0.0.9..::1' goes from IPv4")]
    [InlineData(ListKindName.Hostname, "https://example.com", "l:1: 'https://example.com' is no host name")]
    [InlineData(ListKindName.Hostname, "example.com/path", "l:1: 'example.com/path' is no host name")]
    [InlineData(ListKindName.Hostname, "a.*.example", "l:1: 'a.*.example' is no host name")]
    [InlineData(ListKindName.Hostname, "*", "l:1: '*' is no host name")]
    [InlineData(ListKindName.Hostname, "-a.example", "l:1: '-a.example' is no host name")]
    [InlineData(ListKindName.Hostname, "a..example", "l:1: 'a..example' is no host name")]
    [InlineData(ListKindName.Asn, "-1", "l:1: '-1' is no number")]
    [InlineData(ListKindName.Asn, "4294967296", "l:1: '4294967296' is no number")]
    [InlineData(ListKindName.Asn, "AS", "l:1: 'AS' is no number")]
    public void WhatIsNoItemIsNamedWithItsLine(string kind, string text, string expected)
    {
        ListProblems problems = new("l");
        ListContent.Read(Enum.Parse<ListKind>(kind), Bytes(text), problems);
        Assert.Equal(1, problems.Count);
        Assert.StartsWith(expected, Assert.Single(problems.Told).ToString());
    }

    [Fact]
    public void OfManyProblemsTheFirstAreTold()
    {
        ListProblems problems = new("l");
        ListContent.Read(ListKind.Ip, Bytes(string.Concat(Enumerable.Repeat("bad\n", 1000))), problems);
        Assert.Equal(1000, problems.Count);
        Assert.Equal(ListProblems.MaxTold + 1, problems.Told.Count);
        Assert.Equal("l: and 980 more", problems.Told[^1].ToString());
    }

    [Fact]
    public void AMillionNetworksAreReadAndFound()
    {
        StringBuilder text = new();
        for (int i = 0; i < 1_000_000; i++)
        {
            text.Append(11 + i / 65536).Append('.').Append(i / 256 % 256).Append('.').Append(i % 256).Append(".128/25\n");
        }

        ListContent content = Read(ListKind.Ip, text.ToString());
        Assert.Equal(1_000_000, content.Items);
        Assert.True(content.Contains(IpValue.V4(0x0B_00_00_80)));
        Assert.False(content.Contains(IpValue.V4(0x0B_00_00_7F)));
        Assert.True(content.Contains(IpValue.V4((11 + 15u) << 24 | 0x01_02_FF)));
    }

    private static ListContent Read(ListKind kind, string text)
    {
        ListProblems problems = new("l");
        ListContent content = ListContent.Read(kind, Bytes(text), problems);
        Assert.Empty(problems.Told);
        return content;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static class ListKindName
    {
        public const string Ip = "Ip", Hostname = "Hostname", Asn = "Asn";
    }
}
