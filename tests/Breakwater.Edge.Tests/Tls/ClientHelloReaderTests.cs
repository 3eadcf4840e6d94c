using System.Buffers;
using Breakwater.Edge.Tls;
using CsCheck;

namespace Breakwater.Edge.Tests.Tls;

public class ClientHelloReaderTests
{
    public static TheoryData<string> Captured => [.. Hellos.Captured];

    [Fact]
    public void The_hello_of_RFC_8448_is_read_as_the_trace_says()
    {
        Assert.Equal(
            "0303 ciphers=1301,1303,1302 extensions=0000,ff01,000a,0023,0033,002b,000d,002d,001c versions=0304 " +
            "groups=001d,0017,0018,0019,0100,0101,0102,0103,0104 " +
            "signatures=0403,0503,0603,0203,0804,0805,0806,0401,0501,0601,0201,0402,0502,0602,0202 shares=001d alpn= sni=server",
            Hellos.Describe(Hellos.Good(Hellos.Rfc8448)));
    }

    [Fact]
    public void A_browsers_hello_is_read_with_its_GREASE()
    {
        var hello = Hellos.Good(Hellos.Capture("chromium"));

        Assert.Equal("shop.example.com", hello.ServerName);
        var alpn = hello.Alpn;
        Assert.True(alpn.MoveNext() && alpn.Current.SequenceEqual("h2"u8));
        Assert.True(alpn.MoveNext() && alpn.Current.SequenceEqual("http/1.1"u8));
        Assert.False(alpn.MoveNext());
        Assert.True(Grease.IsGrease(hello.CipherSuites[0]));
        Assert.True(Grease.IsGrease(hello.Extensions[0]));
        Assert.True(Grease.IsGrease(hello.SupportedVersions[0]));
        Assert.Contains((ushort)0x11EC, hello.KeyShares.ToArray());   // X25519MLKEM768
        Assert.Equal(0x0304, hello.HighestVersion);
    }

    [Theory, MemberData(nameof(Captured))]
    public void Real_clients_are_read_like_the_reference_reads_them(string client)
    {
        byte[] bytes = Hellos.Capture(client);
        Assert.Equal(ReferenceClientHello.Read(bytes), "Complete " + Hellos.Describe(Hellos.Good(bytes)));
    }

