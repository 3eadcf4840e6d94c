using System.Net;
using Breakwater.Edge.Clients;
using CsCheck;

namespace Breakwater.Edge.Tests.Clients;

public class TrustedProxiesTests
{
    internal static TrustedProxies Of(params string[] networks) => TrustedProxies.From(networks.Select(IPNetwork.Parse));

    private static ClientAddress Address(string text)
    {
        Assert.True(ClientAddressTests.TryParse(text, out var address));
        return address;
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", true)]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "9.255.255.255", false)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("192.0.2.7/32", "192.0.2.7", true)]
    [InlineData("192.0.2.7/32", "192.0.2.6", false)]
    [InlineData("192.0.2.7/32", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "203.0.113.9", false)]
    [InlineData("::ffff:0:0/90", "203.0.113.9", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("2001:db8::1/128", "2001:db8::1", true)]
    [InlineData("2001:db8::1/128", "2001:db8::2", false)]
    public void A_prefix_holds_its_addresses_and_no_others(string prefix, string address, bool expected) =>
        Assert.Equal(expected, Of(prefix).Contains(Address(address)));

    [Fact]
    public void A_peer_on_a_Unix_domain_socket_is_trusted() => Assert.True(TrustedProxies.Nobody.Contains(ClientAddress.None));

    [Fact]
    public void Many_overlapping_prefixes_answer_as_each_one_would()
    {
        var prefix =
            from bytes in Gen.OneOf(Gen.Byte[0, 3].Array[4], Gen.Byte[0, 3].Array[16])
            from length in Gen.Int[0, bytes.Length * 8]
            select new IPNetwork(new IPAddress(Masked(bytes, length)), length);
        Gen.Select(prefix.Array[0, 12], Gen.OneOf(Gen.Byte[0, 3].Array[4], Gen.Byte[0, 3].Array[16]).Array[20]).ForEach(
            3_000,
            sample =>
            {
                var (networks, addresses) = sample;
                var proxies = TrustedProxies.From(networks);
                foreach (byte[] bytes in addresses)
                {
                    var address = new IPAddress(bytes);
                    if (ClientAddress.From(address).IsNone) continue;
                    Assert.Equal(networks.Any(network => network.Contains(address)), proxies.Contains(ClientAddress.From(address)));
                }
            });
    }

    private static byte[] Masked(byte[] bytes, int length)
    {
        byte[] masked = [.. bytes];
        for (int bit = length; bit < bytes.Length * 8; bit++) masked[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return masked;
    }
}
