using System.Net;
using CsCheck;

namespace Breakwater.Matching.Tests.Addresses;

public class IpValueTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:DB8::A", "2001:db8::a")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("::ffff:c000:201", "::ffff:192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201")]
    [InlineData("0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255")]
    public void An_address_is_read_and_written_canonically(string text, string canonical)
    {
        Assert.True(IpValue.TryParse(Text.Bytes(text), out IpValue fromBytes));
        Assert.True(IpValue.TryParse(text, out IpValue fromChars));
        Assert.Equal(fromBytes, fromChars);
        Assert.Equal(canonical, fromBytes.ToString());
        Assert.Equal(text.Contains(':') ? IpFamily.V6 : IpFamily.V4, fromBytes.Family);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("256.0.0.1")]
    [InlineData("1.2.3.0004")]
    [InlineData("01.2.3.4")]
    [InlineData("00.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.-4")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1.2.3.٤")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData("1:::2")]
    [InlineData("1::2::3")]
    [InlineData("::1::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8:")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("::1.2.3")]
    [InlineData("::01.2.3.4")]
    [InlineData("1.2.3.4::")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("00000000000000000000000000000000000000000000001::")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(IpValue.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _));
        Assert.False(IpValue.TryParse(text, out _));
    }

    [Fact]
    public void Every_address_survives_writing_and_reading_and_agrees_with_the_base_class_library()
    {
        // Groups that are often zero, so that runs of them occur.
        Gen<ushort> group = Gen.Frequency((3, Gen.Const((ushort)0)), (2, Gen.UShort), (1, Gen.Const((ushort)0xFFFF)));
        Forall.Check(group.Array[8], 20_000, groups => string.Join(':', groups), groups =>
        {
            UInt128 bits = groups.Aggregate(UInt128.Zero, (sum, next) => (sum << 16) | next);
            foreach (IpValue value in (IpValue[])[IpValue.V6(bits), IpValue.V4((uint)bits)])
            {
                string text = value.ToString();
                Assert.True(IpValue.TryParse(text, out IpValue again));
                Assert.Equal(value, again);
                Assert.Equal(value.ToIPAddress(), IPAddress.Parse(text));
                Assert.Equal(value.Unmapped, IpValue.From(value.ToIPAddress()));
            }
        });
    }

    [Fact]
    public void Text_that_is_accepted_means_the_same_to_the_base_class_library()
    {
        Forall.Check(Text.Of("0123fF:.:.", 0, 14), 60_000, text => text, text =>
        {
            if (IpValue.TryParse(Text.Bytes(text), out IpValue value))
            {
                Assert.Equal(IPAddress.Parse(text), value.ToIPAddress());
            }
        });
    }

    [Fact]
    public void A_mapped_address_stays_IPv6_as_text_and_becomes_IPv4_from_a_socket()
    {
        Assert.True(IpValue.TryParse("::ffff:10.0.0.1", out IpValue text));
        Assert.True(text.IsV6);
        Assert.Equal("10.0.0.1", text.Unmapped.ToString());
        Assert.Equal("10.0.0.1", IpValue.From(IPAddress.Parse("::ffff:10.0.0.1")).ToString());
        Assert.Equal("fe80::1", IpValue.From(IPAddress.Parse("fe80::1%3")).ToString());
        Assert.NotEqual(IpValue.V4(1), IpValue.V6(1));
    }

    [Fact]
    public void Order_is_numeric_within_a_family_and_IPv4_comes_first()
    {
        Assert.True(IpValue.V4(9) < IpValue.V4(10));
        Assert.True(IpValue.V4(0x80000000) > IpValue.V4(0x7FFFFFFF));
        Assert.True(IpValue.V6(UInt128.One << 127) > IpValue.V6(1));
        Assert.True(IpValue.V4(uint.MaxValue) < IpValue.V6(0));
    }

    [Fact]
    public void A_destination_that_is_too_short_receives_nothing()
    {
        Span<byte> destination = stackalloc byte[8];
        Assert.False(IpValue.V4(0x7F000001).TryFormat(destination, out int written));
        Assert.Equal(0, written);
        Assert.Equal(new byte[8], destination.ToArray());
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        byte[] text = Text.Bytes("2001:db8::ffff:10.1.2.3");
        LeastAllocated.AssertNone(() =>
        {
            Span<byte> destination = stackalloc byte[IpValue.MaxTextLength];
            _ = IpValue.TryParse(text, out IpValue value);
            value.TryFormat(destination, out _);
        });
    }
}
