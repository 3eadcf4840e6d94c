using System.Net;
using System.Text;
using Breakwater.Edge.Clients;

namespace Breakwater.Edge.Tests.Clients;

public class ForwardedFieldsTests
{
    private static readonly TrustedProxies Trusted = TrustedProxiesTests.Of("10.0.0.0/8");

    private static ConnectionPeer Peer(string address) => new(new IPEndPoint(IPAddress.Parse(address), 4711));

    private static ForwardedChain Chain(ConnectionPeer peer, string forwardedFor, string proto = "")
    {
        var chain = new ForwardedChain();
        chain.Begin(peer.Address, Trusted);
        chain.AddForwardedFor(Encoding.ASCII.GetBytes(forwardedFor));
        chain.AddForwardedProto(Encoding.ASCII.GetBytes(proto));
        return chain;
    }

    private delegate int Write(Span<byte> destination);

    private static string Written(Write write)
    {
        Span<byte> room = stackalloc byte[ForwardedFields.MaxLength + 100];
        int length = write(room);
        for (int less = 0; less < length; less++) Assert.Equal(0, write(room[..less]));   // never a partial line
        return Encoding.ASCII.GetString(room[..length]);
    }

    [Theory]
    [InlineData("192.0.2.1", "6.6.6.6", "192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "", "10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.9", "198.51.100.9, 10.0.0.1", "198.51.100.9")]
    [InlineData("10.0.0.1", "6.6.6.6, 198.51.100.9, 10.0.0.2", "198.51.100.9, 10.0.0.2, 10.0.0.1", "198.51.100.9")]
    [InlineData("10.0.0.1", "6.6.6.6, _hidden, ::ffff:10.0.0.2", "10.0.0.2, 10.0.0.1", "10.0.0.2")]
    [InlineData("10.0.0.1", "x\r\nEvil: 1", "10.0.0.1", "10.0.0.1")]
    public void The_believed_chain_is_continued_and_a_claimed_one_replaced(string peer, string received, string forwardedFor, string realIp)
    {
        var from = Peer(peer);
        var chain = Chain(from, received);
        Assert.Equal($"X-Forwarded-For: {forwardedFor}\r\n", Written(room => ForwardedFields.WriteForwardedFor(from, chain, room)));
        Assert.Equal($"X-Real-IP: {realIp}\r\n", Written(room => ForwardedFields.WriteRealIp(from, chain, room)));
    }

    [Fact]
    public void Without_a_chain_the_peer_is_the_client()
    {
        var peer = Peer("::ffff:192.0.2.1");
        Assert.Equal("X-Forwarded-For: 192.0.2.1\r\n", Written(room => ForwardedFields.WriteForwardedFor(peer, null, room)));
        Assert.Equal("X-Real-IP: 192.0.2.1\r\n", Written(room => ForwardedFields.WriteRealIp(peer, null, room)));
    }

    [Theory]
    [InlineData("192.0.2.1", "https", false, "http")]
    [InlineData("192.0.2.1", "http", true, "https")]
    [InlineData("10.0.0.1", "https", false, "https")]
    [InlineData("10.0.0.1", "http", true, "http")]
    [InlineData("10.0.0.1", "", true, "https")]
    [InlineData("10.0.0.1", "gopher", false, "http")]
    public void The_scheme_is_what_a_trusted_proxy_said_or_what_the_connection_is(string peer, string received, bool isTls, string expected)
    {
        var from = Peer(peer);
        var chain = Chain(from, "", received);
        Assert.Equal($"X-Forwarded-Proto: {expected}\r\n", Written(room => ForwardedFields.WriteForwardedProto(chain, isTls, room)));
    }

    [Theory]
    [InlineData("shop.example.com:8443", "X-Forwarded-Host: shop.example.com:8443\r\n")]
    [InlineData("[2001:db8::1]:80", "X-Forwarded-Host: [2001:db8::1]:80\r\n")]
    [InlineData("", "")]
    [InlineData("a\r\nEvil: 1", "")]
    [InlineData("a, b", "")]
    [InlineData("a\"b", "")]
    public void The_host_is_passed_on_only_when_it_is_one(string host, string expected) =>
        Assert.Equal(expected, Written(room => ForwardedFields.WriteForwardedHost(Encoding.ASCII.GetBytes(host), room)));

    [Theory]
    [InlineData("192.0.2.1", "", "for=192.0.2.1;host=\"shop.example\";proto=https")]
    [InlineData("2001:db8::1", "", "for=\"[2001:db8::1]\";host=\"shop.example\";proto=https")]
    [InlineData("10.0.0.1", "2001:db8::9, 10.0.0.2", "for=\"[2001:db8::9]\";host=\"shop.example\";proto=https, for=10.0.0.2, for=10.0.0.1")]
    public void Forwarded_says_the_same(string peer, string received, string expected)
    {
        var from = Peer(peer);
        var chain = Chain(from, received);
        string written = Written(room => ForwardedFields.WriteForwarded(from, chain, isTls: true, "shop.example"u8, room));
        Assert.Equal($"Forwarded: {expected}\r\n", written);

        // And the next proxy, which trusts us and ours, reads the same client out of it.
        var next = new ForwardedChain();
        Assert.True(ClientAddressTests.TryParse("10.9.9.9", out var us));
        next.Begin(us, TrustedProxiesTests.Of("10.0.0.0/8"));
        next.AddForwarded(Encoding.ASCII.GetBytes(written["Forwarded: ".Length..^2]));
        Assert.Equal(chain.Client, next.Client);
    }

    [Fact]
    public void The_longest_chain_fits_the_room_that_is_promised()
    {
        var peer = Peer("fd00:1111:2222:3333:4444:5555:6666:7777");
        var chain = new ForwardedChain();
        chain.Begin(peer.Address, TrustedProxiesTests.Of("fd00::/8"));
        chain.AddForwardedFor(Encoding.ASCII.GetBytes(string.Join(",", Enumerable.Repeat("fd00:1111:2222:3333:4444:5555:6666:7777", 30))));
        chain.AddForwardedProto("https"u8);
        byte[] host = Encoding.ASCII.GetBytes(new string('h', 253));

        Span<byte> room = stackalloc byte[ForwardedFields.MaxLength + 3 * 253];
        int at = 0, before = -1;
        for (int field = 0; field < 5; field++)
        {
            before = at;
            at += field switch
            {
                0 => ForwardedFields.WriteForwardedFor(peer, chain, room[at..]),
                1 => ForwardedFields.WriteRealIp(peer, chain, room[at..]),
                2 => ForwardedFields.WriteForwardedProto(chain, true, room[at..]),
                3 => ForwardedFields.WriteForwardedHost(host, room[at..]),
                _ => ForwardedFields.WriteForwarded(peer, chain, true, host, room[at..]),
            };
            Assert.True(at > before);
        }
    }
}
