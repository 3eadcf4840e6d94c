using System.Text;

namespace Breakwater.Http;

/// <summary>
/// The head of a request: read from HTTP/1.x bytes with <see cref="Read"/>, or built from the fields of an HTTP/2 or HTTP/3 request with
/// <c>Begin</c>, <c>Add</c> and <c>End</c>, and then the same to everyone behind. Reused for all requests of a connection, which owns it.
/// <para>
/// Strict by RFC 9112: whatever two implementations might read differently is refused. Where the RFC leaves a choice:
/// one empty line before the request is skipped; the target may contain any visible ASCII byte except <c>#</c>, and bytes from 0x80 up,
/// since browsers send such; an authority in the target must equal Host, though the RFC would let it win; an empty Host is refused.
/// </para>
/// </summary>
public sealed partial class RequestHead : MessageHead
{
    /// <summary>The longest method.</summary>
    internal const int MaxMethod = 64;

    private LeadingLine _leading;
    private int _methodLength;
    private Slice _target;
    private Slice _targetAuthority;
    private Slice _path;
    private Slice _query;
    private Slice _authority;
    private int _schemeLength;
    private int _hostNameLength;
    private bool _hasQuery;

    /// <summary>Makes an empty head without a buffer.</summary>
    public RequestHead(HeadLimits limits)
        : base(limits)
    {
    }

    private enum LeadingLine : byte
    {
        None,
        SawCr,
        Skipped,
    }

    /// <summary>The method as it came.</summary>
    public ReadOnlySpan<byte> Method => Bytes[.._methodLength];

    /// <summary>Which of the well-known methods it is.</summary>
    public MethodKind MethodKind { get; private set; }

    /// <summary>The request target as it came.</summary>
    public ReadOnlySpan<byte> Target => Of(_target);

    /// <summary>The form of the target.</summary>
    public TargetForm TargetForm { get; private set; }

    /// <summary>The scheme in an absolute target (<c>http</c> or <c>https</c>, as it came); empty for other forms and in HTTP/2.</summary>
    public ReadOnlySpan<byte> Scheme => Target[.._schemeLength];

    /// <summary>The authority that the request is for: the target's, else Host. Empty for an HTTP/1.0 request with neither.</summary>
    public ReadOnlySpan<byte> Authority => Of(_authority);

    /// <summary>The authority without its port; an IPv6 address keeps its brackets. Case is kept.</summary>
    public ReadOnlySpan<byte> HostName => Authority[.._hostNameLength];

    /// <summary>The port that the authority names, or -1.</summary>
    public int Port { get; private set; } = -1;

    /// <summary>The path as it came: <c>/</c> where an absolute target has none; empty in asterisk-form.</summary>
    public ReadOnlySpan<byte> Path => TargetForm == TargetForm.Absolute && _path.Length == 0 ? "/"u8 : Of(_path);

    /// <summary>
    /// Whether an absolute-form target of OPTIONS means the server itself: it has neither path nor query, and goes on as <c>*</c>
    /// (RFC 9112 §3.2.4).
    /// </summary>
    internal bool MeansWholeServer =>
        TargetForm == TargetForm.Absolute && _path.Length == 0 && !_hasQuery && MethodKind == MethodKind.Options;

    /// <summary>The query as it came, without its question mark.</summary>
    public ReadOnlySpan<byte> Query => Of(_query);

    /// <summary>Whether the target has a question mark, so that an empty query can be told from none.</summary>
    public bool HasQuery => _hasQuery;

    /// <summary>Whether the client waits for 100 (Continue) before it sends the body (RFC 9110 §10.1.1).</summary>
    public bool ExpectContinue { get; private set; }

    /// <summary>Whether an HTTP/1.1 request asks to change the protocol: Connection names Upgrade and Upgrade is there.</summary>
    public bool UpgradeRequested { get; private set; }

    /// <summary>Whether the request opens a WebSocket, by Upgrade (RFC 6455 §4.1) or by extended CONNECT (RFC 8441).</summary>
    public bool IsWebSocketUpgrade { get; private set; }

    /// <summary>Whether any byte of a request was received, an empty line before it aside.</summary>
    public bool HasStarted => !Bytes.IsEmpty;

