using static Breakwater.Edge.Tests.Desync.ResponseVerdict;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>
/// Responses of an origin that is broken, or in the hands of somebody else. Whatever the verdict, the next request must get its own answer.
/// </summary>
internal static class ResponseCases
{
    /// <summary>Stands in bodies that must not reach anybody.</summary>
    public const string Secret = "s3cr3t";

    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const string Chunked = Ok + "Transfer-Encoding: chunked\r\n\r\n";
    private const string Poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + Secret;

    public static IEnumerable<ResponseCase> All { get; } =
    [
        // ── bodies as they should be ─────────────────────────────────────────────────────────────────────────────────────────────────
        new("Content-Length", "RFC 9112 §6.2", Ok + "Content-Length: 5\r\n\r\nhello", Relayed(200, "hello")),
        new("Content-Length of 0", "RFC 9112 §6.2", Ok + "Content-Length: 0\r\n\r\n", Relayed(200)),
        new("Content-Length with whitespace around it", "RFC 9110 §5.5", Ok + "Content-Length:\t5 \r\n\r\nhello", Relayed(200, "hello")),
        new("chunked", "RFC 9112 §7.1", Chunked + "2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n", Relayed(200, "hello")),
        new("CHUNKED", "RFC 9112 §7", Ok + "Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n", Relayed(200, "hello")),
        new("chunked with a trailer", "RFC 9112 §7.1.2", Chunked + "5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n", Relayed(200, "hello")),
        new("until the connection closes", "RFC 9112 §6.3", Ok + "\r\nhello", Relayed(200, "hello")) { OriginCloses = true },
        new("204 has no body", "RFC 9110 §15.3.5", "HTTP/1.1 204 No Content\r\n\r\n", Relayed(204)),
        new("304 has no body, whatever its length", "RFC 9110 §15.4.5", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n",
            Relayed(304) with { Has = ["ETag: \"a\""] }),
        new("HEAD has no body, whatever its length", "RFC 9110 §9.3.2", Ok + "Content-Length: 5\r\n\r\n", Relayed(200)) { Method = "HEAD" },
        new("HEAD has no body, whatever its coding", "RFC 9110 §9.3.2", Chunked, Relayed(200)) { Method = "HEAD" },
        new("HTTP/1.0 with a length", "RFC 9112 §2.3", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", Relayed(200, "hello")) { OriginCloses = true },
        new("HTTP/1.0 until the connection closes", "RFC 9112 §6.3", "HTTP/1.0 200 OK\r\n\r\nhello", Relayed(200, "hello")) { OriginCloses = true },

        // ── heads as they should be ──────────────────────────────────────────────────────────────────────────────────────────────────
        new("empty reason", "RFC 9112 §4", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello", Relayed(200, "hello")),
        new("no reason and no space", "RFC 9112 §4", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", Either(Relayed(200, "hello"), BadGateway)),
        new("bytes above 127 in the reason", "RFC 9112 §4", "HTTP/1.1 404 Introuvable \u00e9\r\nContent-Length: 5\r\n\r\nhello", Relayed(404, "hello")),
        new("status nobody knows", "RFC 9110 §15", "HTTP/1.1 299 Fine\r\nContent-Length: 5\r\n\r\nhello", Relayed(299, "hello")),
        new("several Set-Cookie lines", "RFC 9110 §5.3", Ok + "Set-Cookie: a=1\r\nset-cookie: b=2\r\nSet-Cookie: c=3\r\nContent-Length: 0\r\n\r\n",
            Relayed(200) with { Has = ["Set-Cookie: a=1", "set-cookie: b=2", "Set-Cookie: c=3"] }),
        new("bytes above 127 in a value", "RFC 9110 §5.5", Ok + "X-Name: caf\u00e9\r\nContent-Length: 0\r\n\r\n",
            Relayed(200) with { Has = ["X-Name: caf\u00e9"] }),
        new("field named by Connection", "RFC 9110 §7.6.1", Ok + "Connection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 0\r\n\r\n",
            Relayed(200) with { Lacks = ["X-Hop"] }),
        new("Keep-Alive and Proxy-Connection stay here", "RFC 9110 §7.6.1",
            Ok + "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nContent-Length: 0\r\n\r\n",
            Relayed(200) with { Lacks = ["Keep-Alive", "Proxy-Connection"] }),
        new("Connection names Content-Length", "RFC 9110 §7.6.1", Ok + "Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello",
            Either(Relayed(200, "hello"), BadGateway)),
        new("Connection: close", "RFC 9112 §9.6", Ok + "Connection: close\r\nContent-Length: 5\r\n\r\nhello", Relayed(200, "hello")) { OriginCloses = true },

        // ── 1xx ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("103, then 200", "RFC 8297 §2", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + Ok + "Content-Length: 5\r\n\r\nhello",
            Relayed(200, "hello", 103)),
        new("102 twice, then 200", "RFC 9110 §15.2", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + Ok + "Content-Length: 0\r\n\r\n",
            Relayed(200, "", 102, 102)),
        new("100 that nobody asked for", "RFC 9110 §15.2.1", "HTTP/1.1 100 Continue\r\n\r\n" + Ok + "Content-Length: 5\r\n\r\nhello",
            Either(Relayed(200, "hello"), Relayed(200, "hello", 100))),
        new("101 that nobody asked for", "RFC 9110 §15.2.2", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + Secret, BadGateway),
        new("1xx with a body", "RFC 9110 §15.2", "HTTP/1.1 103 Early Hints\r\nContent-Length: 6\r\n\r\n" + Secret + Poison, Aborted),
        new("1xx and nothing more", "RFC 9110 §15.2", "HTTP/1.1 103 Early Hints\r\n\r\n", Aborted) { OriginCloses = true },
        new("1xx without end", "RFC 9110 §15.2", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 5000)), Aborted) { OriginCloses = true },

        // ── status line ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("no status line (HTTP/0.9)", "RFC 9112 §4", "<html>" + Secret + "</html>", BadGateway) { OriginCloses = true },
        new("nothing", "RFC 9112 §8", "", BadGateway) { OriginCloses = true },
        new("half a head", "RFC 9112 §8", Ok + "X-Name: " + Secret, BadGateway) { OriginCloses = true },
        new("HTTP/2.0", "RFC 9112 §2.3", "HTTP/2.0 200 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("http in lower case", "RFC 9112 §2.3", "http/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("ICY", "RFC 9112 §2.3", "ICY 200 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("status of two digits", "RFC 9112 §4", "HTTP/1.1 20 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("status of four digits", "RFC 9112 §4", "HTTP/1.1 2000 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("status below 100", "RFC 9110 §15", "HTTP/1.1 099 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("status with letters", "RFC 9112 §4", "HTTP/1.1 2OO OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("two spaces before the status", "RFC 9112 §4", "HTTP/1.1  200 OK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("NUL in the reason", "RFC 9112 §4", "HTTP/1.1 200 O\0K\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("bare CR in the reason", "RFC 9112 §4", "HTTP/1.1 200 O\rK\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("status line ends in bare LF", "RFC 9112 §2.2", "HTTP/1.1 200 OK\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("empty line before the status line", "RFC 9112 §2.2", "\r\n" + Ok + "Content-Length: 6\r\n\r\n" + Secret, BadGateway),

        // ── fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("space before the colon", "RFC 9112 §5.1", Ok + "X-Name : a\r\nContent-Length: 5\r\n\r\nhello",
            Either(Relayed(200, "hello") with { Has = ["X-Name: a"] }, BadGateway)),
        new("space before the colon of Content-Length", "RFC 9112 §5.1", Ok + "Content-Length : 6\r\n\r\n" + Secret, BadGateway),
        new("space before the colon of Transfer-Encoding", "RFC 9112 §5.1", Ok + "Transfer-Encoding : chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("no colon", "RFC 9112 §5", Ok + "X-Name\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("empty name", "RFC 9112 §5", Ok + ": a\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("space in the name", "RFC 9110 §5.1", Ok + "X Name: a\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("obs-fold", "RFC 9112 §5.2", Ok + "X-Name: a\r\n b\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("whitespace before the first field", "RFC 9112 §2.2", Ok + " X-Name: a\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("NUL in a value", "RFC 9110 §5.5", Ok + "X-Name: a\0b\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("control byte in a value", "RFC 9110 §5.5", Ok + "X-Name: a\u0001b\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("bare CR in a value", "RFC 9112 §2.2", Ok + "X-Name: a\rSet-Cookie: b\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("every line ends in bare LF", "RFC 9112 §2.2", "HTTP/1.1 200 OK\nContent-Length: 6\n\n" + Secret, BadGateway),
        new("head over the limit", "RFC 9110 §15.6.3", Ok + "X-Name: " + new string('a', 200_000) + "\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("too many fields", "RFC 9110 §15.6.3",
            Ok + string.Concat(Enumerable.Range(0, 5000).Select(i => $"X-{i}: a\r\n")) + "Content-Length: 6\r\n\r\n" + Secret, BadGateway),

        // ── framing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("Content-Length and chunked", "RFC 9112 §6.1", Ok + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("chunked and Content-Length", "RFC 9112 §6.1", Ok + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("two Content-Lengths", "RFC 9112 §6.3", Ok + "Content-Length: 6\r\nContent-Length: 0\r\n\r\n" + Secret, BadGateway),
        new("the same Content-Length twice", "RFC 9110 §8.6", Ok + "Content-Length: 6\r\nContent-Length: 6\r\n\r\n" + Secret, BadGateway),
        new("Content-Length as a list", "RFC 9110 §8.6", Ok + "Content-Length: 6, 6\r\n\r\n" + Secret, BadGateway),
        new("empty Content-Length", "RFC 9110 §8.6", Ok + "Content-Length:\r\n\r\n" + Secret, BadGateway) { OriginCloses = true },
        new("Content-Length with a plus sign", "RFC 9110 §8.6", Ok + "Content-Length: +6\r\n\r\n" + Secret, BadGateway),
        new("negative Content-Length", "RFC 9110 §8.6", Ok + "Content-Length: -6\r\n\r\n" + Secret, BadGateway),
        new("hexadecimal Content-Length", "RFC 9110 §8.6", Ok + "Content-Length: 0x6\r\n\r\n" + Secret, BadGateway),
        new("Content-Length with a letter after it", "RFC 9110 §8.6", Ok + "Content-Length: 6a\r\n\r\n" + Secret, BadGateway),
        new("Content-Length of 2⁶⁴ + 6", "RFC 9110 §8.6", Ok + "Content-Length: 18446744073709551622\r\n\r\n" + Secret, BadGateway),
        new("xchunked", "RFC 9112 §6.1", Ok + "Transfer-Encoding: xchunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("identity", "RFC 9112 §6.1", Ok + "Transfer-Encoding: identity\r\n\r\n" + Secret, BadGateway) { OriginCloses = true },
        new("gzip, chunked", "RFC 9112 §6.1", Ok + "Transfer-Encoding: gzip, chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("chunked, chunked", "RFC 9112 §6.1", Ok + "Transfer-Encoding: chunked, chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("chunked twice", "RFC 9112 §6.1", Ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("vertical tab before chunked", "RFC 9110 §5.5", Ok + "Transfer-Encoding: \u000bchunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),
        new("HTTP/1.0 with chunked", "RFC 9112 §6.1", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", BadGateway),

        // ── bodies that break off or break the rules ─────────────────────────────────────────────────────────────────────────────────
        new("body shorter than its length", "RFC 9112 §8", Ok + "Content-Length: 10\r\n\r\nhello", Aborted) { OriginCloses = true },
        new("chunked without the last chunk", "RFC 9112 §8", Chunked + "5\r\nhello\r\n", Aborted) { OriginCloses = true },
        new("chunked without the last empty line", "RFC 9112 §8", Chunked + "5\r\nhello\r\n0\r\n", Aborted) { OriginCloses = true },
        new("chunk cut off", "RFC 9112 §8", Chunked + "a\r\nhello", Aborted) { OriginCloses = true },
        new("chunk size that is none", "RFC 9112 §7.1", Chunked + "5\r\nhello\r\nx\r\nhello\r\n0\r\n\r\n", Aborted),
        new("chunk size of 2⁶⁴ + 5", "RFC 9112 §7.1", Chunked + "10000000000000005\r\nhello\r\n0\r\n\r\n", Aborted),
        new("chunk size ends in bare LF", "RFC 9112 §2.2", Chunked + "5\nhello\r\n0\r\n\r\n", Aborted),
        new("chunk data ends in bare LF", "RFC 9112 §2.2", Chunked + "5\r\nhello\n0\r\n\r\n", Aborted),
        new("bare LF in a chunk extension", "RFC 9112 §7.1.1", Chunked + "5;a\nb\r\nhello\r\n0\r\n\r\n", Aborted),
        new("chunk data longer than its size", "RFC 9112 §7.1", Chunked + "4\r\nhello\r\n0\r\n\r\n", Aborted),
        new("trailer without a colon", "RFC 9112 §5", Chunked + "5\r\nhello\r\n0\r\nFoo\r\n\r\n", Aborted),
        new("trailer folded", "RFC 9112 §5.2", Chunked + "5\r\nhello\r\n0\r\nFoo: a\r\n b\r\n\r\n", Aborted),

        // ── bytes that belong to nobody ──────────────────────────────────────────────────────────────────────────────────────────────
        new("a second response at once", "RFC 9112 §9.2", Ok + "Content-Length: 5\r\n\r\nhello" + Poison, Relayed(200, "hello")),
        new("a second response after chunked", "RFC 9112 §9.2", Chunked + "5\r\nhello\r\n0\r\n\r\n" + Poison, Relayed(200, "hello")),
        new("a second response later, on the idle connection", "RFC 9112 §9.2", Ok + "Content-Length: 5\r\n\r\nhello", Relayed(200, "hello")) { Afterwards = Poison },
        new("204 with a body", "RFC 9110 §15.3.5", "HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\n" + Secret, Either(Relayed(204), BadGateway)),
        new("204 with chunked", "RFC 9112 §6.1", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n" + Secret + "\r\n0\r\n\r\n", Either(Relayed(204), BadGateway)),
        new("304 with a body", "RFC 9110 §15.4.5", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n" + Secret, Relayed(304)),
        new("HEAD with a body", "RFC 9110 §9.3.2", Ok + "Content-Length: 6\r\n\r\n" + Secret, Relayed(200)) { Method = "HEAD" },
        new("HEAD, then a second response", "RFC 9110 §9.3.2", Ok + "Content-Length: 77\r\n\r\n" + Poison, Relayed(200)) { Method = "HEAD" },
    ];
}
