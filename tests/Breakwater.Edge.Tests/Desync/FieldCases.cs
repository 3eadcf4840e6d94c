using static Breakwater.Edge.Tests.Desync.RequestVerdict;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>Field lines, line ends, and the fields that concern one connection only.</summary>
internal static class FieldCases
{
    private static readonly ForwardedMessage GetA = new("GET /a HTTP/1.1");

    public static IEnumerable<RequestCase> All { get; } =
    [
        // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("space before the colon", "RFC 9112 §5.1", "GET /a HTTP/1.1\r\nHost: a\r\nFoo : b\r\n\r\n", Refused()),
        new("tab before the colon", "RFC 9112 §5.1", "GET /a HTTP/1.1\r\nHost: a\r\nFoo\t: b\r\n\r\n", Refused()),
        new("space before the colon of Host", "RFC 9112 §5.1", "GET /a HTTP/1.1\r\nHost : a\r\n\r\n", Refused()),
        new("empty name", "RFC 9112 §5", "GET /a HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", Refused()),
        new("no colon", "RFC 9112 §5", "GET /a HTTP/1.1\r\nHost: a\r\nFoo\r\n\r\n", Refused()),
        new("space in the name", "RFC 9110 §5.1", "GET /a HTTP/1.1\r\nHost: a\r\nFo o: b\r\n\r\n", Refused()),
        new("parenthesis in the name", "RFC 9110 §5.1", "GET /a HTTP/1.1\r\nHost: a\r\nFo(o: b\r\n\r\n", Refused()),
        new("NUL in the name", "RFC 9110 §5.1", "GET /a HTTP/1.1\r\nHost: a\r\nFo\0o: b\r\n\r\n", Refused()),
        new("byte above 127 in the name", "RFC 9110 §5.1", "GET /a HTTP/1.1\r\nHost: a\r\nFo\u00e9: b\r\n\r\n", Refused()),
        new("whitespace before the first field", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\n Foo: b\r\nHost: a\r\n\r\n", Refused()),
        new("names that differ by an underscore are different names", "RFC 9110 §5.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n", Forwarded(GetA)),

        // ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("order, case and repetition are kept", "RFC 9110 §5.3", "GET /a HTTP/1.1\r\nx-one: 1\r\nHost: a\r\nX-Two: 2\r\nX-ONE: 3\r\n\r\n",
            Forwarded(GetA with { Has = ["x-one: 1", "X-Two: 2", "X-ONE: 3"] })),
        new("bytes above 127 in a value are kept", "RFC 9110 §5.5", "GET /a HTTP/1.1\r\nHost: a\r\nX-Name: caf\u00e9\u00ff\r\n\r\n",
            Forwarded(GetA with { Has = ["X-Name: caf\u00e9\u00ff"] })),
        new("tab in a value", "RFC 9110 §5.5", "GET /a HTTP/1.1\r\nHost: a\r\nX-Name: b\tc\r\n\r\n", Forwarded(GetA with { Has = ["X-Name: b\tc"] })),
        new("empty value", "RFC 9110 §5.5", "GET /a HTTP/1.1\r\nHost: a\r\nX-Name:\r\n\r\n", Forwarded(GetA)),
        new("obs-fold", "RFC 9112 §5.2", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\r\n c\r\n\r\n", Refused()),
        new("obs-fold with a tab", "RFC 9112 §5.2", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\r\n\tc\r\n\r\n", Refused()),
        new("obs-fold of nothing", "RFC 9112 §5.2", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\r\n \r\n\r\n", Refused()),
        new("NUL in a value", "RFC 9110 §5.5", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\0c\r\n\r\n", Refused()),
        new("control byte in a value", "RFC 9110 §5.5", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\u0001c\r\n\r\n", Refused()),
        new("DEL in a value", "RFC 9110 §5.5", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\u007fc\r\n\r\n", Refused()),
        new("bare CR in a value", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\r\nFoo: b\rc\r\n\r\n", Refused()),
        new("bare CR hides a field", "RFC 9112 §2.2",
            "POST /a HTTP/1.1\r\nHost: a\r\nFoo: b\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", Refused()),

        // ── line ends ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("field line ends in bare LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\nFoo: b\r\n\r\n", Refused()),
        new("every line ends in bare LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\nHost: a\n\n", Refused()),
        new("head ends in bare LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\r\n\n", Refused()),
        new("head ends in CR CR LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\r\n\r\r\n", Refused()),
        new("field line ends in CR CR LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\r\r\nFoo: b\r\n\r\n", Refused()),
        new("LF CR instead of CR LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\n\rHost: a\n\r\n\r", Refused()),

        // ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("field line over the limit", "RFC 6585 §5", $"GET /a HTTP/1.1\r\nHost: a\r\nFoo: {new string('b', 100_000)}\r\n\r\n", Refused(431)),
        new("too many field lines", "RFC 6585 §5",
            $"GET /a HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 2000).Select(i => $"F{i}: b\r\n"))}\r\n", Refused(431)),

        // ── fields of one connection ─────────────────────────────────────────────────────────────────────────────────────────────────
        new("Connection: close", "RFC 9110 §7.6.1", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Forwarded(GetA)),
        new("field named by Connection", "RFC 9110 §7.6.1", "GET /a HTTP/1.1\r\nHost: a\r\nX-Hop: b\r\nConnection: x-HOP\r\n\r\n",
            Forwarded(GetA with { Lacks = ["X-Hop"] })),
        new("fields named by Connection as a list and twice", "RFC 9110 §7.6.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: X-Hop ,, keep-alive\r\nX-Hop: b\r\nConnection: X-Step\r\nX-Step: c\r\nX-Stays: d\r\n\r\n",
            Forwarded(GetA with { Lacks = ["X-Hop", "X-Step"], Has = ["X-Stays: d"] })),
        new("Connection names Host", "RFC 9110 §7.6.1", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Host\r\n\r\n",
            Either(Forwarded(GetA with { Has = ["Host: a"] }), Refused())),
        new("Connection names Content-Length", "RFC 9110 §7.6.1",
            "POST /a HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: 31\r\n\r\nGET /b HTTP/1.1\r\nHost: smug\r\n\r\n",
            Either(Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "GET /b HTTP/1.1\r\nHost: smug\r\n\r\n")), Refused())),
        new("Connection names Transfer-Encoding", "RFC 9110 §7.6.1",
            "POST /a HTTP/1.1\r\nHost: a\r\nConnection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            Either(Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "hello")), Refused())),
        new("Connection names what the edge adds", "RFC 9110 §7.6.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: X-Forwarded-For, X-Forwarded-Proto\r\n\r\n",
            Either(Forwarded(GetA with { Has = ["X-Forwarded-For: 127.0.0.1"] }), Refused())),
        new("Keep-Alive and Proxy-Connection stay here", "RFC 9110 §7.6.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nConnection: keep-alive\r\n\r\n",
            Forwarded(GetA with { Lacks = ["Keep-Alive", "Proxy-Connection"] })),
        new("Upgrade that Connection does not name", "RFC 9110 §7.8",
            "GET /a HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            Forwarded(GetA with { Lacks = ["Upgrade"] }, new ForwardedMessage("GET /b HTTP/1.1"))),
        new("Upgrade from HTTP/1.0", "RFC 9110 §7.8", "GET /a HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            Forwarded(GetA with { Lacks = ["Upgrade"] })),
        new("Upgrade to h2c", "RFC 9113 §3.1",
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
            Forwarded(GetA with { Lacks = ["Upgrade", "HTTP2-Settings"] })),
        new("bytes after an Upgrade, before the 101", "RFC 9110 §7.8",
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused()),
        new("Upgrade with a body", "RFC 9110 §7.8",
            "POST /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello",
            Either(Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "hello")), Refused())),

        // ── Expect ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        new("Expect with the body at once", "RFC 9110 §10.1.1",
            "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 31\r\n\r\nGET /b HTTP/1.1\r\nHost: smug\r\n\r\n",
            Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "GET /b HTTP/1.1\r\nHost: smug\r\n\r\n"))),
        new("Expect without a body", "RFC 9110 §10.1.1", "GET /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", Forwarded(GetA)),
        new("Expect in other case", "RFC 9110 §10.1.1", "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello",
            Forwarded(new ForwardedMessage("POST /a HTTP/1.1", "hello"))),
        new("Expect of something before", "RFC 9110 §10.1.1",
            "POST /a HTTP/1.1\r\nHost: a\r\nExpect: y 100-continue\r\nContent-Length: 5\r\n\r\nhello", RefusedWithOneOf(400, 417)),
        new("Expect of something after", "RFC 9110 §10.1.1",
            "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, y\r\nContent-Length: 5\r\n\r\nhello", RefusedWithOneOf(400, 417)),
        new("Expect folded", "RFC 9112 §5.2", "POST /a HTTP/1.1\r\nHost: a\r\nExpect:\r\n 100-continue\r\nContent-Length: 5\r\n\r\nhello", Refused()),
        new("Expect with a vertical tab", "RFC 9110 §5.5",
            "POST /a HTTP/1.1\r\nHost: a\r\nExpect: \u000b100-continue\r\nContent-Length: 5\r\n\r\nhello", Refused()),
    ];
}