    /// <summary>Whether nothing at all was received, not even a part of an empty line: a cleared head would read on just the same.</summary>
    public bool IsUntouched => Bytes.IsEmpty && _leading == LeadingLine.None;

    private protected override HttpViolation StartLineTooLong => HttpViolation.TargetTooLong;

    /// <summary>
    /// Whether a connection begins with the preface of HTTP/2, <c>PRI * HTTP/2.0…</c> (RFC 9113 §3.4).
    /// </summary>
    /// <param name="data">What the connection began with.</param>
    /// <param name="needMore">Whether the bytes so far agree with it, but are too few to tell.</param>
    public static bool IsHttp2Preface(ReadOnlySpan<byte> data, out bool needMore)
    {
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        needMore = data.Length < preface.Length && preface.StartsWith(data);
        return data.StartsWith(preface);
    }

    /// <summary>
    /// Reads on. The head keeps what it was given, so the input can be let go; bytes behind the head are not consumed.
    /// The verdict is the same however the input is split.
    /// </summary>
    /// <param name="data">The input that follows what was consumed before.</param>
    /// <param name="consumed">
    /// All of <paramref name="data"/> with <see cref="ReadStatus.NeedMore"/>; up to the end of the head with
    /// <see cref="ReadStatus.Complete"/>; without meaning with <see cref="ReadStatus.Invalid"/>.
    /// </param>
    public ReadStatus Read(ReadOnlySpan<byte> data, out int consumed)
    {
        int skipped = 0;
        if (!HasStarted && !data.IsEmpty && Status == ReadStatus.NeedMore)
        {
            HttpViolation violation = SkipEmptyLine(data, out skipped);
            if (violation == HttpViolation.None && skipped < data.Length && !Octets.IsTokenByte(data[skipped]))
            {
                violation = HttpViolation.BadMethod;
            }

            if (violation != HttpViolation.None)
            {
                consumed = 0;
                return Refuse(violation);
            }
        }

        ReadStatus status = ReadLines(data[skipped..], out consumed);
        consumed += skipped;
        return status;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _leading = LeadingLine.None;
        _methodLength = 0;
        _target = _targetAuthority = _path = _query = _authority = default;
        _schemeLength = 0;
        _hostNameLength = 0;
        _hasQuery = false;
        MethodKind = MethodKind.Other;
        TargetForm = TargetForm.Origin;
        Port = -1;
        ExpectContinue = false;
        UpgradeRequested = false;
        IsWebSocketUpgrade = false;
        ClearBuilt();
    }

    private protected override HttpViolation ReadStartLine(ReadOnlySpan<byte> line)
    {
        int methodLength = line.IndexOfAnyExcept(Octets.Token);
        if (methodLength <= 0 || line[methodLength] != Octets.Space)
        {
            return methodLength < 0 ? HttpViolation.BadTarget : HttpViolation.BadMethod;
        }

        int targetEnd = line.LastIndexOf(Octets.Space);
        if (targetEnd == methodLength)
        {
            return HttpViolation.BadVersion;
        }

        HttpViolation violation = ReadVersion(line[(targetEnd + 1)..]);
        if (violation == HttpViolation.None)
        {
            violation = ReadMethod(line[..methodLength]);
        }

        if (violation == HttpViolation.None && MethodKind == MethodKind.Connect)
        {
            // A target without a port is wrong whoever is asked (RFC 9110 §9.3.6).
            bool valid = UriAuthority.TryParse(line[(methodLength + 1)..targetEnd], out _, out int port) && port > 0;
            violation = valid ? HttpViolation.ConnectRefused : HttpViolation.BadTarget;
        }

        return violation == HttpViolation.None ? ReadTarget(line[..targetEnd], methodLength + 1) : violation;
    }

    private protected override HttpViolation Finish()
    {
        HttpViolation violation = ReadConnection();
        if (violation == HttpViolation.None)
        {
            violation = ReadFraming();
        }

        if (violation == HttpViolation.None && !IsHttp1)
        {
            violation = ReadStreamFraming();
        }

        if (violation == HttpViolation.None)
        {
            violation = ReadHost();
        }

        if (violation == HttpViolation.None)
        {
            violation = ReadExpectation();
        }

        KeepAlive = Version == HttpVersion.Http10 ? ConnectionKeepAlive && !ConnectionClose : !ConnectionClose;
        return violation == HttpViolation.None ? ReadUpgrade() : violation;
    }

