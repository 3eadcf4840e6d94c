using System.Globalization;

namespace Breakwater.Edge.Errors;

/// <summary>Formats what a page shows of its request.</summary>
internal static class PageValues
{
    /// <summary>Bytes of a time: RFC 3339 in UTC, to the second.</summary>
    public const int TimeLength = 20;

    /// <summary>The most that <see cref="EscapeHost"/> writes.</summary>
    public const int MaxHostLength = MaxHost * 6 + 3;

    // As long as a name in DNS can be.
    private const int MaxHost = 253;

    /// <summary>Writes a time.</summary>
    public static void FormatTime(DateTimeOffset time, Span<byte> destination)
    {
        // The standard format "s" has a way of its own in the runtime, which costs a fifth of a custom one.
        time.UtcDateTime.TryFormat(destination, out int length, "s", CultureInfo.InvariantCulture);
        destination[length] = (byte)'Z';
    }

    /// <summary>
    /// Writes a host so that it is text and nothing else in the form that it goes into, whatever bytes it is made of: what is not visible
    /// ASCII becomes a question mark, and no more than a DNS name's length is shown.
    /// </summary>
    public static int EscapeHost(ReadOnlySpan<byte> host, PageFormat format, Span<byte> destination)
    {
        int length = 0;
        foreach (byte letter in host[..Math.Min(host.Length, MaxHost)])
        {
            ReadOnlySpan<byte> escaped = letter switch
            {
                (byte)'&' when format == PageFormat.Html => "&amp;"u8,
                (byte)'<' when format == PageFormat.Html => "&lt;"u8,
                (byte)'>' when format == PageFormat.Html => "&gt;"u8,
                (byte)'"' when format == PageFormat.Html => "&quot;"u8,
                (byte)'\'' when format == PageFormat.Html => "&#39;"u8,
                (byte)'"' when format == PageFormat.Json => "\\\""u8,
                (byte)'\\' when format == PageFormat.Json => "\\\\"u8,
                <= (byte)' ' or >= 0x7F => "?"u8,
                _ => [],
            };
            if (escaped.IsEmpty)
            {
                destination[length++] = letter;
            }
            else
            {
                escaped.CopyTo(destination[length..]);
                length += escaped.Length;
            }
        }

        if (host.Length > MaxHost)
        {
            "..."u8.CopyTo(destination[length..]);
            length += 3;
        }
        else if (host.IsEmpty)
        {
            destination[length++] = (byte)'-';
        }

        return length;
    }
}
