namespace Breakwater.Http.Tests.Heads;

/// <summary>What an origin's HTTP/1.x response may look like and what it means, and what is refused and as what. A pilcrow is CRLF.</summary>
internal static class ResponseRows
{
    private const string Ok = "HTTP/1.1 200 OK¶";

    /// <summary>Accepted responses to a request of this method.</summary>
    public static readonly (string Name, MethodKind Method, string Raw, string Expected)[] Accepted =
    [
        // Status line
        ("the least response", MethodKind.Get, Ok + "¶", "status=200 reason=OK version=Http11 framing=UntilClose !length !keepalive !interim !upgrade"),
        ("a reason of several words", MethodKind.Get, "HTTP/1.1 404 Not Found at all¶¶", "status=404 reason=Not_Found_at_all"),
        ("a reason with bytes from 0x80 and a tab", MethodKind.Get, "HTTP/1.1 200 \u00fcber\talles¶¶", "reason=\u00fcber\talles"),
        ("an empty reason", MethodKind.Get, "HTTP/1.1 200 ¶¶", "status=200 reason="),
        ("no reason and no space", MethodKind.Get, "HTTP/1.1 200¶¶", "status=200 reason="),
        ("a reason that begins with a space", MethodKind.Get, "HTTP/1.1 200  OK¶¶", "reason=_OK"),
        ("HTTP/1.0", MethodKind.Get, "HTTP/1.0 200 OK¶¶", "version=Http10 framing=UntilClose !keepalive"),
        ("an unknown status", MethodKind.Get, "HTTP/1.1 599 x¶Content-Length: 1¶¶", "status=599"),
        ("a status outside the classes", MethodKind.Get, "HTTP/1.1 999 x¶Content-Length: 1¶¶", "status=999 framing=Length"),

        // Framing
        ("Content-Length", MethodKind.Get, Ok + "Content-Length: 12¶¶", "framing=Length length=12 keepalive"),
        ("Content-Length: 0", MethodKind.Get, Ok + "Content-Length: 0¶¶", "framing=Length length=0 keepalive"),
        ("chunked", MethodKind.Get, Ok + "Transfer-Encoding: chunked¶¶", "framing=Chunked keepalive hop=Transfer-Encoding"),
        ("chunked in any case", MethodKind.Get, Ok + "transfer-encoding: CHUNKED¶¶", "framing=Chunked"),
        ("no length in HTTP/1.1", MethodKind.Get, Ok + "Connection: keep-alive¶¶", "framing=UntilClose !keepalive"),
        ("an error without length", MethodKind.Get, "HTTP/1.1 500 x¶¶", "framing=UntilClose"),
        ("an answer to POST", MethodKind.Post, Ok + "Content-Length: 3¶¶", "framing=Length length=3"),
        ("an answer to an unknown method", MethodKind.Other, Ok + "Content-Length: 3¶¶", "framing=Length length=3"),
        ("an answer to HEAD", MethodKind.Head, Ok + "Content-Length: 12¶¶", "framing=None length=12 keepalive"),
        ("an answer to HEAD that would be chunked", MethodKind.Head, Ok + "Transfer-Encoding: chunked¶¶", "framing=None keepalive"),
        ("an answer to HEAD without length", MethodKind.Head, Ok + "¶", "framing=None keepalive"),
        ("an error in answer to HEAD", MethodKind.Head, "HTTP/1.1 404 x¶Content-Length: 12¶¶", "framing=None length=12"),
        ("304 with the length of what was not sent", MethodKind.Get, "HTTP/1.1 304 x¶Content-Length: 12¶¶", "framing=None length=12 keepalive"),
        ("304 with the coding of what was not sent", MethodKind.Get, "HTTP/1.1 304 x¶Transfer-Encoding: chunked¶¶", "framing=None keepalive"),
        ("204", MethodKind.Get, "HTTP/1.1 204 x¶¶", "framing=None keepalive"),
        ("204 with a length of zero", MethodKind.Delete, "HTTP/1.1 204 x¶Content-Length: 0¶¶", "framing=None length=0 keepalive"),
        ("205 is framed like any other", MethodKind.Post, "HTTP/1.1 205 x¶Content-Length: 0¶¶", "framing=Length length=0"),
        ("100", MethodKind.Post, "HTTP/1.1 100 Continue¶¶", "framing=None interim keepalive"),
        ("102", MethodKind.Post, "HTTP/1.1 102 Processing¶¶", "interim"),
        ("103 with fields", MethodKind.Get, "HTTP/1.1 103 Early Hints¶Link: </a.css>¶¶", "interim Link=</a.css>"),
        ("199", MethodKind.Get, "HTTP/1.1 199 x¶¶", "interim framing=None"),
        ("101", MethodKind.Get, "HTTP/1.1 101 x¶Connection: Upgrade¶Upgrade: websocket¶¶", "upgrade !interim framing=None !keepalive hop=Connection,Upgrade"),

        // Persistence
        ("Connection: close", MethodKind.Get, Ok + "Content-Length: 1¶Connection: close¶¶", "!keepalive"),
        ("Connection: Close among others", MethodKind.Get, Ok + "Content-Length: 1¶Connection: x, Close¶¶", "!keepalive"),
        ("HTTP/1.0 that stays", MethodKind.Get, "HTTP/1.0 200 OK¶Content-Length: 1¶Connection: keep-alive¶¶", "keepalive"),
        ("HTTP/1.0 that does not say", MethodKind.Get, "HTTP/1.0 200 OK¶Content-Length: 1¶¶", "!keepalive"),
        ("HTTP/1.0 that stays but has no length", MethodKind.Get, "HTTP/1.0 200 OK¶Connection: keep-alive¶¶", "framing=UntilClose !keepalive"),

        // Fields
        ("fields that Connection nominates", MethodKind.Get, Ok + "X-A: 1¶Connection: x-a, keep-alive¶Keep-Alive: timeout=5¶X-B: 2¶¶", "hop=X-A,Connection,Keep-Alive"),
        ("several cookies", MethodKind.Get, Ok + "Set-Cookie: a=1¶Set-Cookie: b=2¶¶", "Set-Cookie=a=1 Set-Cookie=b=2"),
        ("an offer to upgrade", MethodKind.Get, Ok + "Connection: Upgrade¶Upgrade: h2c¶Content-Length: 0¶¶", "!upgrade hop=Connection,Upgrade"),
        ("bytes from 0x80 in a value", MethodKind.Get, Ok + "X: \u00e4¶¶", "X=\u00e4"),
        ("Trailer is passed on", MethodKind.Get, Ok + "Trailer: grpc-status¶Transfer-Encoding: chunked¶¶", "hop=Transfer-Encoding"),
    ];

