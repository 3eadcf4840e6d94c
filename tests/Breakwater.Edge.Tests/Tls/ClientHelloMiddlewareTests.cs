using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Tests.Listeners;
using Breakwater.Edge.Tls;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Breakwater.Edge.Tests.Tls;

public sealed class ClientHelloMiddlewareTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    private Task<ConnectionLab> StartAsync(bool proxyProtocol = false)
    {
        var set = TestPki.Set(_files, new Wanted { Names = ["default.example"] }, new Wanted { Names = ["shop.example"] });
        return ConnectionLab.StartAsync((options, plane) =>
        {
            if (proxyProtocol) options.Use(new ProxyProtocolMiddleware(plane, "test", ProxyProtocolMode.Any).Middleware);
            options.UseTls(new ClientHelloMiddleware(plane, "test"), new TlsOptionsFactory(_ => new TlsInForce(set, TlsSettings.Default), ListenerProtocols.H1 | ListenerProtocols.H2));
        });
    }

    private static async Task<SslStream> HandshakeAsync(Stream stream, string host = "shop.example")
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            CertificateChainPolicy = TestPki.TrustRoot(),
        }).WaitAsync(TimeSpan.FromSeconds(20));
        return tls;
    }

    private static async Task<string> EchoAsync(Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        byte[] answer = new byte[text.Length];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        return Encoding.ASCII.GetString(answer);
    }

    [Fact]
    public async Task The_hello_is_read_and_left_for_TLS()
    {
        await using var lab = await StartAsync();
        var recorder = new Recorder(new NetworkStream(await lab.ConnectAsync(), ownsSocket: true));
        await using var tls = await HandshakeAsync(recorder);
        Assert.Equal("ping", await EchoAsync(tls, "ping"));

        var connection = await lab.NextAsync();
        var feature = connection.Features.Get<ClientHelloFeature>()!;
        var sent = Hellos.Good([.. recorder.Sent]);
        Assert.Equal(Hellos.Describe(sent), Hellos.Describe(feature.Hello));
        Assert.Equal("shop.example", feature.Hello.ServerName);
        Assert.Equal(Ja4.Compute(sent, Ja4Transport.Tcp).ToString(), feature.Ja4Text);
        Assert.StartsWith("t13d", feature.Ja4Text);
        Assert.True(feature.IsEstablished);
        Assert.Equal("h2"u8.ToArray(), connection.Features.Get<ITlsApplicationProtocolFeature>()!.ApplicationProtocol.ToArray());
        Assert.Equal(1, lab.Metric("breakwater_tls_handshakes", "1.3"));
        Assert.Equal(0, lab.Metric("breakwater_tls_handshake_failures"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(300)]
    public async Task A_hello_in_many_records_and_packets_still_finds_its_certificate(int payload)
    {
        await using var lab = await StartAsync();
        var socket = new NetworkStream(await lab.ConnectAsync(), ownsSocket: true);
        await using var tls = await HandshakeAsync(new Recutter(socket, payload));
        // Only the second certificate has this name; the client has checked it.
        Assert.Equal("shop.example", (await lab.NextAsync()).Features.Get<ClientHelloFeature>()!.Hello.ServerName);
    }

    [Fact]
    public async Task Both_old_and_new_TLS_are_counted()
    {
        await using var lab = await StartAsync();
        var tls = new SslStream(new NetworkStream(await lab.ConnectAsync(), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "shop.example",
            EnabledSslProtocols = SslProtocols.Tls12,
            CertificateChainPolicy = TestPki.TrustRoot(),
        });
        Assert.Equal(SslProtocols.Tls12, (await lab.NextAsync()).Features.Get<ITlsHandshakeFeature>()!.Protocol);
        Assert.Equal(1, lab.Metric("breakwater_tls_handshakes", "1.2"));
        await tls.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_hello_that_does_not_come_in_time_ends_the_connection(int bytes)
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        if (bytes > 0) await client.SendAsync(Hellos.Rfc8448.AsMemory(0, bytes));
        await lab.AdvanceUntilAsync(() => lab.Ended("tls_failed") == 1);
        Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "timeout"));
        Assert.InRange(lab.Time.GetUtcNow() - lab.Time.Start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task A_handshake_that_stops_after_the_hello_is_cut_by_the_same_deadline()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(Hellos.Capture("openssl"));
        Assert.Equal(22, (await ConnectionLab.ReadAsync(client, 5))[0]);   // the ServerHello: TLS has begun
        await lab.AdvanceUntilAsync(() => lab.Ended("tls_failed") == 1);
        await ConnectionLab.ReadToEndAsync(client);
        Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "timeout"));
        Assert.InRange(lab.Time.GetUtcNow() - lab.Time.Start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task The_time_of_the_PROXY_header_counts_too()
    {
        await using var lab = await StartAsync(proxyProtocol: true);
        using var client = await lab.ConnectAsync();
        await lab.AcceptedAsync();
        lab.Time.Advance(TimeSpan.FromSeconds(8));
        await client.SendAsync((byte[])[.. "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"u8, .. Hellos.Rfc8448.AsSpan(0, 50)]);
        await lab.AdvanceUntilAsync(() => lab.Ended("tls_failed") == 1 || lab.Ended("bad_proxy_header") == 1);
        Assert.InRange(lab.Time.GetUtcNow() - lab.Time.Start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task After_the_handshake_its_deadline_is_gone()
    {
        await using var lab = await StartAsync();
        await using var tls = await HandshakeAsync(new NetworkStream(await lab.ConnectAsync(), ownsSocket: true));
        await lab.NextAsync();
        lab.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("still here", await EchoAsync(tls, "still here"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\nHost: a\n\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task HTTP_on_this_port_is_told_to_use_https(string request)
    {
        foreach (bool slowly in (bool[])[false, true])
        {
            await using var lab = await StartAsync();
            using var client = await lab.ConnectAsync();
            byte[] bytes = Encoding.ASCII.GetBytes(request);
            if (slowly) foreach (byte b in bytes) await client.SendAsync((byte[])[b]);
            else await client.SendAsync(bytes);
            string answer = Encoding.ASCII.GetString(await ConnectionLab.ReadToEndAsync(client));
            Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer);
            Assert.EndsWith("\r\n\r\nThis port speaks HTTPS. Use https:// in place of http:// here.\n", answer);
            Assert.Contains($"Content-Length: {answer.Length - answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4}\r\n", answer);
            Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "bad_hello"));
        }
    }

    [Fact]
    public async Task A_request_head_without_end_is_answered_at_a_bound()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: " + new string('x', HttpOnTlsPort.MaxHeadLength)));
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.ASCII.GetString(await ConnectionLab.ReadToEndAsync(client)));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("get / HTTP/1.1\r\n\r\n")]
    [InlineData("\0\0\0")]
    [InlineData("AVERYLONGMETHODNAMEINDEED / HTTP/1.1\r\n\r\n")]
    public async Task Other_bytes_get_no_answer(string text)
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(Encoding.Latin1.GetBytes(text));
        Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "bad_hello"));
    }

    [Fact]
    public async Task A_plain_request_that_stops_half_way_is_not_waited_for_longer_than_a_handshake()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync("GET / HT"u8.ToArray());
        await lab.AdvanceUntilAsync(() => lab.Ended("tls_failed") == 1);
        Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "timeout"));
    }

    [Fact]
    public async Task A_malformed_hello_gets_an_alert()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(new HelloBuilder().With(23).With(23).Record());
        Assert.Equal([21, 3, 3, 0, 2, 2, 47], await ConnectionLab.ReadToEndAsync(client));   // fatal, illegal_parameter
        Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "bad_hello"));
    }

    [Fact]
    public async Task Clients_and_edge_that_share_no_version_are_counted_as_refused()
    {
        await using var lab = await StartAsync();
        using var client = await lab.ConnectAsync();
        await client.SendAsync(new HelloBuilder { LegacyVersion = 0x0302, Ciphers = [0x002F] }.Record());
        Assert.Equal(21, (await ConnectionLab.ReadToEndAsync(client))[0]);
        await ConnectionLab.UntilAsync(() => lab.Ended("tls_failed") == 1);
        Assert.Equal(1, lab.Metric("breakwater_tls_handshake_failures", "refused"));
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_is_counted_as_gone()
    {
        await using var lab = await StartAsync();
        using (var client = await lab.ConnectAsync())
        {
            await client.SendAsync(Hellos.Rfc8448.AsMemory(0, 100));
            client.Shutdown(SocketShutdown.Send);
            Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        }
        await ConnectionLab.UntilAsync(() => lab.Metric("breakwater_tls_handshake_failures", "client_gone") == 1);
    }

    [Fact]
    public async Task A_connection_without_a_byte_is_no_failed_handshake()
    {
        await using var lab = await StartAsync();
        using (var client = await lab.ConnectAsync()) client.Shutdown(SocketShutdown.Send);
        await ConnectionLab.UntilAsync(() => lab.Ended("client_closed") == 1);
        Assert.Equal(0, lab.Metric("breakwater_tls_handshake_failures"));
    }

    /// <summary>Keeps what is written.</summary>
    private sealed class Recorder(Stream inner) : PassThrough(inner)
    {
        public List<byte> Sent { get; } = [];

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Sent.AddRange(buffer.Span);
            await Inner.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>Cuts the first record, which is the hello, into records of a given length, each sent for itself.</summary>
    private sealed class Recutter(Stream inner, int payload) : PassThrough(inner)
    {
        private bool _done;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_done)
            {
                await Inner.WriteAsync(buffer, cancellationToken);
                return;
            }
            _done = true;
            byte[] hello = buffer.ToArray();
            Hellos.Good(hello);
            int size = Math.Max(payload, (hello.Length - 5) / ClientHelloReader.MaxRecords + 1);
            byte[] recut = Hellos.Recut(hello, size);
            for (int at = 0; at < recut.Length; at += size + 5)
                await Inner.WriteAsync(recut.AsMemory(at, Math.Min(size + 5, recut.Length - at)), cancellationToken);
        }
    }

    private abstract class PassThrough(Stream inner) : Stream
    {
        protected Stream Inner => inner;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
