using System.Text;
using Breakwater.Matching;

namespace Breakwater.Rules.Tests.Conformance;

/// <summary>The requests and lists that the tables speak of.</summary>
internal static class ConformanceRequests
{
    /// <summary>A request of which nothing is known.</summary>
    public static SampleRequest Bare { get; } = new();

    public static SampleRequest Sample { get; } = new SampleRequest()
        .With(FieldId.HttpRequestMethod, "POST")
        .With(FieldId.HttpHost, "www.example.com")
        .With(FieldId.HttpRequestUri, "/Admin/login.php?user=bob&user=eve&empty=&q=a%20b+c")
        .With(FieldId.HttpRequestUriPath, "/Admin/login.php")
        .With(FieldId.HttpRequestUriPathExtension, "php")
        .With(FieldId.HttpRequestUriQuery, "user=bob&user=eve&empty=&q=a%20b+c")
        .With(FieldId.HttpRequestUriArgs, new[] { ("user", "bob"), ("user", "eve"), ("empty", ""), ("q", "a%20b+c") })
        .With(FieldId.HttpRequestVersion, "HTTP/1.1")
        .With(FieldId.HttpUserAgent, "Mozilla/5.0 (Test)")
        .With(FieldId.HttpXForwardedFor, "")
        .With(FieldId.HttpRequestTimestampSec, 1700000000)
        .With(FieldId.HttpRequestCookies, new[] { ("session", "abc"), ("theme", "dark"), ("session", "def") })
        .With(FieldId.HttpRequestHeaders, Headers)
        .With(FieldId.HttpRequestHeadersNames, Headers.Select(h => h.Name).ToArray())
        .With(FieldId.HttpRequestHeadersValues, Headers.Select(h => h.Value).ToArray())
        .With(FieldId.HttpRequestAcceptedLanguages, new[] { "en-GB", "en" })
        .With(FieldId.HttpRequestBodyRaw, Json)
        .With(FieldId.HttpRequestBodyMultipartFilenames, new string[][] { ["a.txt"], ["b.php", "c.php"] })
        .With(FieldId.Ssl, true)
        .With(FieldId.CfClientBot, false)
        .With(FieldId.CfWafScore, 17)
        .With(FieldId.CfThreatScore, 0)
        .With(FieldId.CfTimingsClientTcpRttMsec, -12)
        .With(FieldId.CfBotManagementDetectionIds, new[] { 1, 2, 300 })
        .With(FieldId.CfRandomSeed, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray())
        .WithIp(FieldId.IpSrc, "192.0.2.77")
        .WithIp(FieldId.CfEdgeServerIp, "2001:db8::17")
        .With(FieldId.IpSrcCountry, "GB")
        .With(FieldId.IpSrcAsnum, 64500);

    public static INamedLists Lists { get; } = new SampleLists();

    private static (string Name, string Value)[] Headers =>
    [
        ("host", "www.example.com"), ("accept", "text/html"), ("x-list", "a,b,,c"), ("accept", "*/*"), ("x-token", "MTIzYWJj"),
            ("x-empty", ""),
        ("x-star", "a*b\\c"), ("x-quote", "say \"hi\""), ("x-utf8", "été"), ("x-url", "%2520+"), ("x-uni", "%u2601"), ("x-bad", "%zz%1%"),
        ("x-b64", "aGkh"), ("x-b64", "not base64"), ("x-b64", "-_8="),
        ("x-mac", $"/download/cat.jpg?verify={Tail}"),
            ("x-mac-s", "/download/cat.jpg?verify=1699999900-tomjmzG3rCv98zVLS3F1wC9FBEo7AnWvFgRX6pjN7RE"),
        ("x-mac-tail", Tail),
    ];

    // HMAC-SHA256 of "/download/cat.jpg1699999900" under "mysecretkey", made with another program.
    private static string Tail => "1699999900-tomjmzG3rCv98zVLS3F1wC9FBEo7AnWvFgRX6pjN7RE%3D";

    private static string Json => """
        {"name": "bob", "age": 42, "float": 42.0, "tags": ["x", "y"], "deep": {"list": [1, [2], {"id": -7}]}, "esc": "a\"\n\u00e9\u2601",
         "twice": "first", "twice": "second", "\u00e9": "key", "max": 9223372036854775807, "toobig": 9223372036854775808, "t": true, "n": null}
        """;

    private sealed class SampleLists : INamedLists
    {
        private readonly Dictionary<string, NamedList> _lists = new()
        {
            ["office"] = new AddressList("192.0.2.0/24"),
            ["cf.anonymizer"] = new AddressList("192.0.2.77"),
            ["hosts"] = new TextList("www.example.com", "example.com"),
            ["types"] = new TextList("*/*"),
            ["scores"] = new NumberList(16, 17),
        };

        public IEnumerable<string> Names => _lists.Keys;

        public bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NamedList? list) =>
            _lists.TryGetValue(name, out list);
    }

    private sealed class AddressList(params string[] prefixes) : NamedList
    {
        private readonly IpPrefix[] _prefixes = [.. prefixes.Select(p =>
            IpPrefix.TryParse(Encoding.ASCII.GetBytes(p), out IpPrefix prefix, out _)
            ? prefix : throw new ArgumentException(p))];

        public override TypeKind ItemKind => TypeKind.Ip;

        public override bool Contains(in IpValue address)
        {
            foreach (IpPrefix prefix in _prefixes)
            {
                if (prefix.Contains(address)) return true;
            }

            return false;
        }
    }

    private sealed class TextList(params string[] texts) : NamedList
    {
        private readonly byte[][] _texts = [.. texts.Select(Encoding.UTF8.GetBytes)];

        public override TypeKind ItemKind => TypeKind.Bytes;

        public override bool Contains(ReadOnlySpan<byte> text)
        {
            foreach (byte[] item in _texts)
            {
                if (text.SequenceEqual(item)) return true;
            }

            return false;
        }
    }

    private sealed class NumberList(params long[] numbers) : NamedList
    {
        public override TypeKind ItemKind => TypeKind.Int;

        public override bool Contains(long number) => numbers.Contains(number);
    }
}
