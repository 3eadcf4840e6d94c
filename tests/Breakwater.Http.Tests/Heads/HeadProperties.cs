using CsCheck;

namespace Breakwater.Http.Tests.Heads;

/// <summary>The readers of heads against the reference, over generated heads that are right, nearly right and wrong.</summary>
public sealed class HeadProperties
{
    private const int Rounds = 20_000;
    private const string Interesting = "\r\n\t \0:,;/?#@%*[]\"\\\u007f\u0080\u00ff.-+_05HT";

    private static readonly HeadLimits Small = new(250, 90, 7, 40);

    private static readonly Gen<string> LineEnd = Gen.Frequency((60, Gen.Const("\r\n")), (1, Gen.OneOf("\n", "\r", "\r\r\n", "\r\n ", "\r\n\t", "\0\r\n")));

    private static readonly Gen<string> Fields = Gen.Select(
        Gen.Frequency(
            (10, Gen.OneOf("X", "x-one", "X-Two", "Accept", "User-Agent", "!#$%&'*+-.^_`|~")),
            (6, Gen.OneOf("Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE", "Keep-Alive", "Trailer")),
            (1, Gen.OneOf("", "X ", " X", "Content-Length ", "content-LENGTH", "CONNECTION", "Transfer\u00c4Encoding", "X Y", "Cookie"))),
        Gen.Frequency((30, Gen.OneOf(": ", ":", ":\t ", ": ")), (1, Gen.OneOf("", " ", " : ", ";"))),
        Gen.Frequency(
            (12, Gen.OneOf("a", "b:80", "0", "5", "chunked", "close", "keep-alive", "Upgrade", "websocket", "100-continue", "")),
            (5, Gen.OneOf("x-one, X-Two", "upgrade, close", "Chunked ", "a:65535", "[::1]:8", "[1:2::3.4.5.6]", "a%41", "18446744073709551617", "00")),
            (1, Gen.OneOf("5, 5", "+5", "gzip, chunked", "Host", "content-length", "a b", "a/b", "u@a", "[::", "a:65536", "a:", "x;y=\"z,\"", "\u00e9", "h2c, websocket"))),
        LineEnd,
        (name, colon, value, end) => name + colon + value + end);

    private static readonly Gen<string> Requests = Gen.Select(
        Gen.Frequency((20, Gen.Const("")), (1, Gen.OneOf("\r\n", "\n", "\r\n\r\n", " "))),
        Gen.Frequency((20, Gen.OneOf("GET", "POST", "HEAD", "OPTIONS", "get", "X-1")), (1, Gen.OneOf("", "CONNECT", "TRACE", "G T", "G:T"))),
        Gen.Frequency((20, Gen.OneOf("/", "/a?b", "/?", "*", "http://a/x?y", "HTTPS://b:80", "http://a?z", "/a//../%2e\u00ff")), (1, Gen.OneOf("", "a:80", "/a b", "/#", "http:///x", "http://u@a/", "ftp://a/", "http://[::1/", "?"))),
        Gen.Frequency((20, Gen.Const(" HTTP/1.1")), (3, Gen.Const(" HTTP/1.0")), (1, Gen.OneOf("", " HTTP/2.0", " HTTP/1.2", "  HTTP/1.1", " http/1.1", " HTTP/1.1 "))),
        LineEnd,
        Gen.Frequency((9, Gen.OneOf("Host: a\r\n", "Host: b:80\r\n")), (1, Gen.Const(""))),
        Fields.Array[0, 8],
        (leading, method, target, version, end, host, fields) => $"{leading}{method} {target}{version}{end}{host}{string.Concat(fields)}\r\nbehind");

    private static readonly Gen<string> Responses = Gen.Select(
        Gen.Frequency((20, Gen.Const("HTTP/1.1 ")), (3, Gen.Const("HTTP/1.0 ")), (1, Gen.OneOf("", "HTTP/2.0 ", "HTTP/1.1", "HTTP/1.1  ", "\r\nHTTP/1.1 "))),
        Gen.OneOf("200 OK", "200", "404 Not Found", "204 x", "304 x", "101 x", "100 x", "103 ", "999 x", "099 x", "20 x", "2000 x"),
        LineEnd,
        Fields.Array[0, 8],
        (version, status, end, fields) => $"{version}{status}{end}{string.Concat(fields)}\r\nbehind");

    [Fact]
    public void ARequestMeansWhatTheGrammarSays()
    {
        RequestHead head = new(Small);
        Agreement agreement = new();
        Forall.Check(MutatedText.Of(Requests, Interesting), Rounds, Show, text =>
        {
            byte[] input = Wire.Raw(text);
            head.Clear();
            ReadStatus status = head.Read(input, out int consumed);
            agreement.Check(text, status, consumed, () => Views.Describe(head), ReferenceHead.Request(text, Small));
        });
        agreement.AssertBothSidesWereReached();
    }

