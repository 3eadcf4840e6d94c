namespace Breakwater.Matching.Tests.Addresses;

public class IpPrefixTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    [InlineData("192.0.2.1/32", "192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("10.0.0.3..10.0.1.2", "10.0.0.3", "10.0.1.2")]
    [InlineData("2001:db8::1..2001:db8::ff", "2001:db8::1", "2001:db8::ff")]
    [InlineData("192.0.2.1..192.0.2.1", "192.0.2.1", "192.0.2.1")]
    public void An_item_of_a_set_is_a_range(string text, string first, string last)
    {
        Assert.True(IpRange.TryParse(Text.Bytes(text), out IpRange range, out IpTextError error), error.ToString());
        Assert.Equal(first, range.First.ToString());
        Assert.Equal(last, range.Last.ToString());
    }

    [Theory]
    [InlineData("10.0.0.1/8", IpTextError.HostBitsSet)]
    [InlineData("2001:db8::1/64", IpTextError.HostBitsSet)]
    [InlineData("128.0.0.0/0", IpTextError.HostBitsSet)]
    [InlineData("10.0.0.0/33", IpTextError.BadPrefixLength)]
    [InlineData("::/129", IpTextError.BadPrefixLength)]
    [InlineData("10.0.0.0/", IpTextError.BadPrefixLength)]
    [InlineData("10.0.0.0/-1", IpTextError.BadPrefixLength)]
    [InlineData("10.0.0.0/08", IpTextError.BadPrefixLength)]
    [InlineData("10.0.0.0/8/8", IpTextError.BadPrefixLength)]
    [InlineData("10.0.0.0/255.0.0.0", IpTextError.BadPrefixLength)]
    [InlineData("10.0.0/8", IpTextError.BadAddress)]
    [InlineData("/8", IpTextError.BadAddress)]
    [InlineData("", IpTextError.BadAddress)]
    [InlineData("10.0.0.9..10.0.0.1", IpTextError.ReversedRange)]
    [InlineData("10.0.0.9..::1", IpTextError.MixedFamilies)]
    [InlineData("10.0.0.0/8..10.0.0.1", IpTextError.BadAddress)]
    [InlineData("10.0.0.1...10.0.0.2", IpTextError.BadAddress)]
    [InlineData("10.0.0.1..", IpTextError.BadAddress)]
    public void What_is_no_item_is_refused_with_the_reason(string text, IpTextError expected)
    {
        Assert.False(IpRange.TryParse(Text.Bytes(text), out _, out IpTextError error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("10.1.2.3", 8, "10.0.0.0/8")]
    [InlineData("10.1.2.3", 0, "0.0.0.0/0")]
    [InlineData("10.1.2.3", 64, "10.1.2.3/32")]
    [InlineData("2001:db8:1:2:3::", 64, "2001:db8:1:2::/64")]
    public void The_network_of_an_address_has_no_host_bits(string address, int length, string network)
    {
        Assert.True(IpValue.TryParse(address, out IpValue value));
        IpPrefix prefix = IpPrefix.Containing(value, length);
        Assert.Equal(network, prefix.ToString());
        Assert.True(prefix.Contains(value));
    }

    [Fact]
    public void A_network_holds_addresses_of_its_family_only()
    {
        Assert.True(IpPrefix.TryParse("0.0.0.0/0"u8, out IpPrefix everything, out _));
        Assert.False(everything.Contains(IpValue.V6(1)));
        Assert.True(IpPrefix.TryParse("10.0.0.0/8"u8, out IpPrefix ten, out _));
        Assert.True(ten.Contains(IpValue.V4(0x0AFFFFFF)));
        Assert.False(ten.Contains(IpValue.V4(0x0B000000)));
    }
}
