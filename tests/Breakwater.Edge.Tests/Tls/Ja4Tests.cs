using System.Security.Cryptography;
using System.Text;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public class Ja4Tests
{
    /// <summary>What FoxIO's own tool computes from the same bytes.</summary>
    [Theory]
    [InlineData("chromium", "t13d1517h2_8daaf6152771_cb7bf5808d99")]
    [InlineData("curl", "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6")]
    [InlineData("curl-ip", "t13i3111h1_e8f1e7e78f70_b26ce05bbdd6")]
    [InlineData("dotnet", "t13d1212h2_a538d02d76d5_f6eeaf393d2e")]
    [InlineData("gnutls", "t13d2914h1_723694b0fccc_2cc26d266019")]
    [InlineData("java", "t13d3713h2_db35923f8641_7c76daad20ec")]
    [InlineData("node", "t13d591000_a33745022dd6_1f22a2ca17c4")]
    [InlineData("openssl", "t13d3111h2_e8f1e7e78f70_1f22a2ca17c4")]
    [InlineData("openssl-tls12", "t12i280600_d943125447b4_e7e480e5a997")]
    [InlineData("python", "t13d181100_85036bcba153_d41ae481755e")]
    public void Real_clients_have_the_fingerprints_that_the_authors_tool_gives_them(string client, string expected) =>
        Assert.Equal(expected, Ja4.Compute(Hellos.Good(Hellos.Capture(client)), Ja4Transport.Tcp).ToString());

    /// <summary>The worked example of the specification, GREASE added where Chrome puts it.</summary>
    private static HelloBuilder SpecificationExample()
    {
        var hello = new HelloBuilder
        {
            Ciphers = [0x2A2A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035],
        };
        foreach (ushort type in (ushort[])[0x6A6A, 0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012, 0x002B, 0xFF01, 0x000B, 0x000A, 0x0015, 0xBABA])
        {
            _ = type switch
            {
                0x0000 => hello.WithServerName("example.com"u8),
                0x0010 => hello.WithAlpn("h2"u8.ToArray(), "http/1.1"u8.ToArray()),
                0x0033 => hello.WithKeyShares((0x8A8A, [0]), (0x001D, new byte[32])),
                0x000D => hello.WithCodes16(type, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
                0x002B => hello.WithCodes8(type, 0xDADA, 0x0304, 0x0303),
                0x000A => hello.WithCodes16(type, 0x8A8A, 0x001D),
                _ => hello.With(type),
            };
        }
        return hello;
    }

    [Fact]
    public void The_specifications_example_comes_out_as_the_specification_says() =>
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Compute(SpecificationExample()));

    [Fact]
    public void The_raw_form_shows_the_lists()
    {
        Assert.Equal(
            "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_" +
            "0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_0403,0804,0401,0503,0805,0501,0806,0601",
            Ja4.Explain(Hellos.Good(SpecificationExample().Record()), Ja4Transport.Tcp));
    }

    [Fact]
    public void Each_part_is_the_hash_of_its_list_in_the_raw_form()
    {
        foreach (string client in Hellos.Captured)
        {
            var hello = Hellos.Good(Hellos.Capture(client));
            string[] raw = Ja4.Explain(hello, Ja4Transport.Tcp).Split('_', 3);
            Assert.Equal($"{raw[0]}_{Hash12(raw[1])}_{Hash12(raw[2])}", Ja4.Compute(hello, Ja4Transport.Tcp).ToString());
        }
    }

    [Fact]
    public void QUIC_has_another_first_letter() =>
        Assert.Equal("q13d1516h2_8daaf6152771_e5627efa2ab1", Ja4.Compute(Hellos.Good(SpecificationExample().Record()), Ja4Transport.Quic).ToString());

    [Fact]
    public void Without_signature_algorithms_the_list_ends_without_an_underscore()
    {
        var hello = new HelloBuilder();
        foreach (ushort type in (ushort[])[0x0005, 0x000B, 0x0012]) hello.With(type);
        Assert.EndsWith("_" + Hash12("0005,000b,0012"), Compute(hello));
    }

    [Fact]
    public void Empty_lists_hash_to_zeros()
    {
        Assert.Equal("t12i000000_000000000000_000000000000", Compute(new HelloBuilder { Ciphers = [0x0A0A], OmitExtensions = true }));
        Assert.EndsWith("_000000000000", Compute(new HelloBuilder().WithServerName("a"u8).WithAlpn("h2"u8.ToArray()).With(0x4A4A)));
    }

    [Theory]
    [InlineData(0x0303, new ushort[] { 0x0304, 0x0303 }, "13")]
    [InlineData(0x0303, new ushort[] { 0x0303, 0x0304, 0xFAFA }, "13")]
    [InlineData(0x0303, new ushort[] { 0x0302 }, "11")]
    [InlineData(0x0303, new ushort[] { 0xFAFA }, "12")]
    [InlineData(0x0303, new ushort[] { 0x7F1C }, "00")]
    [InlineData(0x0303, new ushort[0], "12")]
    [InlineData(0x0302, new ushort[0], "11")]
    [InlineData(0x0301, new ushort[0], "10")]
    [InlineData(0x0300, new ushort[0], "s3")]
    [InlineData(0x0002, new ushort[0], "s2")]
    [InlineData(0x0305, new ushort[0], "00")]
    public void The_version_is_the_highest_offered(int legacy, ushort[] offered, string expected)
    {
        var hello = new HelloBuilder { LegacyVersion = (ushort)legacy };
        if (offered.Length > 0) hello.WithCodes8(TlsExtension.SupportedVersions, offered);
        Assert.Equal(expected, Compute(hello)[1..3]);
    }

    [Fact]
    public void An_unusable_server_name_still_counts_as_sent() => Assert.Equal('d', Compute(new HelloBuilder().WithServerName("192.0.2.1"u8))[3]);

    [Fact]
    public void Counts_stop_at_99_and_leave_GREASE_out()
    {
        var hello = new HelloBuilder { Ciphers = [.. Enumerable.Range(1, 100).Select(i => (ushort)i), 0x1A1A] };
        for (ushort type = 100; type < 250; type++) hello.With(type);
        Assert.Equal("9999", Compute(hello)[4..8]);
        Assert.Equal("0102", Compute(new HelloBuilder { Ciphers = [0x0A0A, 0x1301] }.With(5).With(0x0A0A).With(35))[4..8]);
    }

    /// <summary>The specification's table, and a few more.</summary>
    [Theory]
    [InlineData("", "00")]
    [InlineData("6832", "h2")]
    [InlineData("687474702f312e31", "h1")]
    [InlineData("68", "hh")]
    [InlineData("AB", "ab")]
    [InlineData("20", "20")]
    [InlineData("ABCD", "ad")]
    [InlineData("2061", "21")]
    [InlineData("30AB", "3b")]
    [InlineData("6120", "60")]
    [InlineData("3031ABCD", "3d")]
    [InlineData("30ABCD31", "01")]
    [InlineData("0A0A", "0a")]
    [InlineData("5A2D39", "Z9")]
    public void ALPN_gives_its_first_and_last_character(string nameInHex, string expected)
    {
        Span<byte> written = stackalloc byte[2];
        Ja4.WriteAlpn(Convert.FromHexString(nameInHex), written);
        Assert.Equal(expected, Encoding.ASCII.GetString(written));
    }

    [Fact]
    public void Only_the_first_ALPN_name_counts() =>
        Assert.Equal("h1", Compute(new HelloBuilder().WithAlpn("http/1.1"u8.ToArray(), "h2"u8.ToArray()))[8..10]);

    [Fact]
    public void The_order_of_extensions_does_not_matter_but_that_of_signature_algorithms_does()
    {
        string one = Compute(new HelloBuilder().With(5).With(35).WithCodes16(13, 0x0403, 0x0804));
        string two = Compute(new HelloBuilder().WithCodes16(13, 0x0403, 0x0804).With(35).With(5));
        string three = Compute(new HelloBuilder().With(5).With(35).WithCodes16(13, 0x0804, 0x0403));
        Assert.Equal(one, two);
        Assert.NotEqual(one, three);
    }

    [Fact]
    public void It_is_a_value_and_copies_itself_as_ASCII()
    {
        var hello = Hellos.Good(Hellos.Capture("curl"));
        Ja4 one = Ja4.Compute(hello, Ja4Transport.Tcp), same = Ja4.Compute(hello, Ja4Transport.Tcp), other = Ja4.Compute(hello, Ja4Transport.Quic);
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);

        Span<byte> text = stackalloc byte[40];
        Assert.Equal(Ja4.Length, one.CopyTo(text));
        Assert.Equal(one.ToString(), Encoding.ASCII.GetString(text[..Ja4.Length]));
        Assert.Equal(0, one.CopyTo(text[..35]));
    }

    [Fact]
    public void Computing_it_allocates_nothing()
    {
        var hello = Hellos.Good(Hellos.Capture("chromium"));
        Ja4.Compute(hello, Ja4Transport.Tcp);
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 100; i++) Ja4.Compute(hello, Ja4Transport.Tcp);
        }));
    }

    private static string Compute(HelloBuilder hello) => Ja4.Compute(Hellos.Good(hello.Record()), Ja4Transport.Tcp).ToString();

    private static string Hash12(string list) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(list)))[..12];
}
