using System.Text;
using Breakwater.Edge.Clients;
using CsCheck;

namespace Breakwater.Edge.Tests.Clients;

public class ForwardedChainTests
{
    private static readonly TrustedProxies Trusted = TrustedProxiesTests.Of("10.0.0.0/8", "fd00::/8");

    private static ForwardedChain Walk(string peer, string[] lines, bool forwarded = false, TrustedProxies? trusted = null)
    {
        var chain = new ForwardedChain();
        Assert.True(ClientAddressTests.TryParse(peer, out var address));
        bool more = chain.Begin(address, trusted ?? Trusted);
        for (int i = lines.Length - 1; i >= 0 && more; i--)
            more = forwarded ? chain.AddForwarded(Encoding.Latin1.GetBytes(lines[i])) : chain.AddForwardedFor(Encoding.Latin1.GetBytes(lines[i]));
        return chain;
    }

    [Theory]
    [InlineData("an untrusted peer is the client, whatever it says", "192.0.2.1", "198.51.100.9", "192.0.2.1")]
    [InlineData("a trusted peer names the client", "10.0.0.1", "198.51.100.9", "198.51.100.9")]
    [InlineData("what the client claims left of it is not believed", "10.0.0.1", "6.6.6.6, 198.51.100.9", "198.51.100.9")]
    [InlineData("trusted proxies are walked through", "10.0.0.1", "6.6.6.6, 198.51.100.9, 10.0.0.3, 10.0.0.2", "198.51.100.9")]
    [InlineData("when all are trusted the first is the client", "10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9")]
    [InlineData("IPv6", "fd00::1", "2001:db8::5", "2001:db8::5")]
    [InlineData("mapped addresses are IPv4", "::ffff:10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9")]
    [InlineData("a port is dropped", "10.0.0.1", "198.51.100.9:4711", "198.51.100.9")]
    [InlineData("brackets are dropped", "10.0.0.1", "[2001:db8::5]", "2001:db8::5")]
    [InlineData("brackets and port are dropped", "10.0.0.1", "[2001:db8::5]:443", "2001:db8::5")]
    [InlineData("blanks and empty elements mean nothing", "10.0.0.1", " ,198.51.100.9 \t,, ,\t", "198.51.100.9")]
    [InlineData("nothing said", "10.0.0.1", "", "10.0.0.1")]
    [InlineData("unknown ends the walk", "10.0.0.1", "198.51.100.9, unknown", "10.0.0.1")]
    [InlineData("unknown ends the walk at the last trusted hop", "10.0.0.1", "198.51.100.9, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("garbage ends the walk", "10.0.0.1", "198.51.100.9, <script>, 10.0.0.2", "10.0.0.2")]
    [InlineData("a name is no address", "10.0.0.1", "localhost", "10.0.0.1")]
    [InlineData("no octal", "10.0.0.1", "0198.51.100.9", "10.0.0.1")]
    [InlineData("no bad port", "10.0.0.1", "198.51.100.9:4x", "10.0.0.1")]
    [InlineData("no port without digits", "10.0.0.1", "198.51.100.9:", "10.0.0.1")]
    [InlineData("no port of six digits", "10.0.0.1", "198.51.100.9:123456", "10.0.0.1")]
    [InlineData("no IPv4 in brackets", "10.0.0.1", "[198.51.100.9]", "10.0.0.1")]
    [InlineData("no open bracket", "10.0.0.1", "[2001:db8::5", "10.0.0.1")]
    [InlineData("no quotes", "10.0.0.1", "\"198.51.100.9\"", "10.0.0.1")]
    [InlineData("the unspecified address is nobody", "10.0.0.1", "::", "10.0.0.1")]
    public void X_Forwarded_For(string what, string peer, string line, string client)
    {
        Assert.NotEmpty(what);
        Assert.Equal(client, Walk(peer, [line]).Client.ToString());
    }

    [Fact]
    public void Several_lines_are_one_list()
    {
        var chain = Walk("10.0.0.1", ["6.6.6.6", "198.51.100.9, 10.0.0.3", "10.0.0.2"]);
        Assert.Equal("198.51.100.9", chain.Client.ToString());
        Assert.Equal(["10.0.0.2", "10.0.0.3", "198.51.100.9"], chain.Believed.ToArray().Select(a => a.ToString()));
    }

    [Fact]
    public void No_more_hops_are_followed_than_the_limit()
    {
        string line = string.Join(",", Enumerable.Range(0, 40).Select(i => $"10.0.1.{i}"));
        var chain = Walk("10.0.0.1", [line]);
        Assert.Equal(ForwardedChain.MaxHops, chain.Believed.Length);
        Assert.Equal("10.0.1.24", chain.Client.ToString());
    }

    [Theory]
    [InlineData("the plain form", "for=198.51.100.9", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("names in any case, parameters in any order", "Proto=HTTPS;By=10.0.0.1;FOR=198.51.100.9;host=a", "198.51.100.9", (int)ForwardedScheme.Https)]
    [InlineData("quoted IPv6", "for=\"[2001:db8::5]\"", "2001:db8::5", (int)ForwardedScheme.None)]
    [InlineData("quoted IPv6 with port", "for=\"[2001:db8::5]:4711\";proto=http", "2001:db8::5", (int)ForwardedScheme.Http)]
    [InlineData("quoted IPv4 with port", "for=\"198.51.100.9:80\"", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("an obfuscated port", "for=\"198.51.100.9:_x1\"", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("blanks after semicolons and empty pairs", "; for=198.51.100.9; ;proto=https;", "198.51.100.9", (int)ForwardedScheme.Https)]
    [InlineData("the scheme is the one with the client's element", "for=198.51.100.9;proto=https, for=10.0.0.2;proto=http", "198.51.100.9", (int)ForwardedScheme.Https)]
    [InlineData("the client's claim to its left says nothing", "for=6.6.6.6;proto=https, for=198.51.100.9;proto=http", "198.51.100.9", (int)ForwardedScheme.Http)]
    [InlineData("a comma in quotes separates nothing", "for=198.51.100.9;host=\"a,b\"", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("an escaped quote in quotes ends nothing", "for=198.51.100.9;host=\"a\\\",for=6.6.6.6\"", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("an open quote from the client swallows nothing", "for=\"6.6.6.6, for=198.51.100.9", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("nor does a backslash", "for=\"6.6.6.6\\, for=198.51.100.9", "198.51.100.9", (int)ForwardedScheme.None)]
    [InlineData("unknown ends the walk, its scheme is believed", "for=6.6.6.6, for=unknown;proto=https", "10.0.0.1", (int)ForwardedScheme.Https)]
    [InlineData("so does an obfuscated name", "for=6.6.6.6, for=_hidden, for=10.0.0.2", "10.0.0.2", (int)ForwardedScheme.None)]
    [InlineData("an element without for", "for=6.6.6.6, proto=https", "10.0.0.1", (int)ForwardedScheme.Https)]
    [InlineData("for twice", "for=198.51.100.9;for=6.6.6.6;proto=https", "10.0.0.1", (int)ForwardedScheme.None)]
    [InlineData("IPv6 without brackets", "for=\"2001:db8::5\"", "10.0.0.1", (int)ForwardedScheme.None)]
    [InlineData("IPv6 without quotes", "for=[2001:db8::5]", "10.0.0.1", (int)ForwardedScheme.None)]
    [InlineData("no equals sign", "198.51.100.9", "10.0.0.1", (int)ForwardedScheme.None)]
    [InlineData("an empty value", "for=;proto=https", "10.0.0.1", (int)ForwardedScheme.None)]
    [InlineData("text after a quoted value", "for=\"198.51.100.9\"x", "10.0.0.1", (int)ForwardedScheme.None)]
    [InlineData("an unknown scheme", "for=198.51.100.9;proto=gopher", "198.51.100.9", (int)ForwardedScheme.None)]
    public void Forwarded(string what, string line, string client, int scheme)
    {
        Assert.NotEmpty(what);
        var chain = Walk("10.0.0.1", [line], forwarded: true);
        Assert.Equal(client, chain.Client.ToString());
        Assert.Equal((ForwardedScheme)scheme, chain.Scheme);
    }

    [Theory]
    [InlineData("https", (int)ForwardedScheme.Https)]
    [InlineData("HTTP", (int)ForwardedScheme.Http)]
    [InlineData("wss", (int)ForwardedScheme.Https)]
    [InlineData("https, http", (int)ForwardedScheme.Http)]
    [InlineData("http , https ", (int)ForwardedScheme.Https)]
    [InlineData("ftp", (int)ForwardedScheme.None)]
    [InlineData("", (int)ForwardedScheme.None)]
    public void X_Forwarded_Proto_is_what_the_nearest_proxy_says(string line, int expected)
    {
        var chain = Walk("10.0.0.1", []);
        chain.AddForwardedProto(Encoding.ASCII.GetBytes(line));
        Assert.Equal((ForwardedScheme)expected, chain.Scheme);

        chain = Walk("192.0.2.1", []);
        chain.AddForwardedProto(Encoding.ASCII.GetBytes(line));
        Assert.Equal(ForwardedScheme.None, chain.Scheme);
    }

    [Fact]
    public void A_chain_used_again_has_forgotten_the_request_before()
    {
        var chain = Walk("10.0.0.1", ["for=198.51.100.9;proto=https"], forwarded: true);
        Assert.True(ClientAddressTests.TryParse("192.0.2.1", out var other));
        Assert.False(chain.Begin(other, Trusted));
        Assert.Equal((other, ForwardedScheme.None, 0, false), (chain.Client, chain.Scheme, chain.Believed.Length, chain.PeerIsTrusted));
    }

    /// <summary>Whatever stands to the left, a client's part cannot change what trusted proxies appended to the right.</summary>
    [Fact]
    public void No_prefix_from_a_client_changes_the_outcome()
    {
        var hostile = Gen.Char[" \t,;=\"\\[]:._%/forunknw0129a\u0000\u00ff"].Array[0, 60].Select(characters => new string(characters));
        Gen.Select(hostile, Gen.Bool, Gen.Bool).ForEach(
            20_000,
            sample =>
            {
                var (prefix, forwarded, otherLine) = sample;
                string appended = forwarded ? "for=198.51.100.9;proto=https, for=\"[fd00::7]:80\";proto=http" : "198.51.100.9, fd00::7";
                string[] lines = otherLine ? [prefix, appended] : [prefix + ", " + appended];
                Assert.Equal("198.51.100.9", Walk("10.0.0.1", lines, forwarded).Client.ToString());
            });
    }

    [Fact]
    public void No_bytes_throw_and_the_client_is_always_the_peer_or_an_address_that_was_written()
    {
        Gen.Select(Gen.Char[",;=\"\\[]:.for_12 "].Array[0, 80], Gen.Bool).ForEach(
            20_000,
            sample =>
            {
                var (characters, forwarded) = sample;
                string line = new(characters);
                var chain = Walk("10.0.0.1", [line], forwarded, TrustedProxiesTests.Of("0.0.0.0/0", "::/0"));
                Assert.True(chain.Believed.Length <= ForwardedChain.MaxHops);
                if (!chain.Believed.IsEmpty) Assert.Equal(chain.Client, chain.Believed[^1]);
            });
    }

    [Fact]
    public void A_walk_allocates_nothing()
    {
        var chain = new ForwardedChain();
        Assert.True(ClientAddressTests.TryParse("10.0.0.1", out var peer));
        byte[] plain = "6.6.6.6, 198.51.100.9, 10.0.0.3"u8.ToArray(), forwarded = "for=6.6.6.6, for=\"[2001:db8::1]\";proto=https, for=10.0.0.3"u8.ToArray();
        Run();
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 100; i++) Run();
        }));

        void Run()
        {
            chain.Begin(peer, Trusted);
            chain.AddForwardedFor(plain);
            chain.Begin(peer, Trusted);
            chain.AddForwarded(forwarded);
        }
    }
}
