using System.Text;

namespace Breakwater.Edge.Errors;

/// <summary>The header fields of the edge's own pages, written out beforehand. Immutable.</summary>
internal static class PageFields
{
    private const string NotStored = "Cache-Control: no-store\r\nVary: Accept\r\nX-Content-Type-Options: nosniff\r\n";
    private const string RetryLine = "Retry-After: 5\r\n";
    private const string AllowLine = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";

    // The built-in page needs its own inline style and nothing else.
    private const string PolicyLine = "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'\r\n";

    private static readonly byte[][] Plain = ForEachStatus("Content-Type: text/plain; charset=utf-8\r\n");
    private static readonly byte[][] Html = ForEachStatus("Content-Type: text/html; charset=utf-8\r\n" + PolicyLine);
    private static readonly byte[][] Json = ForEachStatus("Content-Type: application/problem+json\r\n");
    private static readonly byte[][] Custom = ForEachStatus("Content-Type: text/html; charset=utf-8\r\n");

    /// <summary>The fields of a built-in page.</summary>
    public static ReadOnlyMemory<byte> BuiltIn(PageFormat format, int status) => format switch
    {
        PageFormat.Html => Html[Variant(status)],
        PageFormat.Json => Json[Variant(status)],
        _ => Plain[Variant(status)],
    };

    /// <summary>The fields of a zone's own page.</summary>
    public static ReadOnlyMemory<byte> OfZone(int status) => Custom[Variant(status)];

    /// <summary>503 says when to come back (RFC 9110 §15.6.4), 405 what is allowed (§15.5.6).</summary>
    private static int Variant(int status) => status switch { 503 => 1, 405 => 2, _ => 0 };

    private static byte[][] ForEachStatus(string typeLines) =>
    [
        Encoding.ASCII.GetBytes(typeLines + NotStored),
        Encoding.ASCII.GetBytes(typeLines + NotStored + RetryLine),
        Encoding.ASCII.GetBytes(typeLines + NotStored + AllowLine),
    ];
}