    [Theory]
    [InlineData(MethodKind.Get)]
    [InlineData(MethodKind.Head)]
    public void AResponseMeansWhatTheGrammarSays(MethodKind method)
    {
        ResponseHead head = new(Small);
        Agreement agreement = new();
        Forall.Check(MutatedText.Of(Responses, Interesting), Rounds, Show, text =>
        {
            byte[] input = Wire.Raw(text);
            head.Clear();
            ReadStatus status = head.Read(input, method, out int consumed);
            agreement.Check(text, status, consumed, () => Views.Describe(head), ReferenceHead.Response(text, method, Small));
        });
        agreement.AssertBothSidesWereReached();
    }

    [Fact]
    public void TheReferenceAgreesWithTheTables()
    {
        foreach ((_, string raw, _) in RequestRows.Accepted)
        {
            RequestHead head = new(HeadLimits.Default);
            head.Read(Wire.Bytes(raw), out _);
            Assert.Equal(Views.Describe(head), ReferenceHead.Request(Wire.Text(Wire.Bytes(raw)), HeadLimits.Default)?.Meaning);
        }

        foreach ((_, string raw, _) in RequestRows.Refused)
        {
            Assert.Null(ReferenceHead.Request(Wire.Text(Wire.Bytes(raw)), HeadLimits.Default));
        }

        foreach ((_, MethodKind method, string raw, _) in ResponseRows.Accepted)
        {
            ResponseHead head = new(HeadLimits.Default);
            head.Read(Wire.Bytes(raw), method, out _);
            Assert.Equal(Views.Describe(head), ReferenceHead.Response(Wire.Text(Wire.Bytes(raw)), method, HeadLimits.Default)?.Meaning);
        }

        foreach ((_, MethodKind method, string raw, _) in ResponseRows.Refused)
        {
            Assert.Null(ReferenceHead.Response(Wire.Text(Wire.Bytes(raw)), method, HeadLimits.Default));
        }
    }

    [Fact]
    public void ARequestMeansTheSameHoweverItIsSplit()
    {
        Splits.Reading read = Splits.Request(Small);
        Gen<(string Text, int[] Gaps)> inputs = Gen.Select(MutatedText.Of(Requests, Interesting), Gen.Int[1, 60].Array[0, 20]);
        Forall.Check(inputs, Rounds / 4, input => Show(input.Text), input =>
        {
            byte[] bytes = Wire.Raw(input.Text);
            string whole = read(bytes, [bytes.Length]);
            Assert.Equal(whole, read(bytes, Enumerable.Range(1, bytes.Length)));
            Assert.Equal(whole, read(bytes, Ends(input.Gaps, bytes.Length)));
        });
    }

    [Fact]
    public void AResponseMeansTheSameHoweverItIsSplit()
    {
        Splits.Reading read = Splits.Response(MethodKind.Get);
        Forall.Check(MutatedText.Of(Responses, Interesting), Rounds / 4, Show, text =>
        {
            byte[] bytes = Wire.Raw(text);
            Assert.Equal(read(bytes, [bytes.Length]), read(bytes, Enumerable.Range(1, bytes.Length)));
        });
    }

    [Fact]
    public void NoiseNeverThrows()
    {
        RequestHead request = new(Small);
        ResponseHead response = new(Small);
        Forall.Check(Gen.Byte.Array[0, 100], Rounds, bytes => Wire.Show(bytes), bytes =>
        {
            request.Clear();
            response.Clear();
            Assert.NotEqual(ReadStatus.Complete, request.Read(bytes, out _));
            Assert.NotEqual(ReadStatus.Complete, response.Read(bytes, MethodKind.Get, out _));
        });
    }

    private static IEnumerable<int> Ends(int[] gaps, int length)
    {
        int at = 0;
        foreach (int gap in gaps)
        {
            at = Math.Min(length, at + gap);
            yield return at;
        }

        yield return length;
    }

    private static string Show(string text) => Wire.Show(Wire.Raw(text));

    /// <summary>Compares verdicts, and counts them so that a property over nothing but refused heads is seen as the bug it is.</summary>
    private sealed class Agreement
    {
        private int _accepted;
        private int _refused;

        public void Check(string text, ReadStatus status, int consumed, Func<string> meaning, (string Meaning, int Length)? reference)
        {
            if (reference is null)
            {
                _refused++;
                Assert.NotEmpty(meaning());
                Assert.NotEqual(ReadStatus.Complete, status);
                if (text.Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    Assert.Equal(ReadStatus.Invalid, status);
                }
            }
            else
            {
                _accepted++;
                Assert.Equal(ReadStatus.Complete, status);
                Assert.Equal(reference.Value.Length, consumed);
                Assert.Equal(reference.Value.Meaning, meaning());
            }
        }

        public void AssertBothSidesWereReached()
        {
            Assert.True(_accepted > Rounds / 20, $"{_accepted} accepted");
            Assert.True(_refused > Rounds / 20, $"{_refused} refused");
        }
    }
}
