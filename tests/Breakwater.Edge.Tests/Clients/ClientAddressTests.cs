using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Edge.Clients;
using CsCheck;

namespace Breakwater.Edge.Tests.Clients;

public class ClientAddressTests
{
    internal static bool TryParse(string text, out ClientAddress address) => ClientAddress.TryParse(Encoding.UTF8.GetBytes(text), out address);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:db8::", "2001:db8::")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:0:0:0:2:1", "2001:db8::2:1")]
    [InlineData("1:0:0:2:0:0:0:3", "1:0:0:2::3")]
    [InlineData("0001:0db8::00ff", "1:db8::ff")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::FFFF:c000:201", "192.0.2.1")]
    [InlineData("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void An_address_is_read_and_written_in_one_form(string text, string? canonical = null)
    {
        Assert.True(TryParse(text, out var address));
        Assert.Equal(canonical ?? text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2..4")]
    [InlineData("1.2.3.")]
    [InlineData("0x1.2.3.4")]
    [InlineData("16909060")]
    [InlineData("1.2.3.4:80")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1::2::3")]
    [InlineData(":1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData("12345::")]
    [InlineData("::g")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::1/64")]
    [InlineData("::1.2.3")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1.2.3.4::")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("١.٢.٣.٤")]
    [InlineData("0000000000000000000000000000000000000000000001")]
    public void What_is_not_exactly_an_address_is_refused(string text) => Assert.False(TryParse(text, out _));

    [Fact]
    public void IPv4_and_mapped_IPv6_are_one_address()
    {
        var plain = ClientAddress.From(IPAddress.Parse("192.0.2.1"));
        var mapped = ClientAddress.From(IPAddress.Parse("::ffff:192.0.2.1"));
        Assert.True(plain.IsIPv4);
        Assert.Equal(plain, mapped);
        Assert.Equal(plain.GetHashCode(), mapped.GetHashCode());
        Assert.Equal(AddressFamily.InterNetwork, mapped.ToIPAddress().AddressFamily);
        Assert.Equal(0xC000_0201u, mapped.IPv4);
    }

    [Fact]
    public void A_peer_without_an_address_is_none()
    {
        Assert.True(ClientAddress.From(new UnixDomainSocketEndPoint("/tmp/x")).IsNone);
        Assert.True(ClientAddress.From((EndPoint?)null).IsNone);
        Assert.Equal("unknown", ClientAddress.None.ToString());
        Assert.Equal("unknown"u8.ToArray(), new ConnectionPeer(null).Text.ToArray());
    }

    [Fact]
    public void A_scope_id_is_no_part_of_the_address() =>
        Assert.Equal("fe80::1", ClientAddress.From(IPAddress.Parse("fe80::1%3")).ToString());

    /// <summary>Groups with many zeros, so that every form of "::" comes up.</summary>
    private static readonly Gen<byte[]> AddressBytes =
        Gen.OneOf(Gen.Byte.Array[4], Gen.OneOf(Gen.Const((ushort)0), Gen.UShort, Gen.UShort[0, 15]).Array[8].Select(
            groups => groups.SelectMany(g => (byte[])[(byte)(g >> 8), (byte)g]).ToArray()));

    [Fact]
    public void Any_address_survives_the_way_through_text_and_equals_the_frameworks()
    {
        AddressBytes.ForEach(
            20_000,
            bytes =>
            {
                var framework = new IPAddress(bytes);
                var address = ClientAddress.FromBytes(bytes);
                Assert.Equal(framework.IsIPv4MappedToIPv6 ? framework.MapToIPv4() : framework, address.ToIPAddress());
                Assert.Equal(address, ClientAddress.From(framework));
                if (address.IsNone) return;
                Assert.True(TryParse(address.ToString(), out var again));
                Assert.Equal(address, again);
                Assert.True(TryParse(framework.ToString(), out again));
                Assert.Equal(address, again);
                Assert.Equal(address.ToIPAddress(), IPAddress.Parse(address.ToString()));
            });
    }

    [Fact]
    public void Whatever_is_accepted_the_framework_reads_as_the_same_address()
    {
        int accepted = 0;
        Gen.Char["0123456789af:."].Array[1, 24].Select(characters => new string(characters))
            .Where(text => text.Contains("::", StringComparison.Ordinal) || text.Count(c => c == '.') == 3)
            .ForEach(
                20_000,
                text =>
                {
                    if (!TryParse(text, out var address)) return;
                    accepted++;
                    Assert.Equal(IPAddress.Parse(text).MapToIPv6(), address.ToIPAddress().MapToIPv6());
                });
        Assert.True(accepted > 50, $"only {accepted} were addresses");
    }

    [Fact]
    public void Formatting_into_too_little_room_writes_nothing()
    {
        Assert.True(TryParse("192.0.2.100", out var address));
        Span<byte> room = stackalloc byte[11];
        Assert.Equal(0, address.Format(room[..10]));
        Assert.Equal(11, address.Format(room));
    }
}
