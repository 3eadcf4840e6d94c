using System.Security.Cryptography;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public sealed class CertificateLoaderTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    private ServerCertificate? Load(CertificateSource source, out List<CertificateProblem> problems)
    {
        problems = [];
        return CertificateLoader.Load(source, ocspStapling: false, TestPki.Now, problems);
    }

    private ServerCertificate Good(CertificateSource source)
    {
        var certificate = Load(source, out var problems);
        Assert.Empty(problems);
        return certificate!;
    }

    private void Refused(CertificateSource source, CertificateFile file, string problem)
    {
        Assert.Null(Load(source, out var problems));
        var error = Assert.Single(problems, p => p.IsError);
        Assert.Equal((source, file), (error.Source, error.File));
        Assert.Contains(problem, error.Problem);
        Assert.NotEmpty(error.Remedy);
    }

    private void Doubtful(CertificateSource source, string problem)
    {
        Assert.NotNull(Load(source, out var problems));
        var warning = Assert.Single(problems);
        Assert.False(warning.IsError);
        Assert.Contains(problem, warning.Problem);
        Assert.NotEmpty(warning.Remedy);
    }

    public static TheoryData<string> Keys => ["P-256", "P-384", "P-521", "RSA-2048", "RSA-3072"];

    private static Func<AsymmetricAlgorithm> NewKey(string kind) => kind switch
    {
        "P-256" => Wanted.Curve(ECCurve.NamedCurves.nistP256),
        "P-384" => Wanted.Curve(ECCurve.NamedCurves.nistP384),
        "P-521" => Wanted.Curve(ECCurve.NamedCurves.nistP521),
        "RSA-2048" => Wanted.Rsa(2048),
        _ => Wanted.Rsa(3072),
    };

    [Theory, MemberData(nameof(Keys))]
    public void A_pair_is_loaded_with_its_intermediate(string kind)
    {
        var certificate = Good(TestPki.Write(_files, "a", new Wanted { Names = ["Shop.example", "*.shop.example", "192.0.2.1"], NewKey = NewKey(kind) }));

        Assert.Equal(["shop.example", "*.shop.example"], certificate.Names);
        Assert.Equal(kind[0] == 'R' ? CertificateKey.Rsa : CertificateKey.Ecdsa, certificate.Key);
        Assert.Equal(kind switch { "P-256" => 23, "P-384" => 24, "P-521" => 25, _ => 0 }, certificate.Curve);
        Assert.True(certificate.Leaf.HasPrivateKey);
        Assert.Equal(TestPki.Intermediate.Certificate.Thumbprint, Assert.Single(certificate.Context.IntermediateCertificates).Thumbprint);
    }

    [Fact]
    public void The_older_key_formats_are_read_too()
    {
        var rsa = TestPki.Issue(new Wanted { Names = ["a.example"], NewKey = Wanted.Rsa() });
        Good(TestPki.Write(_files, "rsa", rsa) with { KeyPath = _files.Write("pkcs1.key", ((RSA)rsa.Key).ExportRSAPrivateKeyPem()) });

        var ec = TestPki.Issue(new Wanted { Names = ["a.example"] });
        string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        Good(TestPki.Write(_files, "ec", ec) with { KeyPath = _files.Write("sec1.key", parameters + ((ECDsa)ec.Key).ExportECPrivateKeyPem()) });
    }

    [Fact]
    public void Certificate_and_key_may_be_in_one_file()
    {
        var issued = TestPki.Issue(new Wanted { Names = ["a.example"] });
        string path = _files.Write("both.pem", issued.KeyPem + issued.CertificatePem + TestPki.Intermediate.CertificatePem);
        Good(new CertificateSource(path, path));
    }

    [Fact]
    public void Missing_files_are_named()
    {
        var good = TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        Refused(good with { CertificatePath = _files["none.pem"] }, CertificateFile.Certificate, "no such file");
        Refused(good with { KeyPath = _files["no/none.key"] }, CertificateFile.Key, "no such file");
        Refused(good with { KeyPath = _files.Path }, CertificateFile.Key, "is a directory");
    }

    [Fact]
    public void What_is_no_PEM_certificate_or_key_is_refused()
    {
        var issued = TestPki.Issue(new Wanted { Names = ["a.example"] });
        var good = TestPki.Write(_files, "a", issued);
        File.WriteAllBytes(_files["a.der"], issued.Certificate.RawData);
        File.WriteAllBytes(_files["key.der"], issued.Key.ExportPkcs8PrivateKey());

        Refused(good with { CertificatePath = _files["a.der"] }, CertificateFile.Certificate, "binary (DER)");
        Refused(good with { KeyPath = _files["key.der"] }, CertificateFile.Key, "binary (DER)");
        Refused(good with { CertificatePath = _files.Write("empty.pem", "") }, CertificateFile.Certificate, "holds no certificate");
        Refused(good with { CertificatePath = good.KeyPath }, CertificateFile.Certificate, "holds no certificate");
        Refused(good with { KeyPath = good.CertificatePath }, CertificateFile.Key, "holds no private key");
        Refused(good with { CertificatePath = _files.Write("cut.pem", issued.CertificatePem[..200]) }, CertificateFile.Certificate, "holds no certificate");
        Refused(
            good with { CertificatePath = _files.Write("broken.pem", PemEncoding.WriteString("CERTIFICATE", issued.Certificate.RawData.AsSpan(0, 90))) },
            CertificateFile.Certificate,
            "certificate 1 in it is broken");
        Refused(
            good with { KeyPath = _files.Write("broken.key", PemEncoding.WriteString("PRIVATE KEY", issued.Key.ExportPkcs8PrivateKey().AsSpan(0, 60))) },
            CertificateFile.Key,
            "broken");
        Refused(good with { KeyPath = _files.Write("large.key", new string(' ', PemFile.MaxLength + 1)) }, CertificateFile.Key, "longer than");
    }

    [Fact]
    public void Encrypted_keys_are_refused_with_the_way_out()
    {
        var issued = TestPki.Issue(new Wanted { Names = ["a.example"], NewKey = Wanted.Rsa() });
        var good = TestPki.Write(_files, "a", issued);
        string pkcs8 = issued.Key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Refused(good with { KeyPath = _files.Write("enc.key", pkcs8) }, CertificateFile.Key, "encrypted");

        string old = issued.Key.ExportPkcs8PrivateKeyPem().Replace("PRIVATE KEY-----\n", "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", StringComparison.Ordinal);
        Refused(good with { KeyPath = _files.Write("old.key", old) }, CertificateFile.Key, "encrypted");

        Load(good with { KeyPath = _files["enc.key"] }, out var problems);
        Assert.Contains("openssl pkey", problems[0].Remedy);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        var a = TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        var b = TestPki.Write(_files, "b", new Wanted { Names = ["b.example"] });
        var c = TestPki.Write(_files, "c", new Wanted { Names = ["c.example"], NewKey = Wanted.Rsa() });
        Refused(a with { KeyPath = b.KeyPath }, CertificateFile.Key, "not the key of this certificate");
        Refused(a with { KeyPath = c.KeyPath }, CertificateFile.Key, "not the key of this certificate");
    }

    [Fact]
    public void Weak_and_unusable_keys_are_refused()
    {
        Refused(TestPki.Write(_files, "r", new Wanted { NewKey = Wanted.Rsa(1024) }), CertificateFile.Key, "1024 bits");
        Refused(TestPki.Write(_files, "e", new Wanted { NewKey = Wanted.Curve(ECCurve.CreateFromFriendlyName("secp256k1")) }), CertificateFile.Key, "curve");

        var good = TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        // Ed25519, RFC 8410 §10.3.
        string ed25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        Refused(good with { KeyPath = _files.Write("ed.key", ed25519) }, CertificateFile.Key, "neither RSA nor ECDSA");
    }

    /// <summary>From an authority that signs with SHA-1, which .NET no longer does. OpenSSL would refuse to serve it.</summary>
    private const string Sha1Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhzCCAS2gAwIBAgIUAo+97RIoVYRvGBjHmsoL9AtNuY4wCQYHKoZIzj0EATAY
        MRYwFAYDVQQDDA1vbGQgYXV0aG9yaXR5MCAXDTI2MTEyMjIzMDAxMVoYDzIxMjYx
        MDI5MjMwMDExWjAUMRIwEAYDVQQDDAlhLmV4YW1wbGUwWTATBgcqhkjOPQIBBggq
        hkjOPQMBBwNCAASO7MrZYgNVepHeXZ+niqRB3gbayCdCciZ/djzXCBnQdPCprzwI
        ncgOXLl43fjR7dpqbgbcKlW+Qb4Bf9Dn+pXyo1gwVjAUBgNVHREEDTALgglhLmV4
        YW1wbGUwHQYDVR0OBBYEFP7KgfwC+mrJXeaQOLeNbUOg8YIiMB8GA1UdIwQYMBaA
        FH9pbsSeUc2SQ06rT+FEPGmPmDziMAkGByqGSM49BAEDSQAwRgIhAJjSY8AtLror
        dEc2BhaTqffBn4nlDzT7fOiX1S9HApDaAiEA01AQFWWvhBMSXb9L8LB1bpgGtq4K
        33XBHLSyMboRT4g=
        -----END CERTIFICATE-----
        """;

    private const string Sha1Key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvZkx34e8PJdRcy4S
        Tdl6AAAd5pTRe6EXpbyPXqUsDTGhRANCAASO7MrZYgNVepHeXZ+niqRB3gbayCdC
        ciZ/djzXCBnQdPCprzwIncgOXLl43fjR7dpqbgbcKlW+Qb4Bf9Dn+pXy
        -----END PRIVATE KEY-----
        """;

    [Fact]
    public void A_signature_with_SHA1_is_refused() =>
        Refused(new CertificateSource(_files.Write("a.pem", Sha1Certificate), _files.Write("a.key", Sha1Key)), CertificateFile.Certificate, "can be forged");

    [Fact]
    public void Doubtful_certificates_serve_with_a_warning()
    {
        Doubtful(TestPki.Write(_files, "a", new Wanted { Names = ["a.example"], Until = TestPki.Now.AddDays(-1) }), "expired on");
        Doubtful(TestPki.Write(_files, "b", new Wanted { Names = ["a.example"], From = TestPki.Now.AddDays(1) }), "valid only from");
        Doubtful(TestPki.Write(_files, "c", new Wanted { Names = ["a.example"], Usages = ["1.3.6.1.5.5.7.3.2"] }), "not meant for servers");
        Doubtful(TestPki.Write(_files, "d", new Wanted { CommonName = "a.example" }), "no subjectAltName");
    }

    [Fact]
    public void A_missing_intermediate_is_noticed_when_the_certificate_tells_of_one()
    {
        var issued = TestPki.Issue(new Wanted { Names = ["a.example"], IssuerUri = "http://127.0.0.1:9/issuer.cer" });
        var source = TestPki.Write(_files, "a", issued);
        Good(source);
        Doubtful(source with { CertificatePath = _files.Write("leaf.pem", issued.CertificatePem) }, "intermediate certificate is missing");
    }

    [Fact]
    public void The_certificate_of_the_key_is_found_wherever_it_stands()
    {
        var issued = TestPki.Issue(new Wanted { Names = ["a.example"] });
        var source = TestPki.Write(_files, "a", issued) with { CertificatePath = _files.Write("turned.pem", TestPki.Intermediate.CertificatePem + issued.CertificatePem) };
        Doubtful(source, "not the first in the file");
        Assert.Equal(issued.Certificate.Thumbprint, Load(source, out _)!.Leaf.Thumbprint);
    }

    [Theory]
    [InlineData("a.example", "a.example")]
    [InlineData("A.Example.", "a.example")]
    [InlineData("*.a.example", "*.a.example")]
    [InlineData("w*.a.example", null)]
    [InlineData("*", null)]
    [InlineData("a.*.example", null)]
    public void Only_names_that_can_match_are_taken(string inCertificate, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Good(TestPki.Write(_files, "a", new Wanted { Names = [inCertificate] })).Names);

    [Fact]
    public void Unchanged_files_give_the_certificate_that_is_loaded()
    {
        var source = TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        var loaded = Good(source);
        Assert.Same(loaded, CertificateLoader.Load(source, false, TestPki.Now, [], loaded));
        TestPki.Write(_files, "a", new Wanted { Names = ["b.example"] });
        Assert.Equal(["b.example"], CertificateLoader.Load(source, false, TestPki.Now, [], loaded)!.Names);
    }
}
