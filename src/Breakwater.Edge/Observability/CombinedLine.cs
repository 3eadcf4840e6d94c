using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The combined log format of Apache and nginx: <c>client - - [time] "request line" status bytes "referer" "user agent"</c>. Immutable.
/// </summary>
internal sealed class CombinedLine(SecretNames secrets) : LogLine
{
    /// <inheritdoc/>
    public override string SecondsFormat => "dd/MMM/yyyy:HH:mm:ss '+0000'";

    /// <inheritdoc/>
    public override void Write(ref LineBuilder line, Exchange exchange, DateTime start, LogSeconds seconds)
    {
        RequestHead request = exchange.Request;
        line.Append(exchange.ClientAddress);
        line.Append(" - - ["u8);
        line.Append(seconds.Text(start));
        line.Append("] \""u8);
        if (request.Method.IsEmpty)
        {
            line.Append((byte)'-');
        }
        else
        {
            LogText<CombinedText>.AppendCut(ref line, request.Method, LogLimits.Method);
            line.Append((byte)' ');
            LogText<CombinedText>.AppendUrl(ref line, request.Target, secrets, LogLimits.Target);
            line.Append((byte)' ');
            line.Append(Protocol(request.Version));
        }

        line.Append("\" "u8);
        line.Append(exchange.Record.Status);
        line.Append((byte)' ');
        line.Append(exchange.Record.ResponseBodyBytes);
        line.Append(" \""u8);
        if (request.TryGet(KnownField.Referer, out ReadOnlySpan<byte> referer))
        {
            LogText<CombinedText>.AppendUrl(ref line, referer, secrets, LogLimits.Referer);
        }
        else
        {
            line.Append((byte)'-');
        }

        line.Append("\" \""u8);
        LogText<CombinedText>.AppendCut(
            ref line, request.TryGet(KnownField.UserAgent, out ReadOnlySpan<byte> userAgent) ? userAgent : "-"u8, LogLimits.UserAgent);
        line.Append("\"\n"u8);
    }

    private static ReadOnlySpan<byte> Protocol(HttpVersion version) => version switch
    {
        HttpVersion.Http10 => "HTTP/1.0"u8,
        HttpVersion.Http11 => "HTTP/1.1"u8,
        HttpVersion.Http2 => "HTTP/2.0"u8,
        _ => "HTTP/3.0"u8,
    };
}