    /// <summary>Refused responses, all to GET unless they say otherwise, with the violation.</summary>
    public static readonly (string Name, MethodKind Method, string Raw, HttpViolation Expected)[] Refused =
    [
        // Status line
        ("an empty line first", MethodKind.Get, "¶" + Ok + "¶", HttpViolation.BadStatusLine),
        ("HTTP/0.9", MethodKind.Get, "<html>¶¶", HttpViolation.BadStatusLine),
        ("a request", MethodKind.Get, "GET / HTTP/1.1¶Host: a¶¶", HttpViolation.BadStatusLine),
        ("no status", MethodKind.Get, "HTTP/1.1¶¶", HttpViolation.BadStatusLine),
        ("a status of two digits", MethodKind.Get, "HTTP/1.1 20 OK¶¶", HttpViolation.BadStatusLine),
        ("a status of four digits", MethodKind.Get, "HTTP/1.1 2000 OK¶¶", HttpViolation.BadStatusLine),
        ("a status of letters", MethodKind.Get, "HTTP/1.1 2OO OK¶¶", HttpViolation.BadStatusLine),
        ("a status below 100", MethodKind.Get, "HTTP/1.1 099 x¶¶", HttpViolation.BadStatusLine),
        ("a negative status", MethodKind.Get, "HTTP/1.1 -20 x¶¶", HttpViolation.BadStatusLine),
        ("two spaces before the status", MethodKind.Get, "HTTP/1.1  200 OK¶¶", HttpViolation.BadStatusLine),
        ("a tab before the status", MethodKind.Get, "HTTP/1.1\t200 OK¶¶", HttpViolation.BadStatusLine),
        ("a tab after the status", MethodKind.Get, "HTTP/1.1 200\tOK¶¶", HttpViolation.BadStatusLine),
        ("a space before the version", MethodKind.Get, " HTTP/1.1 200 OK¶¶", HttpViolation.BadStatusLine),
        ("a version in lower case", MethodKind.Get, "http/1.1 200 OK¶¶", HttpViolation.BadVersion),
        ("ICY", MethodKind.Get, "ICY 200 OK¶¶", HttpViolation.BadStatusLine),
        ("HTTP/2.0", MethodKind.Get, "HTTP/2.0 200 OK¶¶", HttpViolation.UnsupportedVersion),
        ("HTTP/1.2", MethodKind.Get, "HTTP/1.2 200 OK¶¶", HttpViolation.UnsupportedVersion),
        ("a NUL in the reason", MethodKind.Get, "HTTP/1.1 200 O\0K¶¶", HttpViolation.ControlByte),
        ("a status line without end", MethodKind.Get, "HTTP/1.1 200 " + new string('x', 17000), HttpViolation.BadStatusLine),

        // Lines
        ("the status line ends in LF", MethodKind.Get, "HTTP/1.1 200 OK\nX: y¶¶", HttpViolation.BareLf),
        ("a field line ends in LF", MethodKind.Get, Ok + "X: y\n¶", HttpViolation.BareLf),
        ("a CR within a value", MethodKind.Get, Ok + "X: a\rSet-Cookie: b¶¶", HttpViolation.BareCr),
        ("a folded field", MethodKind.Get, Ok + "X: a¶ b¶¶", HttpViolation.ObsFold),
        ("whitespace before the first field", MethodKind.Get, Ok + " X: a¶¶", HttpViolation.LeadingWhitespace),
        ("a space before the colon", MethodKind.Get, Ok + "Content-Length : 5¶¶", HttpViolation.SpaceBeforeColon),
        ("a field without a colon", MethodKind.Get, Ok + "X¶¶", HttpViolation.MissingColon),
        ("a field without a name", MethodKind.Get, Ok + ": x¶¶", HttpViolation.EmptyFieldName),
        ("a name that is no token", MethodKind.Get, Ok + "X(Y): x¶¶", HttpViolation.BadFieldName),
        ("a NUL in a value", MethodKind.Get, Ok + "X: \0¶¶", HttpViolation.ControlByte),

        // Framing
        ("Content-Length and Transfer-Encoding", MethodKind.Get, Ok + "Content-Length: 5¶Transfer-Encoding: chunked¶¶", HttpViolation.ContentLengthWithTransferEncoding),
        ("both in answer to HEAD", MethodKind.Head, Ok + "Content-Length: 5¶Transfer-Encoding: chunked¶¶", HttpViolation.ContentLengthWithTransferEncoding),
        ("two Content-Lengths", MethodKind.Get, Ok + "Content-Length: 5¶Content-Length: 6¶¶", HttpViolation.MultipleContentLength),
        ("two equal Content-Lengths", MethodKind.Get, Ok + "Content-Length: 5¶Content-Length: 5¶¶", HttpViolation.MultipleContentLength),
        ("a list of Content-Lengths", MethodKind.Get, Ok + "Content-Length: 5, 5¶¶", HttpViolation.BadContentLength),
        ("a signed Content-Length", MethodKind.Get, Ok + "Content-Length: +5¶¶", HttpViolation.BadContentLength),
        ("a negative Content-Length", MethodKind.Get, Ok + "Content-Length: -1¶¶", HttpViolation.BadContentLength),
        ("an empty Content-Length", MethodKind.Get, Ok + "Content-Length: ¶¶", HttpViolation.BadContentLength),
        ("a Content-Length of 2^63", MethodKind.Get, Ok + "Content-Length: 9223372036854775808¶¶", HttpViolation.BadContentLength),
        ("a bad Content-Length in answer to HEAD", MethodKind.Head, Ok + "Content-Length: x¶¶", HttpViolation.BadContentLength),
        ("a bad Content-Length with 304", MethodKind.Get, "HTTP/1.1 304 x¶Content-Length: x¶¶", HttpViolation.BadContentLength),
        ("Transfer-Encoding: identity", MethodKind.Get, Ok + "Transfer-Encoding: identity¶¶", HttpViolation.BadTransferEncoding),
        ("Transfer-Encoding: gzip, chunked", MethodKind.Get, Ok + "Transfer-Encoding: gzip, chunked¶¶", HttpViolation.BadTransferEncoding),
        ("Transfer-Encoding: chunked, chunked", MethodKind.Get, Ok + "Transfer-Encoding: chunked, chunked¶¶", HttpViolation.BadTransferEncoding),
        ("chunked twice", MethodKind.Get, Ok + "Transfer-Encoding: chunked¶Transfer-Encoding: chunked¶¶", HttpViolation.BadTransferEncoding),
        ("xchunked", MethodKind.Get, Ok + "Transfer-Encoding: xchunked¶¶", HttpViolation.BadTransferEncoding),
        ("Transfer-Encoding in HTTP/1.0", MethodKind.Get, "HTTP/1.0 200 OK¶Transfer-Encoding: chunked¶¶", HttpViolation.TransferEncodingInHttp10),
        ("204 with a length", MethodKind.Get, "HTTP/1.1 204 x¶Content-Length: 5¶¶", HttpViolation.BodyNotAllowed),
        ("204 with chunks", MethodKind.Get, "HTTP/1.1 204 x¶Transfer-Encoding: chunked¶¶", HttpViolation.BodyNotAllowed),
        ("100 with a length", MethodKind.Post, "HTTP/1.1 100 x¶Content-Length: 5¶¶", HttpViolation.BodyNotAllowed),
        ("103 with chunks", MethodKind.Get, "HTTP/1.1 103 x¶Transfer-Encoding: chunked¶¶", HttpViolation.BodyNotAllowed),
        ("101 with a length", MethodKind.Get, "HTTP/1.1 101 x¶Connection: Upgrade¶Upgrade: websocket¶Content-Length: 5¶¶", HttpViolation.BodyNotAllowed),
        ("101 without Upgrade", MethodKind.Get, "HTTP/1.1 101 x¶Connection: Upgrade¶¶", HttpViolation.UpgradeWithoutProtocol),
        ("101 without Connection", MethodKind.Get, "HTTP/1.1 101 x¶Upgrade: websocket¶¶", HttpViolation.UpgradeWithoutProtocol),

        // Connection and limits
        ("Connection nominates Set-Cookie", MethodKind.Get, Ok + "Connection: Set-Cookie¶¶", HttpViolation.ConnectionNamesEndToEndField),
        ("Connection nominates Content-Length", MethodKind.Get, Ok + "Content-Length: 5¶Connection: Content-Length¶¶", HttpViolation.ConnectionNamesEndToEndField),
        ("a Connection that is no list of tokens", MethodKind.Get, Ok + "Connection: @¶¶", HttpViolation.BadConnection),
        ("too many fields", MethodKind.Get, Ok + string.Concat(Enumerable.Range(1, 129).Select(i => $"f{i}: v¶")) + "¶", HttpViolation.TooManyFields),
        ("a line that is too long", MethodKind.Get, Ok + "X: " + new string('x', 17000), HttpViolation.FieldLineTooLong),
        ("a head that is too large", MethodKind.Get, Ok + string.Concat(Enumerable.Repeat("X: " + new string('x', 8000) + "¶", 5)), HttpViolation.HeadTooLarge),
    ];
}
