using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public sealed class SniTableTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("shop.example", 0)]
    [InlineData("www.shop.example", 1)]
    [InlineData("api.shop.example", 2)]          // exact goes before the wildcard
    [InlineData("a.b.shop.example", 0)]          // a wildcard is for one label
    [InlineData("b.deep.shop.example", 3)]
    [InlineData("other.example", 0)]
    [InlineData("example", 0)]
    [InlineData(null, 0)]
    public void The_exact_name_goes_before_the_wildcard_and_that_before_the_default(string? name, int expected)
    {
        var set = TestPki.Set(
            _files,
            new Wanted { Names = ["shop.example"] },
            new Wanted { Names = ["*.shop.example"] },
            new Wanted { Names = ["api.shop.example"] },
            new Wanted { Names = ["*.deep.shop.example"] });
        Assert.Same(set.Certificates[expected], set.Select(name, null));
    }

    [Fact]
    public void The_longest_name_is_looked_up_safely()
    {
        var set = TestPki.Set(_files, new Wanted { Names = ["a.example"] });
        string longest = HostName.Normalize(string.Join('.', Enumerable.Repeat(new string('a', 62), 4)))!;
        Assert.Equal(251, longest.Length);
        Assert.NotNull(set.Select(longest, null));
        Assert.NotNull(set.Select("a." + longest, null));
    }

    [Fact]
    public void Without_certificates_there_is_none() => Assert.Null(CertificateSet.Empty.Select("a.example", null));

    [Fact]
    public void ECDSA_goes_before_RSA_where_the_client_takes_it()
    {
        var set = TestPki.Set(
            _files,
            new Wanted { Names = ["a.example"], NewKey = Wanted.Rsa() },
            new Wanted { Names = ["a.example", "b.example"] });
        var (rsa, ecdsa) = (set.Certificates[0], set.Certificates[1]);
        var any = Hellos.Good(Hellos.Capture("chromium"));
        var rsaOnly = Hellos.Good(new HelloBuilder { Ciphers = [0xC02F] }.WithCodes16(13, 0x0401, 0x0804).Record());

        Assert.Same(ecdsa, set.Select("a.example", null));
        Assert.Same(ecdsa, set.Select("a.example", any));
        Assert.Same(rsa, set.Select("a.example", rsaOnly));
        Assert.Same(ecdsa, set.Select("b.example", rsaOnly));   // there is no other
        Assert.Same(ecdsa, set.Select(null, any));              // the default is the first one's name, in both kinds
        Assert.Same(rsa, set.Select(null, rsaOnly));
    }

    [Fact]
    public void A_valid_certificate_goes_before_an_expired_one_and_then_the_first_listed()
    {
        var set = TestPki.Set(
            _files,
            new Wanted { Names = ["a.example"], Until = TestPki.Now.AddDays(-1) },
            new Wanted { Names = ["a.example"] },
            new Wanted { Names = ["a.example"] });
        Assert.Same(set.Certificates[1], set.Select("a.example", null));
    }

    public static TheoryData<string, byte[], ushort, bool> Abilities() => new()
    {
        { "TLS 1.3 with the scheme of the curve", new HelloBuilder().WithCodes8(43, 0x0304).WithCodes16(13, 0x0403).Record(), 23, true },
        { "TLS 1.3 with another curve's scheme", new HelloBuilder().WithCodes8(43, 0x0304).WithCodes16(13, 0x0503).Record(), 23, false },
        { "TLS 1.3 with P-384's scheme", new HelloBuilder().WithCodes8(43, 0x0304).WithCodes16(13, 0x0503).Record(), 24, true },
        { "TLS 1.3 with P-521's scheme", new HelloBuilder().WithCodes8(43, 0x0304).WithCodes16(13, 0x0603).Record(), 25, true },
        { "TLS 1.3 with RSA only", new HelloBuilder().WithCodes8(43, 0x0304).WithCodes16(13, 0x0804).Record(), 23, false },
        { "TLS 1.2 with suite, curve and hash", new HelloBuilder { Ciphers = [0xC02B] }.WithCodes16(10, 23).WithCodes16(13, 0x0503).Record(), 23, true },
        { "TLS 1.2 that names no curves", new HelloBuilder { Ciphers = [0xCCA9] }.WithCodes16(13, 0x0403).Record(), 23, true },
        { "TLS 1.2 without the curve", new HelloBuilder { Ciphers = [0xC02B] }.WithCodes16(10, 24).WithCodes16(13, 0x0403).Record(), 23, false },
        { "TLS 1.2 without an ECDSA suite", new HelloBuilder { Ciphers = [0xC02F, 0x009C] }.WithCodes16(10, 23).WithCodes16(13, 0x0403).Record(), 23, false },
        { "TLS 1.2 without the signature", new HelloBuilder { Ciphers = [0xC02B] }.WithCodes16(10, 23).WithCodes16(13, 0x0401).Record(), 23, false },
        { "TLS 1.2 that names no signatures", new HelloBuilder { Ciphers = [0xC02B] }.WithCodes16(10, 23).Record(), 23, false },
        { "TLS 1.1", new HelloBuilder { LegacyVersion = 0x0302, Ciphers = [0xC009] }.Record(), 23, false },
    };

    [Theory, MemberData(nameof(Abilities))]
    public void Whether_a_client_takes_ECDSA_is_read_from_its_hello(string what, byte[] hello, ushort curve, bool expected)
    {
        Assert.NotEmpty(what);
        Assert.Equal(expected, EcdsaSupport.Takes(Hellos.Good(hello), curve));
    }

    [Fact]
    public void All_captured_clients_take_P256() =>
        Assert.All(Hellos.Captured, client => Assert.True(EcdsaSupport.Takes(Hellos.Good(Hellos.Capture(client)), 23), client));
}
