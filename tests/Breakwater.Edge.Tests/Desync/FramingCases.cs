using static Breakwater.Edge.Tests.Desync.RequestVerdict;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>
/// Where a message ends: Content-Length, Transfer-Encoding and what follows. The names in brackets are those of published attacks: which
/// header the front believes, then which one the back does (0: neither).
/// </summary>
internal static class FramingCases
{
    private const string Post = "POST /a HTTP/1.1\r\nHost: a\r\n";
    private const string Hello = "\r\n5\r\nhello\r\n0\r\n\r\n";
    private const string Smuggled = "GET /b HTTP/1.1\r\nHost: smug\r\n\r\n";

    private static readonly ForwardedMessage PostEmpty = new("POST /a HTTP/1.1");
    private static readonly ForwardedMessage PostHello = new("POST /a HTTP/1.1", "hello");
    private static readonly ForwardedMessage GetB = new("GET /b HTTP/1.1");

    public static IEnumerable<RequestCase> All { get; } =
    [
        // ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("Content-Length, then chunked (CL.TE)", "RFC 9112 §6.1",
            Post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", Refused()),
        new("chunked, then Content-Length (TE.CL)", "RFC 9112 §6.1",
            Post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n1f\r\n" + Smuggled + "\r\n0\r\n\r\n", Refused()),
        new("Content-Length that agrees with chunked", "RFC 9112 §6.1", Post + "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("Content-Length of 0 and chunked", "RFC 9112 §6.1", Post + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("Content-Length and identity", "RFC 9112 §6.1", Post + "Content-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello", Refused()),
        new("Content-Length and an empty Transfer-Encoding", "RFC 9112 §6.1", Post + "Content-Length: 5\r\nTransfer-Encoding:\r\n\r\nhello", Refused()),
        new("GET with both", "RFC 9112 §6.1", "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Refused()),

        // ── Content-Length ───────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("Content-Length", "RFC 9112 §6.2", Post + "Content-Length: 5\r\n\r\nhello", Forwarded(PostHello)),
        new("Content-Length with whitespace around it", "RFC 9110 §5.5", Post + "Content-Length: \t 5 \t\r\n\r\nhello", Forwarded(PostHello)),
        new("Content-Length with leading zeros", "RFC 9110 §8.6", Post + "Content-Length: 005\r\n\r\nhello", Forwarded(PostHello)),
        new("a body that looks like a request (CL.0)", "RFC 9112 §6.2", Post + "Content-Length: 31\r\n\r\n" + Smuggled,
            Forwarded(new ForwardedMessage("POST /a HTTP/1.1", Smuggled))),
        new("GET with a body that looks like a request (0.CL)", "RFC 9110 §9.3.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 31\r\n\r\n" + Smuggled, Forwarded(new ForwardedMessage("GET /a HTTP/1.1", Smuggled))),
        new("HEAD with a body", "RFC 9110 §9.3.2", "HEAD /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + Smuggled,
            Forwarded(new ForwardedMessage("HEAD /a HTTP/1.1", "hello"), GetB)),
        new("OPTIONS with a body", "RFC 9110 §9.3.7", "OPTIONS /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            Forwarded(new ForwardedMessage("OPTIONS /a HTTP/1.1", "hello"))),
        new("DELETE with a body", "RFC 9110 §9.3.5", "DELETE /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            Forwarded(new ForwardedMessage("DELETE /a HTTP/1.1", "hello"))),
        new("the same Content-Length twice", "RFC 9110 §8.6", Post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", Refused()),
        new("two Content-Lengths (CL.CL)", "RFC 9112 §6.3", Post + "Content-Length: 5\r\ncontent-length: 0\r\n\r\nhello", Refused()),
        new("Content-Length as a list of the same", "RFC 9110 §8.6", Post + "Content-Length: 5, 5\r\n\r\nhello", Refused()),
        new("Content-Length as a list", "RFC 9112 §6.3", Post + "Content-Length: 5, 0\r\n\r\nhello", Refused()),
        new("empty Content-Length", "RFC 9110 §8.6", Post + "Content-Length:\r\n\r\nhello", Refused()),
        new("Content-Length with a plus sign", "RFC 9110 §8.6", Post + "Content-Length: +5\r\n\r\nhello", Refused()),
        new("negative Content-Length", "RFC 9110 §8.6", Post + "Content-Length: -5\r\n\r\nhello", Refused()),
        new("Content-Length of minus zero", "RFC 9110 §8.6", Post + "Content-Length: -0\r\n\r\n", Refused()),
        new("hexadecimal Content-Length", "RFC 9110 §8.6", Post + "Content-Length: 0x5\r\n\r\nhello", Refused()),
        new("Content-Length with a letter after it", "RFC 9110 §8.6", Post + "Content-Length: 5a\r\n\r\nhello", Refused()),
        new("Content-Length with a fraction", "RFC 9110 §8.6", Post + "Content-Length: 5.0\r\n\r\nhello", Refused()),
        new("Content-Length with an exponent", "RFC 9110 §8.6", Post + "Content-Length: 5e0\r\n\r\nhello", Refused()),
        new("Content-Length with an underscore", "RFC 9110 §8.6", Post + "Content-Length: 0_5\r\n\r\nhello", Refused()),
        new("Content-Length with a parameter", "RFC 9110 §8.6", Post + "Content-Length: 5;a=b\r\n\r\nhello", Refused()),
        new("Content-Length in quotes", "RFC 9110 §8.6", Post + "Content-Length: \"5\"\r\n\r\nhello", Refused()),
        new("Content-Length with a space inside", "RFC 9110 §8.6", Post + "Content-Length: 5 5\r\n\r\nhello", Refused()),
        new("Content-Length with a vertical tab", "RFC 9110 §8.6", Post + "Content-Length: 5\u000b\r\n\r\nhello", Refused()),
        new("Content-Length with a no-break space", "RFC 9110 §8.6", Post + "Content-Length: 5\u00a0\r\n\r\nhello", Refused()),
        new("Content-Length with NUL", "RFC 9110 §5.5", Post + "Content-Length: 5\0\r\n\r\nhello", Refused()),
        new("Content-Length of 2⁶³", "RFC 9110 §8.6", Post + "Content-Length: 9223372036854775808\r\n\r\nhello", RefusedWithOneOf(400, 413)),
        new("Content-Length of 2⁶⁴ + 5", "RFC 9110 §8.6", Post + "Content-Length: 18446744073709551621\r\n\r\nhello", RefusedWithOneOf(400, 413)),
        new("Content-Length of 2³² + 5 is not 5", "RFC 9110 §8.6", Post + "Content-Length: 4294967301\r\n\r\nhello",
            Either(NeverComplete, RefusedWithOneOf(413))),
        new("space before the colon of Content-Length", "RFC 9112 §5.1", Post + "Content-Length : 5\r\n\r\nhello", Refused()),
        new("Content-Length without a colon", "RFC 9112 §5", Post + "Content-Length 5\r\n\r\nhello", Refused()),
        new("Content-Length folded", "RFC 9112 §5.2", Post + "Content-Length:\r\n 5\r\n\r\nhello", Refused()),
        new("body shorter than its length", "RFC 9112 §8", Post + "Content-Length: 10\r\n\r\nhello", NeverComplete),

        // ── neither ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("POST without a length has no body", "RFC 9112 §6.3", Post + "\r\n" + Smuggled, Forwarded(PostEmpty, GetB)),
        new("POST with a length of 0", "RFC 9112 §6.3", Post + "Content-Length: 0\r\n\r\n" + Smuggled, Forwarded(PostEmpty, GetB)),
        new("two requests at once", "RFC 9112 §9.3.2", "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            Forwarded(new ForwardedMessage("GET /a HTTP/1.1"), GetB)),
        new("body, then a request", "RFC 9112 §9.3.2", Post + "Content-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: a\r\n\r\n", Forwarded(PostHello, GetB)),
        new("empty line after a body", "RFC 9112 §2.2", Post + "Content-Length: 5\r\n\r\nhello\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            Forwarded(PostHello, GetB)),
        new("good, then bad", "RFC 9112 §9.3.2", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n" + Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ForwardedThenRefused(400, GetB)),
        new("bad, then good: nothing after a refusal is read", "RFC 9112 §2.2", Post + "Content-Length: x\r\n\r\n" + Smuggled, Refused()),
        new("nothing after Connection: close is read", "RFC 9112 §9.6", Post + "Connection: close\r\nContent-Length: 5\r\n\r\nhello" + Smuggled,
            Forwarded(PostHello)),

        // ── Transfer-Encoding ────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("chunked", "RFC 9112 §7.1", Post + "Transfer-Encoding: chunked\r\n" + Hello, Forwarded(PostHello)),
        new("CHUNKED", "RFC 9112 §7", Post + "Transfer-Encoding: CHUNKED\r\n" + Hello, Forwarded(PostHello)),
        new("chunked without a space", "RFC 9112 §5", Post + "Transfer-Encoding:chunked\r\n" + Hello, Forwarded(PostHello)),
        new("chunked after a tab", "RFC 9112 §5", Post + "Transfer-Encoding:\tchunked\r\n" + Hello, Forwarded(PostHello)),
        new("name in other case", "RFC 9110 §5.1", Post + "tRANSFER-eNCODING: chunked \r\n" + Hello, Forwarded(PostHello)),
        new("GET with a chunked body that looks like a request (TE.0)", "RFC 9112 §7.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n" + Smuggled + "\r\n0\r\n\r\n",
            Forwarded(new ForwardedMessage("GET /a HTTP/1.1", Smuggled))),
        new("OPTIONS with a chunked body that looks like a request (TE.0)", "RFC 9112 §7.1",
            "OPTIONS /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n" + Smuggled + "\r\n0\r\n\r\n",
            Forwarded(new ForwardedMessage("OPTIONS /a HTTP/1.1", Smuggled))),
        new("chunked body, then a request", "RFC 9112 §9.3.2", Post + "Transfer-Encoding: chunked\r\n" + Hello + Smuggled, Forwarded(PostHello, GetB)),
        new("xchunked", "RFC 9112 §6.1", Post + "Transfer-Encoding: xchunked\r\n" + Hello, Refused()),
        new("chunkedx", "RFC 9112 §6.1", Post + "Transfer-Encoding: chunkedx\r\n" + Hello, Refused()),
        new("identity", "RFC 9112 §6.1", Post + "Transfer-Encoding: identity\r\n\r\nhello", Refused()),
        new("chunked, identity", "RFC 9112 §6.3", Post + "Transfer-Encoding: chunked, identity\r\n" + Hello, Refused()),
        new("identity, chunked", "RFC 9112 §6.1", Post + "Transfer-Encoding: identity, chunked\r\n" + Hello, Refused()),
        new("gzip, chunked", "RFC 9112 §6.1", Post + "Transfer-Encoding: gzip, chunked\r\n" + Hello, RefusedWithOneOf(400, 501)),
        new("gzip", "RFC 9112 §6.3", Post + "Transfer-Encoding: gzip\r\n\r\nhello", RefusedWithOneOf(400, 501)),
        new("chunked, chunked", "RFC 9112 §6.1", Post + "Transfer-Encoding: chunked, chunked\r\n" + Hello, Refused()),
        new("chunked twice", "RFC 9112 §6.1", Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("chunked and another line (TE.TE)", "RFC 9112 §6.3", Post + "Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n" + Hello, Refused()),
        new("another line and chunked", "RFC 9112 §6.1", Post + "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("empty Transfer-Encoding", "RFC 9112 §6.1", Post + "Transfer-Encoding:\r\n" + Hello, Refused()),
        new("chunked with a comma after it", "RFC 9112 §6.1", Post + "Transfer-Encoding: chunked,\r\n" + Hello, Refused()),
        new("chunked with a comma before it", "RFC 9112 §6.1", Post + "Transfer-Encoding: ,chunked\r\n" + Hello, Refused()),
        new("chunked with a parameter", "RFC 9112 §7.1", Post + "Transfer-Encoding: chunked;a=b\r\n" + Hello, Refused()),
        new("chunked in quotes", "RFC 9112 §7", Post + "Transfer-Encoding: \"chunked\"\r\n" + Hello, Refused()),
        new("vertical tab before chunked", "RFC 9110 §5.5", Post + "Transfer-Encoding: \u000bchunked\r\n" + Hello, Refused()),
        new("vertical tab after chunked", "RFC 9110 §5.5", Post + "Transfer-Encoding: chunked\u000b\r\n" + Hello, Refused()),
        new("form feed before chunked", "RFC 9110 §5.5", Post + "Transfer-Encoding: \u000cchunked\r\n" + Hello, Refused()),
        new("no-break space before chunked", "RFC 9112 §7", Post + "Transfer-Encoding: \u00a0chunked\r\n" + Hello, Refused()),
        new("NUL after chunked", "RFC 9110 §5.5", Post + "Transfer-Encoding: chunked\0\r\n" + Hello, Refused()),
        new("chunked with a letter that only looks like one", "RFC 9112 §7", Post + "Transfer-Encoding: c\u00d2\u00bbunked\r\n" + Hello, Refused()),
        new("space before the colon of Transfer-Encoding", "RFC 9112 §5.1", Post + "Transfer-Encoding : chunked\r\n" + Hello, Refused()),
        new("Transfer-Encoding after a space", "RFC 9112 §5.2", Post + " Transfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("Transfer-Encoding folded", "RFC 9112 §5.2", Post + "Transfer-Encoding:\r\n chunked\r\n" + Hello, Refused()),
        new("name of Transfer-Encoding folded", "RFC 9112 §5.2", Post + "Transfer-\r\n Encoding: chunked\r\n" + Hello, Refused()),
        new("Transfer-Encoding after a bare LF", "RFC 9112 §2.2", Post + "X: y\nTransfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("Transfer-Encoding after a bare CR", "RFC 9112 §2.2", Post + "X: y\r\n\rTransfer-Encoding: chunked\r\n" + Hello, Refused()),
        new("Transfer-Encoding as the value of another field", "RFC 9110 §5.5", Post + "Foo: Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
            Forwarded(PostHello)),
    ];
}
