using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public sealed class CertificateCompilerTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    private BreakwaterConfig Read(string yaml)
    {
        var result = ConfigReader.ReadFile(_files.Write("breakwater.yaml", yaml));
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return result.Config!;
    }

    private BreakwaterConfig WithCertificates(params string[] names) => Read(
        $$"""
        listeners: [{address: "127.0.0.1:0", tls: true}]
        certificates:
        {{string.Join('\n', names.Select(name => $"  - {{cert: {name}.pem, key: {name}.key}}"))}}
        zones: [{name: shop, hosts: [shop.example], origins: [{url: "http://127.0.0.1:1"}]}]
        """);

    private static CertificateSet? Compile(BreakwaterConfig config, string? data, CertificateSet? previous, out List<ConfigDiagnostic> diagnostics)
    {
        diagnostics = [];
        return CertificateCompiler.Compile(config, data, TestPki.Now, previous, new ConfigurationFiles(), diagnostics);
    }

    [Fact]
    public void Configured_pairs_are_loaded_in_order()
    {
        TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        TestPki.Write(_files, "b", new Wanted { Names = ["b.example"] });
        var set = Compile(WithCertificates("b", "a"), null, null, out var diagnostics)!;
        Assert.Empty(diagnostics);
        Assert.Equal(["b.example", "a.example"], set.Certificates.Select(certificate => certificate.Names[0]));
        Assert.True(set.OcspStapling);
    }

    [Fact]
    public void Every_problem_points_at_the_line_that_names_the_file()
    {
        TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        TestPki.Write(_files, "old", new Wanted { Names = ["b.example"], Until = TestPki.Now.AddDays(-2) });
        TestPki.Write(_files, "c", new Wanted { Names = ["c.example"] });
        File.Copy(_files["a.key"], _files["c.key"], overwrite: true);

        Assert.Null(Compile(WithCertificates("a", "none", "old", "c"), null, null, out var diagnostics));
        Assert.Equal(
            [(4, 12, DiagnosticSeverity.Error), (5, 12, DiagnosticSeverity.Warning), (6, 24, DiagnosticSeverity.Error)],
            diagnostics.Select(diagnostic => (diagnostic.Position.Line, diagnostic.Position.Column, diagnostic.Severity)));
        Assert.Contains("there is no such file", diagnostics[0].Problem);
        Assert.Contains("expired on", diagnostics[1].Problem);
        Assert.Contains("is not the key", diagnostics[2].Problem);
    }

    [Fact]
    public void A_reload_keeps_what_has_not_changed()
    {
        TestPki.Write(_files, "a", new Wanted { Names = ["a.example"] });
        TestPki.Write(_files, "b", new Wanted { Names = ["b.example"] });
        var first = Compile(WithCertificates("a", "b"), null, null, out _)!;
        TestPki.Write(_files, "b", new Wanted { Names = ["new.example"] });
        var second = Compile(WithCertificates("a", "b"), null, first, out _)!;
        Assert.Same(first.Certificates[0], second.Certificates[0]);
        Assert.Equal(["new.example"], second.Certificates[1].Names);
    }

    [Fact]
    public void Without_a_certificate_a_TLS_listener_gets_one_for_development()
    {
        var config = Read(
            """
            listeners: [{address: "127.0.0.1:0", tls: true}]
            zones: [{name: shop, hosts: [shop.example, "*.shop.example"], origins: [{url: "http://127.0.0.1:1"}]}]
            """);
        var set = Compile(config, _files.Path, null, out var diagnostics)!;
        Assert.Empty(diagnostics);
        Assert.Equal(["localhost", "shop.example", "*.shop.example"], Assert.Single(set.Certificates).Names);
        Assert.Same(set.Certificates[0], Compile(config, _files.Path, set, out _)!.Certificates[0]);
        Assert.Empty(Compile(config, null, null, out _)!.Certificates);   // a check writes nothing

        _files.Write("file", "");
        Assert.Null(Compile(config, _files["file"], null, out diagnostics));
        Assert.Contains("cannot be kept in", Assert.Single(diagnostics).Problem);
    }

    [Fact]
    public void Without_a_TLS_listener_there_is_nothing_to_make()
    {
        var config = Read("""zones: [{name: shop, origins: [{url: "http://127.0.0.1:1"}]}]""");
        Assert.Empty(Compile(config, _files.Path, null, out _)!.Certificates);
        Assert.False(Directory.Exists(_files["tls"]));
    }
}
