using System.Net;
using System.Net.Sockets;
using CsCheck;

namespace Breakwater.Http.Tests.Targets;

public sealed class UriAuthorityTests
{
    [Theory]
    [InlineData("a", "a", -1)]
    [InlineData("A.example:80", "A.example", 80)]
    [InlineData("a:", "a", -1)]
    [InlineData("a:0", "a", 0)]
    [InlineData("a:00080", "a", 80)]
    [InlineData("a:65535", "a", 65535)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("999.1", "999.1", -1)]
    [InlineData("-._~!$&'()*+,;=", "-._~!$&'()*+,;=", -1)]
    [InlineData("%41%zz", null, -1)]
    [InlineData("%41b%ff", "%41b%ff", -1)]
    [InlineData("[::1]", "[::1]", -1)]
    [InlineData("[::]:8", "[::]", 8)]
    [InlineData("[v1F.:]", "[v1F.:]", -1)]
    [InlineData("[V0.a!]", "[V0.a!]", -1)]
    [InlineData("", null, -1)]
    [InlineData(":80", null, -1)]
    [InlineData("a:65536", null, -1)]
    [InlineData("a:99999", null, -1)]
    [InlineData("a:123456", null, -1)]
    [InlineData("a:-1", null, -1)]
    [InlineData("a: 1", null, -1)]
    [InlineData("a:1:2", null, -1)]
    [InlineData("a b", null, -1)]
    [InlineData("a@b", null, -1)]
    [InlineData("a/b", null, -1)]
    [InlineData("a%", null, -1)]
    [InlineData("a%4", null, -1)]
    [InlineData("\u00e9", null, -1)]
    [InlineData("[]", null, -1)]
    [InlineData("[", null, -1)]
    [InlineData("[::1", null, -1)]
    [InlineData("::1", null, -1)]
    [InlineData("[::1]x", null, -1)]
    [InlineData("[::1]]", null, -1)]
    [InlineData("[a]", null, -1)]
    [InlineData("[127.0.0.1]", null, -1)]
    [InlineData("[v.x]", null, -1)]
    [InlineData("[v1.]", null, -1)]
    [InlineData("[vg.x]", null, -1)]
    [InlineData("[v1.a/b]", null, -1)]
    public void HostAndPortAreToldApart(string authority, string? host, int port)
    {
        byte[] bytes = Wire.Bytes(authority);
        Assert.Equal(host is not null, UriAuthority.TryParse(bytes, out int hostLength, out int found));
        if (host is not null)
        {
            Assert.Equal((host, port), (Wire.Text(bytes.AsSpan(0, hostLength)), found));
        }
    }

    [Theory]
    [InlineData("1:2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:7::", true)]
    [InlineData("::2:3:4:5:6:7:8", true)]
    [InlineData("1::8", true)]
    [InlineData("1:2:3:4:5:6:1.2.3.4", true)]
    [InlineData("::1.2.3.4", true)]
    [InlineData("1::1.2.3.4", true)]
    [InlineData("FFFF:ffff::", true)]
    [InlineData("1:2:3:4:5:6:7", false)]
    [InlineData("1:2:3:4:5:6:7:8:9", false)]
    [InlineData("1:2:3:4::5:6:7:8", false)]
    [InlineData("1::2::3", false)]
    [InlineData(":::", false)]
    [InlineData(":1:2:3:4:5:6:7", false)]
    [InlineData("1:2:3:4:5:6:7:", false)]
    [InlineData("12345::", false)]
    [InlineData("g::", false)]
    [InlineData("1.2.3.4::", false)]
    [InlineData("::1.2.3", false)]
    [InlineData("::1.2.3.4.5", false)]
    [InlineData("::1.2.3.256", false)]
    [InlineData("::1.2.3.04", false)]
    [InlineData("::1.2..4", false)]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4", false)]
    [InlineData("fe80::1%25eth0", false)]
    [InlineData("fe80::1%eth0", false)]
    public void Ipv6AddressesAreChecked(string address, bool valid) =>
        Assert.Equal(valid, UriAuthority.TryParse(Wire.Bytes($"[{address}]"), out _, out _));

    [Fact]
    public void EveryAddressThatDotNetWritesIsAccepted()
    {
        Forall.Check(Gen.Byte.Array[16], 5000, bytes => new IPAddress(bytes).ToString(), bytes =>
        {
            for (int i = 0; i < 14; i++)
            {
                bytes[i] = bytes[i] > 0x60 ? bytes[i] : (byte)0;
            }

            IPAddress address = new(bytes);
            Assert.Equal(AddressFamily.InterNetworkV6, address.AddressFamily);
            Assert.True(UriAuthority.TryParse(Wire.Bytes($"[{address}]"), out _, out _), address.ToString());
        });
    }
}
