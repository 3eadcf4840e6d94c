using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Breakwater.Config;
using Breakwater.Edge.Tests.Listeners;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

public sealed class OcspStaplingTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_responders_answer_is_stapled_unless_that_is_off(bool stapling)
    {
        OpenSsl.Needed();
        int port = FreePort();
        var issued = TestPki.Issue(new Wanted { Names = ["shop.example"], OcspResponder = $"http://127.0.0.1:{port}/" });
        using Process responder = StartResponder(port, issued);
        try
        {
            // The root is in the file, for no machine has it in its store.
            var source = new CertificateSource(
                _files.Write("shop.pem", issued.CertificatePem + TestPki.Intermediate.CertificatePem + TestPki.Root.CertificatePem),
                _files.Write("shop.key", issued.KeyPem));
            var set = CertificateSet.Load([source], stapling, TestPki.Now);
            Assert.False(set.HasErrors);
            await using var lab = await ConnectionLab.StartAsync((options, plane) =>
                options.UseTls(new ClientHelloMiddleware(plane, "test"), new TlsOptionsFactory(_ => new TlsInForce(set, TlsSettings.Default), ListenerProtocols.H1)));

            // It is fetched in the background: the first clients may come too early for it.
            string output = "";
            for (int i = 0; i < (stapling ? 50 : 3) && !output.Contains("OCSP Response Status: successful", StringComparison.Ordinal); i++)
            {
                if (i > 0) await Task.Delay(100);
                output = await OpenSsl.RunAsync("hello\n", "\nhello", "s_client", "-connect", lab.EndPoint.ToString(), "-servername", "shop.example", "-status");
            }
            Assert.Contains(stapling ? "Cert Status: good" : "OCSP response: no response sent", output);
        }
        finally
        {
            responder.Kill();
            await responder.WaitForExitAsync();
        }
    }

    /// <summary>openssl's own responder, which knows of one certificate that it is good.</summary>
    private Process StartResponder(int port, Issued issued)
    {
        string serial = issued.Certificate.SerialNumber;
        string expires = issued.Certificate.NotAfter.ToUniversalTime().ToString("yyMMddHHmmss") + "Z";
        string index = _files.Write("index.txt", $"V\t{expires}\t\t{serial}\tunknown\t/CN=test\n");
        string signer = _files.Write("signer.pem", TestPki.Intermediate.CertificatePem);
        string key = _files.Write("signer.key", TestPki.Intermediate.KeyPem);
        var start = new ProcessStartInfo(
            "openssl", ["ocsp", "-port", $"{port}", "-index", index, "-rsigner", signer, "-rkey", key, "-CA", signer, "-ndays", "1"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
