namespace Breakwater.Http;

/// <summary>The words and the status code for each <see cref="HttpViolation"/>. Immutable.</summary>
public static class HttpViolations
{
    /// <summary>One sentence for people, with the RFC section that decides.</summary>
    public static string Describe(HttpViolation violation) => violation switch
    {
        HttpViolation.None => "Nothing is wrong.",
        HttpViolation.BareLf => "A line ends in LF without CR (RFC 9112 §2.2).",
        HttpViolation.BareCr => "A CR is not followed by LF (RFC 9112 §2.2).",
        HttpViolation.ObsFold => "A field line continues on a second line (RFC 9112 §5.2).",
        HttpViolation.LeadingWhitespace => "The first field line begins with whitespace (RFC 9112 §2.2).",
        HttpViolation.SpaceBeforeColon => "Whitespace stands between a field name and its colon (RFC 9112 §5.1).",
        HttpViolation.ControlByte => "The head contains a control byte (RFC 9110 §5.5).",
        HttpViolation.BadMethod => "The method is not a token (RFC 9112 §3.1).",
        HttpViolation.MethodTooLong => "The method is longer than any known one (RFC 9112 §3).",
        HttpViolation.BadTarget => "The request target is not in origin-, absolute- or asterisk-form, or contains a space (RFC 9112 §3.2).",
        HttpViolation.TargetTooLong => "The request target is longer than the limit (RFC 9112 §3).",
        HttpViolation.UserinfoInTarget => "The request target contains a user name or password (RFC 9110 §4.2.4).",
        HttpViolation.FragmentInTarget => "The request target contains a fragment (RFC 9112 §3.2).",
        HttpViolation.BadVersion => "The HTTP version is missing or malformed (RFC 9112 §2.3).",
        HttpViolation.UnsupportedVersion => "Only HTTP/1.0 and HTTP/1.1 are spoken here (RFC 9110 §15.6.6).",
        HttpViolation.ConnectRefused => "CONNECT is not served: this is not a forward proxy (RFC 9110 §9.3.6).",
        HttpViolation.TraceRefused => "TRACE is not served: it would echo secrets (RFC 9110 §9.3.8).",
        HttpViolation.BadStatusLine => "The status line is malformed (RFC 9112 §4).",
        HttpViolation.HeadTooLarge => "The message head is larger than the limit (RFC 6585 §5).",
        HttpViolation.TooManyFields => "The message head has more fields than the limit (RFC 6585 §5).",
        HttpViolation.FieldLineTooLong => "A field line is longer than the limit (RFC 6585 §5).",
        HttpViolation.MissingColon => "A field line has no colon (RFC 9112 §5).",
        HttpViolation.EmptyFieldName => "A field line has no name (RFC 9112 §5).",
        HttpViolation.BadFieldName => "A field name is not a token (RFC 9110 §5.1).",
        HttpViolation.MissingHost => "The request has no Host field (RFC 9112 §3.2).",
        HttpViolation.MultipleHost => "The request has several Host fields (RFC 9112 §3.2).",
        HttpViolation.BadHost => "The Host field or the target's authority is not a valid host and port (RFC 9112 §3.2).",
        HttpViolation.HostMismatch => "The request target and the Host field name different hosts (RFC 9112 §3.2.2).",
        HttpViolation.MultipleContentLength => "The message has several Content-Length fields (RFC 9112 §6.3).",
        HttpViolation.BadContentLength => "Content-Length is not a plain decimal number (RFC 9110 §8.6).",
        HttpViolation.ContentLengthWithTransferEncoding => "Content-Length and Transfer-Encoding are both present (RFC 9112 §6.1).",
        HttpViolation.BadTransferEncoding => "Transfer-Encoding is not exactly \"chunked\" (RFC 9112 §6.1).",
        HttpViolation.TransferEncodingInHttp10 => "An HTTP/1.0 message has a Transfer-Encoding (RFC 9112 §6.1).",
        HttpViolation.BodyNotAllowed => "A response that cannot have a body announces one (RFC 9112 §6.3).",
        HttpViolation.BadConnection => "The Connection field is not a short list of tokens (RFC 9110 §7.6.1).",
        HttpViolation.ConnectionNamesEndToEndField => "The Connection field names a field that is meant for all recipients (RFC 9110 §7.6.1).",
        HttpViolation.ConnectionSpecificField => "A field that belongs to HTTP/1.1 connections came over HTTP/2 or HTTP/3 (RFC 9113 §8.2.2).",
        HttpViolation.BadExpectation => "The Expect field is not exactly \"100-continue\" (RFC 9110 §10.1.1).",
        HttpViolation.UpgradeWithBody => "A request to upgrade to WebSocket has a body (RFC 6455 §4.1).",
        HttpViolation.BytesBeforeUpgrade => "Bytes follow a request to upgrade to WebSocket before it is answered (RFC 9110 §7.8).",
        HttpViolation.UpgradeWithoutProtocol => "A 101 response does not name the protocol it switches to (RFC 9110 §15.2.2).",
        HttpViolation.BadChunkSize => "A chunk size is not hexadecimal digits alone (RFC 9112 §7.1).",
        HttpViolation.ChunkSizeOverflow => "A chunk size is too large (RFC 9112 §7.1).",
        HttpViolation.BadChunkExtension => "A chunk extension is malformed (RFC 9112 §7.1.1).",
        HttpViolation.ChunkLineTooLong => "Chunk extensions are longer than the limit (RFC 9112 §7.1.1).",
        HttpViolation.BadChunkEnd => "Chunk data are not followed by CRLF (RFC 9112 §7.1).",
        HttpViolation.BadTrailer => "A trailer field is one that may not come in trailers (RFC 9110 §6.5.1).",
        HttpViolation.TrailersTooLarge => "The trailers are larger than the limit (RFC 6585 §5).",
        _ => throw new ArgumentOutOfRangeException(nameof(violation)),
    };

    /// <summary>The status that a request with this violation is answered with. (A response with one becomes 502.)</summary>
    public static int StatusCode(HttpViolation violation) => violation switch
    {
        HttpViolation.ConnectRefused or HttpViolation.TraceRefused => 405,
        HttpViolation.TargetTooLong => 414,
        HttpViolation.BadExpectation => 417,
        HttpViolation.HeadTooLarge or HttpViolation.TooManyFields or HttpViolation.FieldLineTooLong
            or HttpViolation.TrailersTooLarge => 431,
        HttpViolation.MethodTooLong => 501,
        HttpViolation.UnsupportedVersion => 505,
        _ => 400,
    };
}