    private ReadOnlySpan<byte> Of(Slice slice) => Bytes.Slice(slice.Start, slice.Length);

    /// <summary>A server should skip at least one empty line before a request (RFC 9112 §2.2): one is skipped, a second is an error.</summary>
    private HttpViolation SkipEmptyLine(ReadOnlySpan<byte> data, out int skipped)
    {
        skipped = 0;
        if (_leading == LeadingLine.None)
        {
            if (data[0] != Octets.Cr)
            {
                return data[0] == Octets.Lf ? HttpViolation.BareLf : HttpViolation.None;
            }

            _leading = LeadingLine.SawCr;
            skipped = 1;
        }

        if (_leading == LeadingLine.SawCr && skipped < data.Length)
        {
            if (data[skipped] != Octets.Lf)
            {
                return HttpViolation.BareCr;
            }

            _leading = LeadingLine.Skipped;
            skipped++;
        }

        return HttpViolation.None;
    }

    private HttpViolation ReadMethod(ReadOnlySpan<byte> method)
    {
        if (method.Length > MaxMethod)
        {
            return HttpViolation.MethodTooLong;
        }

        _methodLength = method.Length;
        MethodKind = KindOf(method);
        return MethodKind == MethodKind.Trace ? HttpViolation.TraceRefused : HttpViolation.None;
    }

    private static MethodKind KindOf(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 when method.SequenceEqual("GET"u8) => MethodKind.Get,
        3 when method.SequenceEqual("PUT"u8) => MethodKind.Put,
        4 when method.SequenceEqual("POST"u8) => MethodKind.Post,
        4 when method.SequenceEqual("HEAD"u8) => MethodKind.Head,
        5 when method.SequenceEqual("PATCH"u8) => MethodKind.Patch,
        5 when method.SequenceEqual("TRACE"u8) => MethodKind.Trace,
        6 when method.SequenceEqual("DELETE"u8) => MethodKind.Delete,
        7 when method.SequenceEqual("OPTIONS"u8) => MethodKind.Options,
        7 when method.SequenceEqual("CONNECT"u8) => MethodKind.Connect,
        _ => MethodKind.Other,
    };

    /// <summary>
    /// RFC 9110 §10.1.1 lets a server refuse an expectation that it does not know. All but one plain 100-continue are refused,
    /// because implementations disagree about the others. It has no meaning in HTTP/1.0 and where there is no body.
    /// </summary>
    private HttpViolation ReadExpectation()
    {
        int expect = IndexOf(KnownField.Expect);
        if (expect < 0)
        {
            return HttpViolation.None;
        }

        if (IndexOf(KnownField.Expect, expect + 1) >= 0 || !Ascii.EqualsIgnoreCase(Value(expect), "100-continue"u8))
        {
            return HttpViolation.BadExpectation;
        }

        ExpectContinue = Version != HttpVersion.Http10 && HasBody;
        return HttpViolation.None;
    }

    /// <summary>
    /// A WebSocket handshake is a GET without a body (RFC 6455 §4.1). With one, its bytes could be taken for the new protocol or for the
    /// next request. Any other Upgrade may be ignored (RFC 9110 §7.8) and is not passed on, so a body does no harm there.
    /// </summary>
    private HttpViolation ReadUpgrade()
    {
        if (_isWebSocketConnect)
        {
            IsWebSocketUpgrade = true;
            return HttpViolation.None;
        }

        UpgradeRequested = Version == HttpVersion.Http11 && ConnectionUpgrade && Has(KnownField.Upgrade);
        if (UpgradeRequested && NamesWebSocket())
        {
            if (HasBody)
            {
                return HttpViolation.UpgradeWithBody;
            }

            IsWebSocketUpgrade = MethodKind == MethodKind.Get;
        }

        return HttpViolation.None;
    }

    private bool HasBody => Framing is not (BodyFraming.None or BodyFraming.Length) || ContentLength > 0;

    private bool NamesWebSocket()
    {
        for (int i = IndexOf(KnownField.Upgrade); i >= 0; i = IndexOf(KnownField.Upgrade, i + 1))
        {
            if (HeaderTokens.Contains(Value(i), "websocket"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A part of the head.</summary>
    private readonly record struct Slice(int Start, int Length);
}
