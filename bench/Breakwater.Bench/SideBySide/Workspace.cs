using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Breakwater.Bench.SideBySide;

/// <summary>What all peers of a run share: the directory, the certificate, the origin's address. Nothing but the count of its own questions changes.</summary>
internal sealed class Workspace : IDisposable
{
    private long _statusQuestions;

    public Workspace(BenchOptions options)
    {
        Directory = options.WorkDirectory;
        Root = options.Root;
        CoreRuleSet = options.CoreRuleSet;
        CertificateFile = Path.Combine(Directory, "cert.pem");
        KeyFile = Path.Combine(Directory, "key.pem");
        CertificateAndKeyFile = Path.Combine(Directory, "cert-and-key.pem");
        Origin = new IPEndPoint(IPAddress.Loopback, FreePort());
        OriginStatus = new IPEndPoint(IPAddress.Loopback, FreePort());
        Certificate = WriteCertificate();
    }

    public string Directory { get; }
    public string Root { get; }

    /// <summary>As in <see cref="BenchOptions.CoreRuleSet"/>.</summary>
    public string? CoreRuleSet { get; }

    public X509Certificate2 Certificate { get; }
    public string CertificateFile { get; }
    public string KeyFile { get; }
    public string CertificateAndKeyFile { get; }
    public IPEndPoint Origin { get; }

    /// <summary>Where the origin counts its requests (nginx stub_status).</summary>
    public IPEndPoint OriginStatus { get; }

    public void Dispose() => Certificate.Dispose();

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>One ECDSA P-256 certificate for all: RSA would make handshakes, not requests, the difference between peers.</summary>
    private X509Certificate2 WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateAndKeyFile, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    public string WriteFile(string name, string text)
    {
        var path = Path.Combine(Directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>How often the origin was asked so far. The question itself is not counted.</summary>
    public async Task<long> OriginRequestsAsync(HttpClient client)
    {
        // "Active connections: 1 \nserver accepts handled requests\n 5 5 9 \nReading: …": the third number of the third line.
        var text = await client.GetStringAsync(new Uri($"http://{OriginStatus}/"));
        var total = long.Parse(text.Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
        return total - Interlocked.Increment(ref _statusQuestions);
    }

}
