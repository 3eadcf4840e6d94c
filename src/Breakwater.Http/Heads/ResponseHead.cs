namespace Breakwater.Http;

/// <summary>
/// The head of a response: read from an HTTP/1.x origin with <see cref="Read"/>, or built from an HTTP/2 response with <c>Begin</c>,
/// <c>Add</c> and <c>End</c>. Reused for all responses of a connection, which owns it. As strict as <see cref="RequestHead"/>; the one
/// leniency is that the space before an empty reason phrase may be missing, which nobody can misread.
/// </summary>
public sealed class ResponseHead : MessageHead
{
    private MethodKind _requestMethod;
    private int _reasonStart;
    private int _reasonLength;
    private bool _endOfStream;

    /// <summary>Makes an empty head without a buffer.</summary>
    public ResponseHead(HeadLimits limits)
        : base(limits)
    {
    }

    /// <summary>The status code, 100 to 999.</summary>
    public int StatusCode { get; private set; }

    /// <summary>The reason phrase as it came; often empty.</summary>
    public ReadOnlySpan<byte> Reason => Bytes.Slice(_reasonStart, _reasonLength);

    /// <summary>Whether this is a 1xx response other than 101: the final one is still to come.</summary>
    public bool IsInterim => StatusCode is >= 100 and < 200 and not 101;

    /// <summary>Whether the origin switched to the protocol that Upgrade names (101). What follows is no longer HTTP.</summary>
    public bool UpgradeAccepted => StatusCode == 101;

    private protected override HttpViolation StartLineTooLong => HttpViolation.BadStatusLine;

    /// <summary>Reads on, like <see cref="RequestHead.Read"/>.</summary>
    /// <param name="data">The input that follows what was consumed before.</param>
    /// <param name="requestMethod">The method of the request that is answered: it decides about the body (RFC 9112 §6.3).</param>
    /// <param name="consumed">How much of the input belongs to the head.</param>
    public ReadStatus Read(ReadOnlySpan<byte> data, MethodKind requestMethod, out int consumed)
    {
        _requestMethod = requestMethod;
        return ReadLines(data, out consumed);
    }

    /// <summary>
    /// Begins the head of a response that came over HTTP/2 or HTTP/3. It is laid out as HTTP/1.1 would be, with <c>HTTP/2.0</c> or
    /// <c>HTTP/3.0</c> in its status line. The head must be clear.
    /// </summary>
    public void Begin(int statusCode, HttpVersion version)
    {
        if (!Bytes.IsEmpty || version is not (HttpVersion.Http2 or HttpVersion.Http3))
        {
            throw new InvalidOperationException("A head is built on a clear one, for HTTP/2 or HTTP/3.");
        }

        Version = version;
        StatusCode = statusCode;
        if (statusCode is < 100 or > 999 or 101)
        {
            Refuse(HttpViolation.BadStatusLine);
            return;
        }

        Append(version == HttpVersion.Http2 ? "HTTP/2.0 "u8 : "HTTP/3.0 "u8);
        Append([(byte)('0' + statusCode / 100), (byte)('0' + statusCode / 10 % 10), (byte)('0' + statusCode % 10), Octets.Space]);
        _reasonStart = Bytes.Length;
        Append("\r\n"u8);
    }

    /// <summary>Adds a field. What is wrong with it is remembered and said by <see cref="End"/>.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Status == ReadStatus.Invalid)
        {
            return;
        }

        HttpViolation violation = KnownFields.HopByHop.Contains(KnownFields.Find(name))
            ? HttpViolation.ConnectionSpecificField
            : AppendField(name, value);
        if (violation != HttpViolation.None)
        {
            Refuse(violation);
        }
    }

    /// <summary>Ends a head that was built, and checks it.</summary>
    /// <param name="requestMethod">The method of the request that is answered.</param>
    /// <param name="endOfStream">Whether the response is known to have no body.</param>
    public ReadStatus End(MethodKind requestMethod, bool endOfStream)
    {
        _requestMethod = requestMethod;
        _endOfStream = endOfStream;
        return Complete();
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _requestMethod = MethodKind.Other;
        _reasonStart = 0;
        _reasonLength = 0;
        _endOfStream = false;
        StatusCode = 0;
    }

    /// <summary>status-line = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 §4).</summary>
    private protected override HttpViolation ReadStartLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || line[8] != Octets.Space || (line.Length > 12 && line[12] != Octets.Space))
        {
            return HttpViolation.BadStatusLine;
        }

        HttpViolation violation = ReadVersion(line[..8]);
        if (violation != HttpViolation.None)
        {
            return violation;
        }

        if (!Octets.IsDigit(line[9]) || !Octets.IsDigit(line[10]) || !Octets.IsDigit(line[11]) || line[9] == '0')
        {
            return HttpViolation.BadStatusLine;
        }

        StatusCode = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
        _reasonStart = Math.Min(13, line.Length);
        _reasonLength = line.Length - _reasonStart;
        return HttpViolation.None;
    }

    private protected override HttpViolation Finish()
    {
        HttpViolation violation = ReadConnection();
        if (violation == HttpViolation.None)
        {
            violation = ReadFraming();
        }

        if (violation == HttpViolation.None)
        {
            violation = ReadBodyRule();
        }

        KeepAlive = !ConnectionClose && (Framing != BodyFraming.UntilClose || !IsHttp1) && StatusCode != 101
            && (Version != HttpVersion.Http10 || ConnectionKeepAlive);
        return violation == HttpViolation.None && StatusCode == 101 && !(ConnectionUpgrade && Has(KnownField.Upgrade))
            ? HttpViolation.UpgradeWithoutProtocol
            : violation;
    }

    /// <summary>
    /// RFC 9112 §6.3. 1xx and 204 end with their head and may not announce a body (RFC 9110 §8.6, RFC 9112 §6.1): peers disagree about
    /// the bytes that follow if they do. HEAD and 304 may carry the framing that a GET would have had.
    /// </summary>
    private HttpViolation ReadBodyRule()
    {
        if (StatusCode is < 200 or 204)
        {
            bool announced = Framing == BodyFraming.Chunked || ContentLength > 0;
            Framing = BodyFraming.None;
            return announced ? HttpViolation.BodyNotAllowed : HttpViolation.None;
        }

        if (_requestMethod == MethodKind.Head || StatusCode == 304)
        {
            Framing = BodyFraming.None;
        }
        else if (_endOfStream)
        {
            Framing = ContentLength < 0 ? BodyFraming.None : Framing;
            return ContentLength > 0 ? HttpViolation.BadContentLength : HttpViolation.None;
        }
        else if (Framing == BodyFraming.None)
        {
            Framing = BodyFraming.UntilClose;
        }

        return HttpViolation.None;
    }
}
