using System.Buffers;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Observability;
using Breakwater.Http;
using Breakwater.Rules;

namespace Breakwater.Edge.Events;

/// <summary>
/// What is secret in a request: the values of query arguments and header fields by name, as the access log has them, and every cookie. Immutable.
/// </summary>
internal sealed class Redaction
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mark = "REDACTED";

    /// <summary>Bytes of a request's head that are kept.</summary>
    public const int MaxHead = 8 * 1024;

    /// <summary>Bytes of the head of an origin's response that are kept.</summary>
    public const int MaxResponseHead = 4 * 1024;

    private const int MaxTarget = 2048;
    private const int MaxHeader = 1024;

    private static readonly string[] AlwaysSecret = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

    private readonly SecretNames _arguments;
    private readonly SecretNames _headers;
    private readonly bool _cookies;

    private Redaction(IEnumerable<string> arguments, IEnumerable<string> headers, bool cookies)
    {
        _arguments = new SecretNames(arguments);
        _headers = new SecretNames(headers);
        _cookies = cookies;
    }

    /// <summary>Nothing is: for whoever brought the request himself.</summary>
    public static Redaction None { get; } = new([], [], cookies: false);

    /// <summary>As the access log has it.</summary>
    public static Redaction Of(AccessLogConfig config) => new(config.RedactQuery, config.RedactHeaders.Concat(AlwaysSecret), cookies: true);

    /// <summary>The value of a field as text.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value.</param>
    /// <param name="max">Bytes of it that are shown.</param>
    public string Text(FieldId field, ReadOnlySpan<byte> value, int max)
    {
        switch (field)
        {
            case FieldId.HttpCookie:
                return _cookies && !value.IsEmpty ? Mark : PlainText.Of(value, max);
            case FieldId.HttpRequestBodyRaw:
                return _cookies ? $"{value.Length} bytes" : PlainText.Of(value, max);
            case FieldId.HttpRequestUri or FieldId.HttpRequestFullUri or FieldId.RawHttpRequestUri or FieldId.RawHttpRequestFullUri or FieldId.HttpReferer:
                return PlainText.OfUrl(value, _arguments, max);
            case FieldId.HttpRequestUriQuery or FieldId.RawHttpRequestUriQuery:
                return Query(value, max);
            default:
                return PlainText.Of(value, max);
        }
    }

    /// <summary>The value of a named part of a field, such as a header or an argument, as text.</summary>
    public string Text(FieldId field, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int max) => field switch
    {
        FieldId.HttpRequestCookies when _cookies => Mark,
        FieldId.HttpRequestUriArgs or FieldId.RawHttpRequestUriArgs or FieldId.HttpRequestBodyForm or FieldId.HttpRequestBodyMultipart =>
            _arguments.Match(name) ? Mark : PlainText.Of(value, max),
        FieldId.HttpRequestHeaders or FieldId.HttpResponseHeaders or FieldId.RawHttpResponseHeaders => Header(name, value, max),
        _ => PlainText.Of(value, max),
    };

    /// <summary>A request's head, a line each. What does not fit is left out.</summary>
    public string Head(RequestHead request, out bool truncated)
    {
        byte[] room = ArrayPool<byte>.Shared.Rent(MaxHead);
        LineBuilder line = new(room.AsSpan(0, MaxHead));
        LogText<PlainText>.AppendCut(ref line, request.Method, LogLimits.Method);
        line.Append((byte)' ');
        LogText<PlainText>.AppendUrl(ref line, request.Target, _arguments, MaxTarget);
        line.Append((byte)' ');
        line.Append(Protocols.Name(request.Version));
        return Fields(ref line, request, room, out truncated);
    }

    /// <summary>A response's head as HTTP/1.1 has it, a line each. What does not fit is left out.</summary>
    public string Head(ResponseHead response, out bool truncated)
    {
        byte[] room = ArrayPool<byte>.Shared.Rent(MaxResponseHead);
        LineBuilder line = new(room.AsSpan(0, MaxResponseHead));
        line.Append("HTTP/1.1 "u8);
        line.Append(response.StatusCode);
        line.Append((byte)' ');
        LogText<PlainText>.AppendCut(ref line, response.Reason, LogLimits.Method);
        return Fields(ref line, response, room, out truncated);
    }

    private string Fields(ref LineBuilder line, MessageHead head, byte[] room, out bool truncated)
    {
        int length = line.Length;
        for (int i = 0; i < head.Count && !line.Overflowed; i++)
        {
            length = line.Length;
            line.Append((byte)'\n');
            LogText<PlainText>.AppendCut(ref line, head.Name(i), MaxHeader);
            line.Append(": "u8);
            if (_headers.Match(head.Name(i)))
            {
                line.Append("REDACTED"u8);
            }
            else if (IsUrl(head.Name(i)))
            {
                LogText<PlainText>.AppendUrl(ref line, head.Value(i), _arguments, MaxHeader);
            }
            else
            {
                LogText<PlainText>.AppendCut(ref line, head.Value(i), MaxHeader);
            }
        }

        truncated = line.Overflowed;
        string text = Encoding.UTF8.GetString(room.AsSpan(0, truncated ? length : line.Length));
        ArrayPool<byte>.Shared.Return(room);
        return text;
    }

    private static bool IsUrl(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "referer"u8) || Ascii.EqualsIgnoreCase(name, "location"u8)
        || Ascii.EqualsIgnoreCase(name, "content-location"u8);

    private string Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int max) =>
        _headers.Match(name) ? Mark
        : IsUrl(name) ? PlainText.OfUrl(value, _arguments, max)
        : PlainText.Of(value, max);

    private string Query(ReadOnlySpan<byte> query, int max)
    {
        int length = Math.Min(query.Length, max);
        byte[] url = ArrayPool<byte>.Shared.Rent(length + 1);
        url[0] = (byte)'?';
        query[..length].CopyTo(url.AsSpan(1));
        string text = PlainText.OfUrl(url.AsSpan(0, length + 1), _arguments, max + 1)[1..];
        ArrayPool<byte>.Shared.Return(url);
        return length < query.Length ? text + "\u2026" : text;
    }
}
