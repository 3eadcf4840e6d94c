using System.Security.Cryptography.X509Certificates;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public sealed class DevelopmentCertificateTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    private ServerCertificate Ensure(DateTimeOffset now, params string[] names)
    {
        var problems = new List<CertificateProblem>();
        var certificate = CertificateLoader.Load(DevelopmentCertificate.Ensure(_data.Path, names, now), false, now, problems);
        Assert.Empty(problems);
        return certificate!;
    }

    [Fact]
    public void It_is_for_localhost_and_the_names_given()
    {
        var certificate = Ensure(TestPki.Now, "Shop.example", "*.shop.example", "192.0.2.7", "localhost");
        Assert.Equal(["localhost", "shop.example", "*.shop.example"], certificate.Names);
        var addresses = certificate.Leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses();
        Assert.Equal(["127.0.0.1", "::1", "192.0.2.7"], addresses.Select(address => address.ToString()));
        Assert.Equal((CertificateKey.Ecdsa, 23), (certificate.Key, certificate.Curve));
    }

    [Fact]
    public void It_survives_restarts()
    {
        string first = Ensure(TestPki.Now, "shop.example", "192.0.2.7").Leaf.Thumbprint;
        Assert.Equal(first, Ensure(TestPki.Now.AddDays(700), "shop.example", "192.0.2.7").Leaf.Thumbprint);
        Assert.Equal(first, Ensure(TestPki.Now, "shop.example").Leaf.Thumbprint);
    }

    [Fact]
    public void It_is_made_anew_when_it_expires_soon_or_lacks_a_name_or_is_broken()
    {
        string first = Ensure(TestPki.Now, "shop.example").Leaf.Thumbprint;
        string renewed = Ensure(TestPki.Now.AddDays(800), "shop.example").Leaf.Thumbprint;
        string wider = Ensure(TestPki.Now.AddDays(800), "shop.example", "other.example").Leaf.Thumbprint;
        File.WriteAllText(DevelopmentCertificate.In(_data.Path).KeyPath, "");
        string mended = Ensure(TestPki.Now.AddDays(800), "shop.example", "other.example").Leaf.Thumbprint;
        Assert.Equal(4, new[] { first, renewed, wider, mended }.Distinct().Count());
    }

    [Fact]
    public void Nobody_else_may_read_the_key()
    {
        Ensure(TestPki.Now);
        var source = DevelopmentCertificate.In(_data.Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(source.KeyPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(source.KeyPath)!));
    }
}