    [Theory, MemberData(nameof(Captured))]
    public void Byte_by_byte_a_hello_completes_with_its_last_byte(string client)
    {
        byte[] bytes = Hellos.Capture(client);
        var reader = new ClientHelloReader();
        for (int length = 0; length < bytes.Length; length++)
            Assert.Equal(ClientHelloStatus.NeedMore, reader.Read(new ReadOnlySequence<byte>(bytes, 0, length), out _));
        Assert.Equal(ClientHelloStatus.Complete, reader.Read(new ReadOnlySequence<byte>(bytes), out var hello));
        Assert.Equal(Hellos.Describe(Hellos.Good(bytes)), Hellos.Describe(hello!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(16384)]
    public void A_hello_may_be_cut_into_records_of_any_length(int payload)
    {
        byte[] message = new HelloBuilder { OmitExtensions = true }.Message();
        byte[] bytes = Hellos.Records(message, payload);
        Assert.Equal(Hellos.Describe(Hellos.Good(Hellos.Records(message, 16384))), Hellos.Describe(Hellos.Good(bytes)));
    }

    [Fact]
    public void Nothing_is_no_hello_yet() => Assert.Equal(ClientHelloStatus.NeedMore, Hellos.Read([], out _, out _));

    [Fact]
    public void What_follows_the_hello_is_not_looked_at()
    {
        byte[] bytes = [.. Hellos.Rfc8448, 20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 5];
        Assert.Equal("server", Hellos.Good(bytes).ServerName);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\x80\x2e\x01\x03\x01")]     // SSL 2.0
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("\x16\x02\x00")]
    [InlineData("\x15\x03\x01\x00\x02\x02\x28")]   // a TLS alert
    public void What_is_no_TLS_handshake_is_known_from_its_first_bytes(string text)
    {
        byte[] bytes = [.. text.Select(c => (byte)c)];
        Assert.Equal(ClientHelloStatus.NotTls, Hellos.Read(bytes, out _, out _));
        Assert.Equal(ClientHelloStatus.NotTls, Hellos.Read(bytes[..2], out _, out _));
    }

    public static TheoryData<string, byte[], int> Refusals() => new()
    {
        { "an empty record", [22, 3, 1, 0, 0], (int)ClientHelloError.BadRecord },
        { "a record longer than 2^14", [22, 3, 1, 0x40, 1], (int)ClientHelloError.BadRecord },
        { "another record type in between", [22, 3, 1, 0, 1, 1, 23], (int)ClientHelloError.BadRecord },
        { "a ServerHello", [22, 3, 1, 0, 50, 2], (int)ClientHelloError.NotClientHello },
        { "an announced length over 32 KiB", [22, 3, 1, 0, 50, 1, 0, 0x80, 1], (int)ClientHelloError.MessageTooLong },
        { "65 records", Hellos.Records(new HelloBuilder().With(21, new byte[65 - 45 - 6]).Message(), 1), (int)ClientHelloError.TooManyRecords },
        { "no body", [22, 3, 1, 0, 4, 1, 0, 0, 0], (int)ClientHelloError.Malformed },
        { "a session id of 33 bytes", new HelloBuilder { SessionId = new byte[33] }.Record(), (int)ClientHelloError.Malformed },
        { "no cipher suites", new HelloBuilder { Ciphers = [] }.Record(), (int)ClientHelloError.Malformed },
        { "no compression methods", new HelloBuilder { Compression = [] }.Record(), (int)ClientHelloError.Malformed },
        { "bytes after the extensions", new HelloBuilder { Trailing = [0] }.Record(), (int)ClientHelloError.Malformed },
        { "an extension twice", new HelloBuilder().With(23).With(35).With(23).Record(), (int)ClientHelloError.DuplicateExtension },
        { "an unknown extension twice", new HelloBuilder().With(0xABCD).With(0xABCD).Record(), (int)ClientHelloError.DuplicateExtension },
        { "an odd list of versions", new HelloBuilder().With(43, 3, 3, 4, 3).Record(), (int)ClientHelloError.Malformed },
        { "an empty list of groups", new HelloBuilder().With(10, 0, 0).Record(), (int)ClientHelloError.Malformed },
        { "bytes after the signature list", new HelloBuilder().With(13, 0, 2, 4, 3, 9).Record(), (int)ClientHelloError.Malformed },
        { "an empty ALPN list", new HelloBuilder().With(16, 0, 0).Record(), (int)ClientHelloError.Malformed },
        { "an empty ALPN name", new HelloBuilder().With(16, 0, 1, 0).Record(), (int)ClientHelloError.Malformed },
        { "an ALPN name past its list", new HelloBuilder().With(16, 0, 3, 3, 1, 1).Record(), (int)ClientHelloError.Malformed },
        { "an empty server name list", new HelloBuilder().With(0, 0, 0).Record(), (int)ClientHelloError.Malformed },
        { "two host names", new HelloBuilder().With(0, 0, 8, 0, 0, 1, 97, 0, 0, 1, 98).Record(), (int)ClientHelloError.Malformed },
        { "an empty key share", new HelloBuilder().With(51, 0, 4, 0, 29, 0, 0).Record(), (int)ClientHelloError.Malformed },
        { "513 cipher suites", new HelloBuilder { Ciphers = new ushort[513] }.Record(), (int)ClientHelloError.TooManyEntries },
        { "257 extensions", ManyExtensions(257), (int)ClientHelloError.TooManyEntries },
        { "65 key shares", new HelloBuilder().WithKeyShares([.. Enumerable.Repeat(((ushort)29, new byte[1]), 65)]).Record(), (int)ClientHelloError.TooManyEntries },
        { "513 bytes of ALPN", new HelloBuilder().WithAlpn(new byte[255], new byte[255], []).WithAlpn().Record(), (int)ClientHelloError.Malformed },
        { "514 bytes of ALPN", new HelloBuilder().WithAlpn(new byte[255], new byte[255], new byte[1]).Record(), (int)ClientHelloError.TooManyEntries },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void A_hello_that_breaks_the_standard_or_a_limit_is_refused_with_the_reason(string what, byte[] bytes, int error)
    {
        Assert.NotEmpty(what);
        Assert.Equal(ClientHelloStatus.Invalid, Hellos.Read(bytes, out var hello, out var reason));
        Assert.Null(hello);
        Assert.Equal((ClientHelloError)error, reason);
    }

    [Fact]
    public void The_limits_themselves_are_allowed()
    {
        Hellos.Good(new HelloBuilder { Ciphers = new ushort[512] }.Record());
        Hellos.Good(ManyExtensions(256));
        Hellos.Good(Hellos.Records(new HelloBuilder().With(21, new byte[64 - 45 - 6]).Message(), 1));   // 64 records of one byte
        byte[] longest = new HelloBuilder().With(41, new byte[32 * 1024 - 41 - 6]).Message();
        Assert.Equal(4 + ClientHelloReader.MaxMessageLength, longest.Length);
        byte[] bytes = Hellos.Records(longest, 16384);
        Assert.True(bytes.Length <= ClientHelloReader.MaxLength);
        Assert.Equal([41], Hellos.Good(bytes).Extensions.ToArray());
    }

    [Theory]
    [InlineData("Shop.Example.COM", "shop.example.com")]
    [InlineData("shop.example.com.", "shop.example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("_dmarc.example", "_dmarc.example")]
    [InlineData("4.example.4com", "4.example.4com")]
    [InlineData("192.0.2.1", null)]
    [InlineData("::1", null)]
    [InlineData("[::1]", null)]
    [InlineData(".", null)]
    [InlineData(".example", null)]
    [InlineData("a..example", null)]
    [InlineData("a b.example", null)]
    [InlineData("a/b", null)]
    [InlineData("*.example", null)]
    [InlineData("shop.example:443", null)]
    [InlineData("b\xFCcher.example", null)]
    [InlineData("a\0.example", null)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.example", null)]
    public void A_server_name_is_a_host_name_or_nothing(string sent, string? expected)
    {
        var hello = Hellos.Good(new HelloBuilder().WithServerName([.. sent.Select(c => (byte)c)]).Record());
        Assert.True(hello.SentServerName);
        Assert.Equal(expected, hello.ServerName);
    }

    [Fact]
    public void A_name_of_254_characters_is_too_long()
    {
        string name = string.Concat(Enumerable.Repeat("abcdefghi.", 25));   // 250
        Assert.NotNull(HostName.Normalize(name + "abc"));
        Assert.Null(HostName.Normalize(name + "abcd"));
    }

    private static readonly byte[][] Corpus = [.. Hellos.Captured.Select(Hellos.Capture), Hellos.Rfc8448];

    /// <summary>Where to cut a stream, and with which bytes to spoil it.</summary>
    private static readonly Gen<(byte[] Bytes, int[] Cuts)> Hostile =
        from capture in Gen.Int[0, Hellos.Captured.Length]
        from payload in Gen.OneOf(Gen.Const(16384), Gen.Int[1, 700])
        from edits in Gen.Select(Gen.Int[0, 2200], Gen.Byte).Array[0, 3]
        from length in Gen.Int[0, 2200]
        from cuts in Gen.Int[0, 2200].Array[0, 8]
        select (Spoil(Hellos.Recut(Corpus[capture], payload), edits, length), cuts);

    [Fact]
    public void Every_input_gives_what_the_reference_gives_however_it_is_cut()
    {
        var seen = new Dictionary<string, int>();
        Hostile.ForEach(
            20_000,
            input =>
            {
                string expected = ReferenceClientHello.Read(input.Bytes);
                Assert.Equal(expected, Outcome(input.Bytes, input.Cuts, grow: false));
                Assert.Equal(expected, Outcome(input.Bytes, input.Cuts, grow: true));
                string status = expected.Split(' ', ':')[0];
                seen[status] = seen.GetValueOrDefault(status) + 1;
            });
        Assert.All(Enum.GetNames<ClientHelloStatus>(), status => Assert.True(seen.GetValueOrDefault(status) > 20, $"{status} was hardly met"));
    }

    [Fact]
    public void Random_bytes_behind_a_good_header_never_throw() =>
        Gen.Byte.Array[0, 300].ForEach(
            20_000,
            body =>
            {
                byte[] bytes = Hellos.Records([1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body], 16384);
                Assert.Equal(ReferenceClientHello.Read(bytes), Outcome(bytes, [], grow: false));
            });

    private static string Outcome(byte[] bytes, int[] cuts, bool grow)
    {
        var reader = new ClientHelloReader();
        var all = SplitBytes.At(bytes, cuts);
        ClientHello? hello = null;
        var status = ClientHelloStatus.NeedMore;
        if (grow)
        {
            // As a connection does it: each read shows everything so far.
            foreach (int end in cuts.Where(cut => cut < bytes.Length).Order())
            {
                status = reader.Read(all.Slice(0, end), out hello);
                if (status != ClientHelloStatus.NeedMore) break;
            }
        }
        if (status == ClientHelloStatus.NeedMore) status = reader.Read(all, out hello);

        Assert.Equal(status == ClientHelloStatus.Complete, hello is not null);
        return status switch
        {
            ClientHelloStatus.Complete => "Complete " + Hellos.Describe(hello!),
            ClientHelloStatus.Invalid => $"Invalid: {reader.Error}",
            _ => status.ToString(),
        };
    }

    private static byte[] Spoil(byte[] bytes, (int At, byte With)[] edits, int length)
    {
        foreach (var (at, with) in edits)
            if (at < bytes.Length) bytes[at] = with;
        return length < bytes.Length ? bytes[..length] : bytes;
    }

    private static byte[] ManyExtensions(int count)
    {
        var builder = new HelloBuilder();
        for (int i = 0; i < count; i++) builder.With((ushort)(1000 + i));
        return builder.Record();
    }
}
