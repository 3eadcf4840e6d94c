using System.Buffers;
using System.Security.Authentication;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Rules;
using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>
/// A line of the access log as a JSON object. A member that does not apply is left out. The members are described in docs/logs.md, which
/// a test holds to this. Immutable.
/// </summary>
internal sealed class JsonLine : LogLine
{
    // What stands in a JSON string as it is.
    private static readonly SearchValues<char> PlainText = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(value => (char)value).Where(value => value is not ('"' or '\\'))]);

    private readonly SecretNames _secrets;
    private readonly byte[][] _headers;

    // "name":" of each header, with the comma that stands before all but the first.
    private readonly byte[][] _headerStarts;

    private readonly byte[][] _secretHeaders;

    /// <param name="secrets">Names of arguments, and of cookies, whose values are not written.</param>
    /// <param name="headers">Further request fields to write.</param>
    /// <param name="secretHeaders">Fields, in lower case, that no rule makes it write.</param>
    public JsonLine(SecretNames secrets, IEnumerable<byte[]> headers, IEnumerable<byte[]>? secretHeaders = null)
    {
        _secrets = secrets;
        _secretHeaders = [.. secretHeaders ?? []];
        _headers = [.. headers.Take(LogLimits.Headers)];
        _headerStarts = [.. _headers.Select(StartOf)];
    }

    /// <inheritdoc/>
    public override string SecondsFormat => "yyyy-MM-dd'T'HH:mm:ss";

    /// <inheritdoc/>
    public override void Write(ref LineBuilder line, Exchange exchange, DateTime start, LogSeconds seconds)
    {
        line.Append("{\"time\":\""u8);
        line.Append(seconds.Text(start));
        int millis = start.Millisecond;
        line.Append([(byte)'.', (byte)('0' + millis / 100), (byte)('0' + millis / 10 % 10), (byte)('0' + millis % 10)]);
        line.Append("Z\",\"ray\":\""u8);
        Span<byte> ray = stackalloc byte[RayId.Length];
        exchange.Ray.Format(ray);
        line.Append(ray);
        line.Append((byte)'"');
        WriteClient(ref line, exchange);
        WriteRequest(ref line, exchange);
        WriteOutcome(ref line, exchange.Record);
        WriteConnection(ref line, exchange.Connection);
        WriteFields(ref line, exchange.Request);
        if (exchange.RulesIfAny?.LogFields is { } custom)
        {
            WriteCustom(ref line, exchange, custom);
        }

        line.Append("}\n"u8);
    }

    private static void WriteClient(ref LineBuilder line, Exchange exchange)
    {
        WriteText(ref line, ",\"zone\":\""u8, exchange.Zone?.Name);
        line.Append(",\"generation\":"u8);
        line.Append(exchange.Generation?.Number ?? 0);
        line.Append(",\"client\":\""u8);
        ClientConnection connection = exchange.Connection;
        if (exchange.ClientAddress == connection.Peer.Address)
        {
            line.Append(connection.Peer.Text);
        }
        else
        {
            line.Append(exchange.ClientAddress);
        }

        line.Append("\",\"peer\":\""u8);
        line.Append(connection.Peer.Text);
        line.Append("\",\"peer_port\":"u8);
        line.Append(connection.PeerPort);
    }

    private void WriteRequest(ref LineBuilder line, Exchange exchange)
    {
        RequestHead request = exchange.Request;
        if (!request.Method.IsEmpty)
        {
            line.Append(",\"method\":\""u8);
            LogText<JsonText>.AppendCut(ref line, request.Method, LogLimits.Method);
            line.Append((byte)'"');
        }

        line.Append(exchange.IsHttps ? ",\"scheme\":\"https\""u8 : ",\"scheme\":\"http\""u8);
        ReadOnlySpan<byte> host = request.Authority;
        if (!host.IsEmpty || request.TryGet(KnownField.Host, out host))
        {
            line.Append(",\"host\":\""u8);
            LogText<JsonText>.AppendCut(ref line, host, LogLimits.Host);
            line.Append((byte)'"');
        }

        if (!request.Target.IsEmpty)
        {
            line.Append(",\"target\":\""u8);
            LogText<JsonText>.AppendUrl(ref line, request.Target, _secrets, LogLimits.Target);
            line.Append((byte)'"');
        }

        line.Append(",\"protocol\":\""u8);
        line.Append(Protocols.Name(request.Version));
        line.Append((byte)'"');
    }

    private static void WriteOutcome(ref LineBuilder line, in ExchangeRecord record)
    {
        if (record.Status != 0)
        {
            line.Append(",\"status\":"u8);
            line.Append(record.Status);
        }

        line.Append(",\"end\":\""u8);
        line.Append(WordsOf<ExchangeEnd>.Bytes((int)record.End));
        if (record.Violation != HttpViolation.None)
        {
            line.Append("\",\"violation\":\""u8);
            line.Append(WordsOf<HttpViolation>.Bytes((int)record.Violation));
        }

        line.Append("\",\"bytes_in\":"u8);
        line.Append(record.RequestBodyBytes);
        line.Append(",\"bytes_out\":"u8);
        line.Append(record.ResponseBodyBytes);
        line.Append(",\"duration_ms\":"u8);
        line.AppendMillis(record.EndMicros - record.StartMicros);
        if (record.Origin is { } origin)
        {
            WriteText(ref line, ",\"origin\":\""u8, origin.Name);
            line.Append(",\"attempts\":"u8);
            line.Append(record.Attempts);
            line.Append(record.OriginConnectionReused ? ",\"origin_reused\":true"u8 : ",\"origin_reused\":false"u8);
        }

        if (record.OriginStatus != 0)
        {
            line.Append(",\"origin_status\":"u8);
            line.Append(record.OriginStatus);
        }

        if (record.OriginHeadMicros != 0)
        {
            line.Append(",\"origin_ms\":"u8);
            line.AppendMillis(record.OriginHeadMicros - record.OriginSentMicros);
        }
    }

    private static void WriteConnection(ref LineBuilder line, ClientConnection connection)
    {
        WriteText(ref line, ",\"listener\":\""u8, connection.Listener);
        line.Append(",\"connection\":"u8);
        line.Append(connection.Id);
        if (!connection.IsTls)
        {
            return;
        }

        line.Append(",\"tls\":\""u8);
        line.Append(TlsName(connection.TlsProtocol));
        line.Append((byte)'"');
        WriteText(ref line, ",\"cipher\":\""u8, connection.TlsCipher);
        WriteText(ref line, ",\"sni\":\""u8, connection.Sni);
        WriteText(ref line, ",\"ja4\":\""u8, connection.Ja4);
    }

    private void WriteFields(ref LineBuilder line, RequestHead request)
    {
        if (request.TryGet(KnownField.UserAgent, out ReadOnlySpan<byte> userAgent))
        {
            line.Append(",\"user_agent\":\""u8);
            LogText<JsonText>.AppendCut(ref line, userAgent, LogLimits.UserAgent);
            line.Append((byte)'"');
        }

        if (request.TryGet(KnownField.Referer, out ReadOnlySpan<byte> referer))
        {
            line.Append(",\"referer\":\""u8);
            LogText<JsonText>.AppendUrl(ref line, referer, _secrets, LogLimits.Referer);
            line.Append((byte)'"');
        }

        if (TraceContext.TryGetTraceId(request, out ReadOnlySpan<byte> traceId))
        {
            line.Append(",\"trace\":\""u8);
            line.Append(traceId);
            line.Append((byte)'"');
        }

        if (_headers.Length > 0)
        {
            WriteHeaders(ref line, request);
        }
    }

    private void WriteHeaders(ref LineBuilder line, RequestHead request)
    {
        bool first = true;
        for (int i = 0; i < _headers.Length; i++)
        {
            if (request.TryGet(_headers[i], out ReadOnlySpan<byte> value))
            {
                line.Append(first ? ",\"headers\":{"u8 : ","u8);
                line.Append(_headerStarts[i]);
                LogText<JsonText>.AppendCut(ref line, value, LogLimits.Header);
                line.Append((byte)'"');
                first = false;
            }
        }

        if (!first)
        {
            line.Append((byte)'}');
        }
    }

    /// <summary>What a rule asked for besides: an object for each of request fields, response fields and cookies.</summary>
    private void WriteCustom(ref LineBuilder line, Exchange exchange, CustomLogFields custom)
    {
        int open = 0;
        foreach (byte[] name in custom.RequestHeaders.AsSpan(0, Math.Min(custom.RequestHeaders.Length, LogLimits.Headers)))
        {
            if (!IsSecret(name) && exchange.Request.TryGet(name, out ReadOnlySpan<byte> value))
            {
                WriteMember(ref line, ref open, 1, name, value);
            }
        }

        foreach (byte[] name in custom.ResponseHeaders.AsSpan(0, Math.Min(custom.ResponseHeaders.Length, LogLimits.Headers)))
        {
            if (!IsSecret(name) && exchange.Values.ResponseFields is var fields && IndexOf(fields, name) is >= 0 and var i)
            {
                WriteMember(ref line, ref open, 2, name, fields.Value(i));
            }
        }

        foreach (byte[] name in custom.Cookies.AsSpan(0, Math.Min(custom.Cookies.Length, LogLimits.Headers)))
        {
            if (!_secrets.Match(name) && exchange.Values.Cookies is var cookies && IndexOf(cookies, name) is >= 0 and var i)
            {
                WriteMember(ref line, ref open, 3, name, cookies.Value(i));
            }
        }

        if (open != 0)
        {
            line.Append("}}"u8);
        }
    }

    private bool IsSecret(ReadOnlySpan<byte> name)
    {
        foreach (byte[] secret in _secretHeaders)
        {
            if (name.SequenceEqual(secret))
            {
                return true;
            }
        }

        return false;
    }

    private static int IndexOf(FieldIndex fields, ReadOnlySpan<byte> name)
    {
        int i = fields.Count - 1;
        while (i >= 0 && !fields.LowerName(i).SequenceEqual(name))
        {
            i--;
        }

        return i;
    }

    private static int IndexOf(CookieView cookies, ReadOnlySpan<byte> name)
    {
        int i = cookies.Count - 1;
        while (i >= 0 && !cookies.Name(i).SequenceEqual(name))
        {
            i--;
        }

        return i;
    }

    /// <param name="line">The line.</param>
    /// <param name="open">The group that is being written; 0 = none yet.</param>
    /// <param name="group">The member's group, from 1, in this order.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    private static void WriteMember(ref LineBuilder line, ref int open, int group, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (open != group)
        {
            line.Append(open == 0 ? ",\"custom\":{"u8 : "},"u8);
            line.Append(group switch { 1 => "\"request_headers\":{\""u8, 2 => "\"response_headers\":{\""u8, _ => "\"cookies\":{\""u8 });
            open = group;
        }
        else
        {
            line.Append(",\""u8);
        }

        JsonText.Append(ref line, name);
        line.Append("\":\""u8);
        LogText<JsonText>.AppendCut(ref line, value, LogLimits.Header);
        line.Append((byte)'"');
    }

    /// <summary>Writes a member whose value is a string of ours, such as a name from the configuration.</summary>
    private static void WriteText(ref LineBuilder line, scoped ReadOnlySpan<byte> start, string? text)
    {
        if (text is null)
        {
            return;
        }

        line.Append(start);
        if (text.Length <= LogLimits.Host && !text.AsSpan().ContainsAnyExcept(PlainText))
        {
            line.AppendAscii(text);
        }
        else
        {
            WriteOther(ref line, text);
        }

        line.Append((byte)'"');
    }

    private static void WriteOther(ref LineBuilder line, string text)
    {
        Span<byte> bytes = stackalloc byte[LogLimits.Host * 3];
        int length = Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, LogLimits.Host)), bytes);
        JsonText.Append(ref line, bytes[..length]);
    }

    private static ReadOnlySpan<byte> TlsName(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLSv1.2"u8,
        SslProtocols.Tls13 => "TLSv1.3"u8,
        _ => "other"u8,
    };

    private static byte[] StartOf(byte[] name)
    {
        byte[] buffer = new byte[name.Length * 6 + 4];
        LineBuilder start = new(buffer);
        start.Append((byte)'"');
        JsonText.Append(ref start, name);
        start.Append("\":\""u8);
        return buffer[..start.Length];
    }
}
