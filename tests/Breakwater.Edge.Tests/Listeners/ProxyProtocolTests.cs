using System.Text;
using Breakwater.Edge.Listeners;
using CsCheck;

namespace Breakwater.Edge.Tests.Listeners;

public class ProxyProtocolTests
{
    private const string Longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n", "192.0.2.1", 56324, "198.51.100.1", 443)]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255", 65535, "255.255.255.255", 65535)]
    [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0", 0, "0.0.0.0", 0)]
    [InlineData($"PROXY TCP6 {Longest} {Longest} 65535 65535\r\n", Longest, 65535, Longest, 65535)]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 1 2\r\n", "2001:db8::1", 1, "::1", 2)]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1", 1, "::1", 2)]
    public void Version_1_names_source_and_destination(string line, string source, int sourcePort, string destination, int destinationPort)
    {
        var header = Good([.. Encoding.ASCII.GetBytes(line), .. "GET / HTTP/1.1\r\n"u8]);
        Assert.Equal((1, line.Length, true), (header.Version, header.Length, header.HasAddresses));
        Assert.Equal((source, sourcePort), (header.Source.ToString(), header.SourcePort));
        Assert.Equal((destination, destinationPort), (header.Destination.ToString(), header.DestinationPort));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")]
    [InlineData("PROXY UNKNOWN \r\n")]
    public void Version_1_may_not_know(string line)
    {
        var header = Good(Encoding.ASCII.GetBytes(line));
        Assert.Equal((1, line.Length, false), (header.Version, header.Length, header.HasAddresses));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", (int)ProxyHeaderError.NoHeader)]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.NoHeader)]
    [InlineData("PROXY\tTCP4 192.0.2.1 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.NoHeader)]
    [InlineData("\r\n\r\n\0\r\nQUIT\r\n", (int)ProxyHeaderError.NoHeader)]
    [InlineData("PROXY \r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY tcp4 192.0.2.1 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY UNKNOWNS\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 2 \r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 65536\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 01 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 -1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP6 [::1] ::1 1 2\r\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 2\n", (int)ProxyHeaderError.BadLine)]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 2\rX", (int)ProxyHeaderError.BadLine)]
    [InlineData($"PROXY UNKNOWN {Longest} {Longest} 65535 65535x\r\n", (int)ProxyHeaderError.TooLong)]
    public void What_is_not_exactly_a_header_is_refused(string text, int error) => Bad(Encoding.Latin1.GetBytes(text), (ProxyHeaderError)error);

    [Fact]
    public void The_longest_line_has_107_bytes()
    {
        string longest = $"PROXY UNKNOWN {Longest} {Longest} 65535 65535\r\n";
        Assert.Equal(ProxyProtocol.MaxLineLength, longest.Length);
        Good(Encoding.ASCII.GetBytes(longest));
        Bad([.. "PROXY UNKNOWN "u8, .. new byte[93]], ProxyHeaderError.TooLong);
        Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyProtocol.Read([.. "PROXY UNKNOWN "u8, .. new byte[92]], out _, out _));
    }

    internal static byte[] Version2(byte command, byte family, byte[] block) =>
    [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, command, family,
        (byte)(block.Length >> 8), (byte)block.Length, .. block,
    ];

    internal static readonly byte[] IPv4Block = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB];
    internal static readonly byte[] IPv6Block = [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xDC, 0x04, 0x01, 0xBB];

    private static byte[] Field(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static byte[] WithChecksum(byte[] block)
    {
        byte[] header = Version2(0x21, 0x11, [.. block, .. Field(3, 0, 0, 0, 0)]);
        ReferenceProxyProtocol.Crc32C(header).CopyTo(header, header.Length - 4);
        return header;
    }

    [Fact]
    public void Version_2_names_IPv4_addresses()
    {
        var header = Good([.. Version2(0x21, 0x11, IPv4Block), 1, 2, 3]);
        Assert.Equal((2, 28, true), (header.Version, header.Length, header.HasAddresses));
        Assert.Equal(("192.0.2.1", 56324, "198.51.100.1", 443), (header.Source.ToString(), header.SourcePort, header.Destination.ToString(), header.DestinationPort));
    }

    [Fact]
    public void Version_2_names_IPv6_addresses()
    {
        var header = Good(Version2(0x21, 0x21, IPv6Block));
        Assert.Equal((2, 52, true), (header.Version, header.Length, header.HasAddresses));
        Assert.Equal(("2001:db8::1", 56324, "::1", 443), (header.Source.ToString(), header.SourcePort, header.Destination.ToString(), header.DestinationPort));
    }

    public static TheoryData<string, byte[], int> WithoutAddresses() => new()
    {
        { "LOCAL without anything", Version2(0x20, 0x00, []), 16 },
        { "LOCAL with addresses, to be skipped", Version2(0x20, 0x11, IPv4Block), 28 },
        { "LOCAL with anything", Version2(0x20, 0x21, [1, 2, 3]), 19 },
        { "an unspecified family", Version2(0x21, 0x00, []), 16 },
        { "an unspecified family with anything", Version2(0x21, 0x00, [9, 9, 9, 9]), 20 },
        { "Unix stream", Version2(0x21, 0x31, new byte[216]), 232 },
        { "Unix datagram with a field", Version2(0x21, 0x32, [.. new byte[216], .. Field(4, 0)]), 236 },
    };

    [Theory, MemberData(nameof(WithoutAddresses))]
    public void Version_2_may_tell_no_addresses(string what, byte[] bytes, int length)
    {
        Assert.NotEmpty(what);
        var header = Good(bytes);
        Assert.Equal((2, length, false), (header.Version, header.Length, header.HasAddresses));
    }

    public static TheoryData<string, byte[]> GoodFields() => new()
    {
        { "ALPN", Field(1, 0x68, 0x32) },
        { "authority", Field(2, [.. "shop.example.com"u8]) },
        { "padding", Field(4, new byte[40]) },
        { "unique id", Field(5, new byte[128]) },
        { "SSL with version and common name", Field(0x20, [1, 0, 0, 0, 0, .. Field(0x21, [.. "TLSv1.3"u8]), .. Field(0x22, [.. "someone"u8])]) },
        { "network namespace", Field(0x30, [.. "ns1"u8]) },
        { "unknown types", [.. Field(0xE0), .. Field(0xEA, new byte[1000])] },
        { "as much as is allowed", Field(0xEA, new byte[4096 - 12 - 3]) },
    };

    [Theory, MemberData(nameof(GoodFields))]
    public void Version_2_may_carry_additional_fields(string what, byte[] fields)
    {
        Assert.NotEmpty(what);
        Assert.Equal("192.0.2.1", Good(Version2(0x21, 0x11, [.. IPv4Block, .. fields])).Source.ToString());
        if (fields.Length < 4000) Assert.True(Good(WithChecksum([.. IPv4Block, .. fields])).HasAddresses);
    }

    [Fact]
    public void A_checksum_covers_every_byte()
    {
        byte[] header = WithChecksum([.. IPv4Block, .. Field(2, [.. "shop.example.com"u8])]);
        Good(header);
        for (int at = 16; at < 16 + IPv4Block.Length; at++)
        {
            header[at] ^= 1;
            Bad(header, ProxyHeaderError.BadChecksum);
            header[at] ^= 1;
        }
        header[^1] ^= 1;
        Bad(header, ProxyHeaderError.BadChecksum);
    }

    public static TheoryData<string, byte[], int> BadBinary() => new()
    {
        { "version 1 in binary", Version2(0x11, 0x11, IPv4Block), (int)ProxyHeaderError.BadCode },
        { "version 3", Version2(0x31, 0x11, IPv4Block), (int)ProxyHeaderError.BadCode },
        { "an unknown command", Version2(0x22, 0x11, IPv4Block), (int)ProxyHeaderError.BadCode },
        { "an unknown family", Version2(0x21, 0x41, IPv4Block), (int)ProxyHeaderError.BadCode },
        { "an unknown transport", Version2(0x21, 0x13, IPv4Block), (int)ProxyHeaderError.BadCode },
        { "a family without transport", Version2(0x21, 0x10, IPv4Block), (int)ProxyHeaderError.BadCode },
        { "no room for the addresses", Version2(0x21, 0x11, new byte[11]), (int)ProxyHeaderError.BadLength },
        { "no room for IPv6", Version2(0x21, 0x21, new byte[35]), (int)ProxyHeaderError.BadLength },
        { "no room for Unix", Version2(0x21, 0x31, new byte[215]), (int)ProxyHeaderError.BadLength },
        { "a block over the limit", Version2(0x21, 0x11, new byte[4097]), (int)ProxyHeaderError.TooLong },
        { "a field without length", Version2(0x21, 0x11, [.. IPv4Block, 4, 0]), (int)ProxyHeaderError.BadField },
        { "a field past the end", Version2(0x21, 0x11, [.. IPv4Block, 4, 0, 1]), (int)ProxyHeaderError.BadField },
        { "an empty ALPN", Version2(0x21, 0x11, [.. IPv4Block, .. Field(1)]), (int)ProxyHeaderError.BadField },
        { "an ALPN of 256 bytes", Version2(0x21, 0x11, [.. IPv4Block, .. Field(1, new byte[256])]), (int)ProxyHeaderError.BadField },
        { "an empty authority", Version2(0x21, 0x11, [.. IPv4Block, .. Field(2)]), (int)ProxyHeaderError.BadField },
        { "an authority of 256 bytes", Version2(0x21, 0x11, [.. IPv4Block, .. Field(2, new byte[256])]), (int)ProxyHeaderError.BadField },
        { "a unique id of 129 bytes", Version2(0x21, 0x11, [.. IPv4Block, .. Field(5, new byte[129])]), (int)ProxyHeaderError.BadField },
        { "a short SSL field", Version2(0x21, 0x11, [.. IPv4Block, .. Field(0x20, 1, 0, 0, 0)]), (int)ProxyHeaderError.BadField },
        { "an SSL field with a broken part", Version2(0x21, 0x11, [.. IPv4Block, .. Field(0x20, 1, 0, 0, 0, 0, 0x21, 0, 9)]), (int)ProxyHeaderError.BadField },
        { "a checksum of three bytes", Version2(0x21, 0x11, [.. IPv4Block, .. Field(3, 0, 0, 0)]), (int)ProxyHeaderError.BadField },
        { "a wrong checksum", Version2(0x21, 0x11, [.. IPv4Block, .. Field(3, 0, 0, 0, 0)]), (int)ProxyHeaderError.BadChecksum },
    };

    [Theory, MemberData(nameof(BadBinary))]
    public void A_wrong_version_2_header_is_refused(string what, byte[] bytes, int error)
    {
        Assert.NotEmpty(what);
        Bad(bytes, (ProxyHeaderError)error);
    }

    private static readonly byte[][] Corpus =
    [
        [.. "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET / HTTP/1.1\r\n"u8],
        [.. "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 56324 443\r\nGET "u8],
        [.. "PROXY UNKNOWN anything here\r\n"u8],
        Version2(0x21, 0x11, IPv4Block),
        Version2(0x21, 0x21, [.. IPv6Block, .. Field(2, [.. "shop.example.com"u8]), .. Field(0x20, [1, 0, 0, 0, 0, .. Field(0x21, [.. "TLSv1.3"u8])])]),
        Version2(0x20, 0x00, []),
        Version2(0x21, 0x31, new byte[216]),
        WithChecksum([.. IPv4Block, .. Field(1, 0x68, 0x32)]),
    ];

    [Fact]
    public void Every_prefix_of_a_header_needs_more_and_its_last_byte_completes_it()
    {
        foreach (byte[] bytes in Corpus)
        {
            int length = Good(bytes).Length;
            for (int end = 0; end < length; end++)
                Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyProtocol.Read(bytes.AsSpan(0, end), out _, out _));
            Assert.Equal(length, Good(bytes[..length]).Length);
        }
    }

    [Fact]
    public void Every_input_gives_what_the_reference_gives()
    {
        var seen = new Dictionary<string, int>();
        var hostile =
            from original in Gen.Int[0, Corpus.Length - 1]
            from edits in Gen.Select(Gen.Int[0, 80], Gen.OneOf(Gen.Byte, Gen.Char["0123456789:. \r\nTCPUNKOW"].Select(c => (byte)c))).Array[0, 3]
            from length in Gen.Int[0, 200]
            select Spoil(Corpus[original], edits, length);
        hostile.ForEach(
            40_000,
            bytes =>
            {
                string expected = ReferenceProxyProtocol.Read(bytes);
                Assert.Equal(expected, Describe(bytes));
                string kind = expected.Split(' ')[0];
                seen[kind] = seen.GetValueOrDefault(kind) + 1;
            });
        Assert.All((string[])["v1", "v2", "NeedMore", "Invalid"], kind => Assert.True(seen.GetValueOrDefault(kind) > 100, $"{kind} was hardly met"));
    }

    private static byte[] Spoil(byte[] bytes, (int At, byte With)[] edits, int length)
    {
        byte[] spoilt = [.. bytes.AsSpan(0, Math.Min(bytes.Length, length < 100 ? bytes.Length : length - 100))];
        foreach (var (at, with) in edits)
            if (at < spoilt.Length) spoilt[at] = with;
        return spoilt;
    }

    private static string Describe(byte[] bytes)
    {
        var status = ProxyProtocol.Read(bytes, out var header, out var error);
        Assert.Equal(status == ProxyHeaderStatus.Invalid, error != ProxyHeaderError.None);
        if (status != ProxyHeaderStatus.Complete) return status.ToString();
        return header.HasAddresses
            ? $"v{header.Version} {header.Length}: {Mapped(header.Source)}:{header.SourcePort} > {Mapped(header.Destination)}:{header.DestinationPort}"
            : $"v{header.Version} {header.Length}";
    }

    private static string Mapped(Breakwater.Edge.Clients.ClientAddress address) => address.ToIPAddress().MapToIPv6().ToString();

    private static ProxyHeader Good(byte[] bytes)
    {
        Assert.Equal((ProxyHeaderStatus.Complete, ProxyHeaderError.None), (ProxyProtocol.Read(bytes, out var header, out var error), error));
        return header;
    }

    private static void Bad(byte[] bytes, ProxyHeaderError reason) =>
        Assert.Equal((ProxyHeaderStatus.Invalid, reason), (ProxyProtocol.Read(bytes, out _, out var error), error));
}
