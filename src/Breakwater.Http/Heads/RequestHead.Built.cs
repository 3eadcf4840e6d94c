using System.Text;

namespace Breakwater.Http;

/// <content>Heads that are built from the fields of HTTP/2 and HTTP/3 (RFC 9113 §8.3, RFC 9114 §4.3).</content>
public sealed partial class RequestHead
{
    private bool _endOfStream;
    private bool _isWebSocketConnect;
    private int _cookies;

    /// <summary>
    /// Begins a head from the pseudo-header fields. It is laid out as HTTP/1.1 would be: a request line (with <c>HTTP/2.0</c> or
    /// <c>HTTP/3.0</c>), then Host from <paramref name="authority"/>. Whatever is wrong is remembered and said by <see cref="End"/>.
    /// The head must be clear.
    /// </summary>
    /// <param name="method">:method. CONNECT only with a <paramref name="protocol"/>.</param>
    /// <param name="target">:path, in origin-form or, for OPTIONS, asterisk-form.</param>
    /// <param name="version">HTTP/2 or HTTP/3.</param>
    /// <param name="authority">:authority; may be empty if a Host field follows.</param>
    /// <param name="scheme">:scheme, http or https.</param>
    /// <param name="protocol">:protocol of an extended CONNECT (RFC 8441 §4), else empty.</param>
    public void Begin(
        ReadOnlySpan<byte> method,
        ReadOnlySpan<byte> target,
        HttpVersion version,
        ReadOnlySpan<byte> authority,
        ReadOnlySpan<byte> scheme,
        ReadOnlySpan<byte> protocol = default)
    {
        if (HasStarted || version is not (HttpVersion.Http2 or HttpVersion.Http3))
        {
            throw new InvalidOperationException("A head is built on a clear one, for HTTP/2 or HTTP/3.");
        }

        Version = version;
        HttpViolation violation = BeginRequestLine(method, target, scheme, protocol);
        if (violation == HttpViolation.None && !authority.IsEmpty)
        {
            violation = AppendField("host"u8, authority);
        }

        if (violation != HttpViolation.None)
        {
            Refuse(violation);
        }
    }

    /// <summary>
    /// Adds a field. Names may come in any case and are kept so. Several Cookie fields become one (RFC 9113 §8.2.3). A Host field must
    /// agree with the authority.
    /// </summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Status == ReadStatus.Invalid)
        {
            return;
        }

        HttpViolation violation = KnownFields.Find(name) switch
        {
            KnownField.Cookie => AddCookie(name, value),
            KnownField.Host => AddHost(name, value),
            KnownField.Te => HeaderTokens.Contains(value, "trailers"u8) && Octets.Trim(value).Length == 8
                ? AppendField(name, value)
                : HttpViolation.ConnectionSpecificField,
            var field when KnownFields.HopByHop.Contains(field) => HttpViolation.ConnectionSpecificField,
            _ => AppendField(name, value),
        };

        if (violation != HttpViolation.None)
        {
            Refuse(violation);
        }
    }

    /// <summary>Ends the head and checks it as strictly as one that was read.</summary>
    /// <param name="endOfStream">Whether the request is known to have no body.</param>
    /// <returns><see cref="ReadStatus.Complete"/> or <see cref="ReadStatus.Invalid"/>.</returns>
    public ReadStatus End(bool endOfStream)
    {
        _endOfStream = endOfStream;
        if (Status != ReadStatus.Invalid && _cookies > 1 && JoinFields(KnownField.Cookie, "; "u8) is var violation and not HttpViolation.None)
        {
            return Refuse(violation);
        }

        return Complete();
    }

    private void ClearBuilt()
    {
        _endOfStream = false;
        _isWebSocketConnect = false;
        _cookies = 0;
    }

    private HttpViolation BeginRequestLine(
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> protocol)
    {
        int lineLength = method.Length + target.Length + 12;
        if (lineLength > Limits.MaxLine || lineLength + 2 > Limits.MaxBytes)
        {
            return HttpViolation.TargetTooLong;
        }

        Append(method);
        Append(" "u8);
        Append(target);
        Append(Version == HttpVersion.Http2 ? " HTTP/2.0\r\n"u8 : " HTTP/3.0\r\n"u8);
        HttpViolation violation = Octets.IsToken(method) ? ReadMethod(method) : HttpViolation.BadMethod;
        if (violation == HttpViolation.None && MethodKind == MethodKind.Connect && protocol.IsEmpty)
        {
            violation = HttpViolation.ConnectRefused;
        }

        if (violation == HttpViolation.None
            && (target.ContainsAny(Octets.Control) || !IsHttpScheme(scheme) || (!protocol.IsEmpty && MethodKind != MethodKind.Connect)))
        {
            violation = HttpViolation.BadTarget;
        }

        if (violation == HttpViolation.None)
        {
            violation = ReadTarget(Bytes[..(method.Length + 1 + target.Length)], method.Length + 1);
        }

        _isWebSocketConnect = Ascii.EqualsIgnoreCase(protocol, "websocket"u8);
        return violation == HttpViolation.None && TargetForm == TargetForm.Absolute ? HttpViolation.BadTarget : violation;
    }

    /// <summary>The body of a stream ends with the stream; where that is known already, it must agree with Content-Length.</summary>
    private HttpViolation ReadStreamFraming()
    {
        if (_endOfStream)
        {
            return ContentLength > 0 ? HttpViolation.BadContentLength : HttpViolation.None;
        }

        Framing = ContentLength < 0 ? BodyFraming.UntilClose : BodyFraming.Length;
        return HttpViolation.None;
    }

    private HttpViolation AddHost(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        !TryGet(KnownField.Host, out ReadOnlySpan<byte> authority) ? AppendField(name, value)
        : Ascii.EqualsIgnoreCase(authority, Octets.Trim(value)) ? HttpViolation.None
        : HttpViolation.HostMismatch;

    /// <summary>Clients send their cookies one behind the other, which joins them in place; scattered ones are joined at the end.</summary>
    private HttpViolation AddCookie(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count > 0 && Known(Count - 1) == KnownField.Cookie)
        {
            return ExtendLastField("; "u8, value);
        }

        _cookies++;
        return AppendField(name, value);
    }
}
