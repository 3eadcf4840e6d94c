using static Breakwater.Edge.Tests.Desync.RequestVerdict;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>Chunked bodies: sizes, extensions, line ends, trailers.</summary>
internal static class ChunkCases
{
    private const string Head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Smuggled = "GET /b HTTP/1.1\r\nHost: smug\r\n\r\n";

    private static readonly ForwardedMessage PostHello = new("POST /a HTTP/1.1", "hello");

    public static IEnumerable<RequestCase> All { get; } =
    [
        // ── what is allowed ──────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("several chunks", "RFC 9112 §7.1", Head + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", Forwarded(PostHello)),
        new("size in both cases", "RFC 9112 §7.1", Head + "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
            Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "01234567890123456789a"))),
        new("size with leading zeros", "RFC 9112 §7.1", Head + "0005\r\nhello\r\n0\r\n\r\n", Forwarded(PostHello)),
        new("last chunk of several zeros", "RFC 9112 §7.1", Head + "5\r\nhello\r\n000\r\n\r\n", Forwarded(PostHello)),
        new("no data at all", "RFC 9112 §7.1", Head + "0\r\n\r\n", Forwarded(new ForwardedMessage("POST /a HTTP/1.1"))),
        new("data that looks like a chunk", "RFC 9112 §7.1", Head + "9\r\n0\r\n\r\nGET \r\n0\r\n\r\n", Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "0\r\n\r\nGET "))),
        new("chunk extension", "RFC 9112 §7.1.1", Head + "5;a=b\r\nhello\r\n0;c\r\n\r\n", Forwarded(PostHello)),
        new("chunk extension in quotes", "RFC 9112 §7.1.1", Head + "5;a=\"b;c d\"\r\nhello\r\n0\r\n\r\n", Forwarded(PostHello)),
        new("whitespace around a chunk extension", "RFC 9112 §7.1.1", Head + "5 ; a = b\r\nhello\r\n0\r\n\r\n", Either(Forwarded(PostHello), RefusedInBody())),
        new("trailer", "RFC 9112 §7.1.2", Head + "5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n", Forwarded(PostHello)),
        new("trailer, then a request", "RFC 9112 §9.3.2", Head + "5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n" + Smuggled,
            Forwarded(PostHello, new ForwardedMessage("GET /b HTTP/1.1"))),

        // ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("empty size", "RFC 9112 §7.1", Head + "\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size with 0x", "RFC 9112 §7.1", Head + "0x5\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("negative size", "RFC 9112 §7.1", Head + "-5\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size with a plus sign", "RFC 9112 §7.1", Head + "+5\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size with a letter past f", "RFC 9112 §7.1", Head + "5g\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size with an underscore", "RFC 9112 §7.1", Head + "0_5\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("space before the size", "RFC 9112 §7.1", Head + " 5\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("space after the size", "RFC 9112 §7.1", Head + "5 \r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("NUL after the size", "RFC 9112 §7.1", Head + "5\0\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("two sizes", "RFC 9112 §7.1", Head + "5 0\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size of 2⁶⁴ + 5", "RFC 9112 §7.1", Head + "10000000000000005\r\nhello\r\n0\r\n\r\n", RefusedInBody(400, 413)),
        new("size of 2⁶⁴ − 1", "RFC 9112 §7.1", Head + "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", RefusedInBody(400, 413)),
        new("size of 2⁶³", "RFC 9112 §7.1", Head + "8000000000000000\r\nhello\r\n0\r\n\r\n", RefusedInBody(400, 413)),
        new("size of 2³² + 5 is not 5", "RFC 9112 §7.1", Head + "100000005\r\nhello\r\n0\r\n\r\n", Either(NeverComplete, RefusedInBody(400, 413))),

        // ── line ends ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("size ends in bare LF", "RFC 9112 §2.2", Head + "5\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size ends in bare CR", "RFC 9112 §2.2", Head + "5\rhello\r\n0\r\n\r\n", RefusedInBody()),
        new("size ends in CR CR LF", "RFC 9112 §2.2", Head + "5\r\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("data ends in bare LF", "RFC 9112 §2.2", Head + "5\r\nhello\n0\r\n\r\n", RefusedInBody()),
        new("data ends in bare CR", "RFC 9112 §2.2", Head + "5\r\nhello\r0\r\n\r\n", RefusedInBody()),
        new("every chunk line ends in bare LF", "RFC 9112 §2.2", Head + "5\nhello\n0\n\n", RefusedInBody()),
        new("last chunk ends in bare LF", "RFC 9112 §2.2", Head + "5\r\nhello\r\n0\n\r\n", RefusedInBody()),
        new("body ends in bare LF", "RFC 9112 §2.2", Head + "5\r\nhello\r\n0\r\n\n", RefusedInBody()),
        new("bare LF in a chunk extension", "RFC 9112 §7.1.1", Head + "5;a\nb\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("bare LF in a chunk extension hides a request", "RFC 9112 §7.1.1 (CVE-2025-55315)",
            Head + "0;\n\r\n\r\n" + Smuggled, RefusedInBody()),
        new("bare CR in a chunk extension", "RFC 9112 §7.1.1", Head + "5;a\rb\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("NUL in a chunk extension", "RFC 9112 §7.1.1", Head + "5;a\0b\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("bare LF in a quoted chunk extension", "RFC 9112 §7.1.1", Head + "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", RefusedInBody()),

        // ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("data longer than its size", "RFC 9112 §7.1", Head + "4\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("data shorter than its size", "RFC 9112 §7.1", Head + "6\r\nhello\r\n0\r\n\r\n", RefusedInBody()),
        new("two bytes instead of the line end", "RFC 9112 §7.1", Head + "5\r\nhelloXX0\r\n\r\n", RefusedInBody()),
        new("no line end after the data", "RFC 9112 §7.1", Head + "5\r\nhello0\r\n\r\n", RefusedInBody()),
        new("an endless chunk extension", "RFC 9112 §7.1.1", Head + "5;" + new string('a', 100_000) + "\r\nhello\r\n0\r\n\r\n", RefusedInBody(400, 413, 431)),

        // ── end ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("no last chunk", "RFC 9112 §8", Head + "5\r\nhello\r\n", NeverComplete),
        new("no empty line after the last chunk", "RFC 9112 §8", Head + "5\r\nhello\r\n0\r\n", NeverComplete),
        new("a request instead of the trailers", "RFC 9112 §7.1", Head + "5\r\nhello\r\n0\r\n" + Smuggled, RefusedInBody()),
        new("trailer with a space before the colon", "RFC 9112 §5.1", Head + "5\r\nhello\r\n0\r\nFoo : b\r\n\r\n", RefusedInBody()),
        new("trailer without a colon", "RFC 9112 §5", Head + "5\r\nhello\r\n0\r\nFoo\r\n\r\n", RefusedInBody()),
        new("trailer folded", "RFC 9112 §5.2", Head + "5\r\nhello\r\n0\r\nFoo: b\r\n c\r\n\r\n", RefusedInBody()),
        new("trailer ends in bare LF", "RFC 9112 §2.2", Head + "5\r\nhello\r\n0\r\nFoo: b\n\r\n", RefusedInBody()),
        new("trailer with NUL", "RFC 9110 §5.5", Head + "5\r\nhello\r\n0\r\nFoo: b\0\r\n\r\n", RefusedInBody()),
        new("Content-Length as a trailer", "RFC 9110 §6.5.1", Head + "5\r\nhello\r\n0\r\nContent-Length: 31\r\n\r\n" + Smuggled,
            Either(Forwarded(PostHello, new ForwardedMessage("GET /b HTTP/1.1")), RefusedInBody())),
        new("Transfer-Encoding as a trailer", "RFC 9110 §6.5.1", Head + "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled,
            Either(Forwarded(PostHello, new ForwardedMessage("GET /b HTTP/1.1")), RefusedInBody())),
        new("Host as a trailer", "RFC 9110 §6.5.1", Head + "5\r\nhello\r\n0\r\nHost: b\r\n\r\n", Either(Forwarded(PostHello), RefusedInBody())),
    ];
}
