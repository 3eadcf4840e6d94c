using System.Text;

namespace Breakwater.Http;

/// <summary>
/// What the heads of requests and responses have in common: version, framing of the body, persistence, hop-by-hop fields.
/// Owned by one connection.
/// </summary>
public abstract class MessageHead : FieldBlock
{
    /// <summary>A Connection field with more options than this is an attack, not a message.</summary>
    internal const int MaxConnectionOptions = 32;

    private protected MessageHead(HeadLimits limits)
        : base(limits)
    {
    }

    /// <summary>The version of the message.</summary>
    public HttpVersion Version { get; private protected set; }

    /// <summary>How the end of the body is found.</summary>
    public BodyFraming Framing { get; private protected set; }

    /// <summary>The value of Content-Length, or -1 where there is none. Responses without a body may have one too (HEAD, 304).</summary>
    public long ContentLength { get; private protected set; } = -1;

    /// <summary>Whether the connection may serve another message after this one (RFC 9112 §9.3).</summary>
    public bool KeepAlive { get; private protected set; }

    private protected bool ConnectionClose { get; private set; }

    private protected bool ConnectionKeepAlive { get; private set; }

    private protected bool ConnectionUpgrade { get; private set; }

    private protected override bool HasStartLine => true;

    private protected bool IsHttp1 => Version is HttpVersion.Http10 or HttpVersion.Http11;

    /// <summary>
    /// Whether field <paramref name="i"/> concerns this connection only and must not be passed on: Connection, Keep-Alive,
    /// Proxy-Connection, TE, Transfer-Encoding, Upgrade, HTTP2-Settings and every field that Connection nominates (RFC 9110 §7.6.1).
    /// A Connection field that nominates a known end-to-end field (Host, Content-Length, Cookie, Authorization, X-Forwarded-For…)
    /// would take it out of the message on the way; no honest sender does that, so such a head is refused.
    /// </summary>
    public bool IsHopByHop(int i) => LineAt(i).HopByHop;

    /// <summary>
    /// Copies the field lines that are passed on, as they came and in order, and without the empty line that ends a head.
    /// </summary>
    /// <param name="destination">Room for at least <c>Bytes.Length</c> bytes is always enough.</param>
    /// <param name="except">End-to-end fields to leave out as well, because the caller writes them anew.</param>
    /// <returns>The number of bytes written.</returns>
    public int CopyEndToEnd(Span<byte> destination, KnownFieldSet except = default)
    {
        ReadOnlySpan<FieldLine> lines = Lines;
        int written = 0;
        int i = 0;
        while (i < lines.Length)
        {
            if (lines[i].HopByHop || except.Contains(lines[i].Known))
            {
                i++;
                continue;
            }

            int runStart = lines[i].Start;
            int runEnd = lines[i].End;
            while (++i < lines.Length && !lines[i].HopByHop && !except.Contains(lines[i].Known))
            {
                runEnd = lines[i].End;
            }

            Bytes[runStart..runEnd].CopyTo(destination[written..]);
            written += runEnd - runStart;
        }

        return written;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        Version = HttpVersion.Http10;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = false;
        ConnectionClose = false;
        ConnectionKeepAlive = false;
        ConnectionUpgrade = false;
    }

    /// <summary>
    /// Version text of exactly eight bytes. Anything well-formed but 1.0 and 1.1 is unsupported; HTTP/0.9 is not well-formed, for its
    /// messages did not name a version.
    /// </summary>
    private protected HttpViolation ReadVersion(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("HTTP/1.1"u8))
        {
            Version = HttpVersion.Http11;
            return HttpViolation.None;
        }

        if (text.SequenceEqual("HTTP/1.0"u8))
        {
            Version = HttpVersion.Http10;
            return HttpViolation.None;
        }

        bool wellFormed = text.Length == 8 && text.StartsWith("HTTP/"u8)
            && Octets.IsDigit(text[5]) && text[5] != '0' && text[6] == '.' && Octets.IsDigit(text[7]);
        return wellFormed ? HttpViolation.UnsupportedVersion : HttpViolation.BadVersion;
    }

    /// <summary>Content-Length and Transfer-Encoding: each at most once, never both, nothing but the plain forms (RFC 9112 §6).</summary>
    private protected HttpViolation ReadFraming()
    {
        int length = IndexOf(KnownField.ContentLength);
        int coding = IndexOf(KnownField.TransferEncoding);
        if (coding >= 0)
        {
            if (Version == HttpVersion.Http10)
            {
                return HttpViolation.TransferEncodingInHttp10;
            }

            if (length >= 0)
            {
                return HttpViolation.ContentLengthWithTransferEncoding;
            }

            if (IndexOf(KnownField.TransferEncoding, coding + 1) >= 0 || !Ascii.EqualsIgnoreCase(Value(coding), "chunked"u8))
            {
                return HttpViolation.BadTransferEncoding;
            }

            Framing = BodyFraming.Chunked;
        }
        else if (length >= 0)
        {
            if (IndexOf(KnownField.ContentLength, length + 1) >= 0)
            {
                return HttpViolation.MultipleContentLength;
            }

            if (!TryParseLength(Value(length), out long value))
            {
                return HttpViolation.BadContentLength;
            }

            ContentLength = value;
            Framing = BodyFraming.Length;
        }

        return HttpViolation.None;
    }

    /// <summary>1*DIGIT, at most 19 of them and within 63 bits.</summary>
    internal static bool TryParseLength(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 19)
        {
            return false;
        }

        ulong sum = 0;
        foreach (byte digit in text)
        {
            if (!Octets.IsDigit(digit))
            {
                return false;
            }

            sum = sum * 10 + (uint)(digit - '0');
        }

        value = (long)sum;
        return value >= 0;
    }

    /// <summary>Reads the Connection options and marks the hop-by-hop fields.</summary>
    private protected HttpViolation ReadConnection()
    {
        int options = 0;
        for (int i = IndexOf(KnownField.Connection); i >= 0; i = IndexOf(KnownField.Connection, i + 1))
        {
            foreach (ReadOnlySpan<byte> option in HeaderTokens.Enumerate(Value(i)))
            {
                if (++options > MaxConnectionOptions || !Octets.IsToken(option))
                {
                    return HttpViolation.BadConnection;
                }

                if (!ReadConnectionOption(option))
                {
                    return HttpViolation.ConnectionNamesEndToEndField;
                }
            }
        }

        return HttpViolation.None;
    }

    private bool ReadConnectionOption(ReadOnlySpan<byte> option)
    {
        if (Ascii.EqualsIgnoreCase(option, "close"u8))
        {
            ConnectionClose = true;
            return true;
        }

        KnownField field = KnownFields.Find(option);
        switch (field)
        {
            case KnownField.None:
                NominateUnknown(option);
                return true;
            case KnownField.KeepAlive:
                ConnectionKeepAlive = true;
                return true;
            case KnownField.Upgrade:
                ConnectionUpgrade = true;
                return true;
            default:
                return KnownFields.HopByHop.Contains(field);
        }
    }

    private void NominateUnknown(ReadOnlySpan<byte> name)
    {
        for (int i = IndexOf(name); i >= 0; i = IndexOf(name, i + 1))
        {
            LineAt(i).HopByHop = true;
        }
    }
}
