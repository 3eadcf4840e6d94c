using System.Globalization;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>
/// A request or response as a slow, plain and strict reading of RFC 9112 finds it at the start of some text (one character a byte). It is
/// the judge of what an edge sends, written without a look at how an edge reads. Immutable.
/// </summary>
internal sealed record Http1Message(string StartLine, string[] FieldLines, string Body)
{
    private const string TokenSymbols = "!#$%&'*+-.^_`|~";

    /// <summary>The values of all lines with this name, without the whitespace around them.</summary>
    public IEnumerable<string> Values(string name) =>
        from line in FieldLines
        let colon = line.IndexOf(':', StringComparison.Ordinal)
        where line[..colon].Equals(name, StringComparison.OrdinalIgnoreCase)
        select line[(colon + 1)..].Trim(' ', '\t');

    public int Status => int.Parse(StartLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>What a reading ended with: a message and its length, or not enough bytes yet, or a reason why this is none.</summary>
    internal readonly record struct Reading(Http1Message? Message, int Length, string? Invalid)
    {
        public bool IsIncomplete => Message is null && Invalid is null;

        public static Reading Incomplete => default;

        public static Reading Wrong(string why) => new(null, 0, why);
    }

    public static Reading ReadRequest(string text) => Read(text, line =>
    {
        var parts = line.Split(' ');
        return parts.Length == 3 && IsToken(parts[0]) && parts[1].Length > 0 && parts[1].All(c => c is > ' ' and not '\x7f')
            && parts[2] is "HTTP/1.1";
    }, message =>
    {
        if (message.Values("Host").Count() != 1)
            return (null, "not exactly one Host");
        return Framing(message, noneMeansUntilClose: false);
    });

    /// <param name="text">What was received.</param>
    /// <param name="bodyless">The response to a HEAD request.</param>
    /// <param name="closed">Whether no more bytes will come, which ends a body without framing.</param>
    public static Reading ReadResponse(string text, bool bodyless, bool closed)
    {
        var reading = Read(text, line => line.Length >= 13 && line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            && line.AsSpan(9, 3).ContainsAnyExceptInRange('0', '9') == false && line[9] is >= '1' and <= '5' && line[12] == ' ',
            message => bodyless || message.Status is 204 or 304 or < 200 ? (0, null) : Framing(message, noneMeansUntilClose: true));
        return reading.Message is not null && reading.Length < 0
            ? closed ? reading with { Length = text.Length } : Reading.Incomplete
            : reading;
    }

    private const int Chunked = -1;
    private const int UntilClose = -2;

    private static Reading Read(string text, Predicate<string> isStartLine, Func<Http1Message, (long? Framing, string? Invalid)> framing)
    {
        var headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (headEnd < 0)
            return Reading.Incomplete;
        var lines = text[..headEnd].Split("\r\n");
        if (!isStartLine(lines[0]))
            return Reading.Wrong($"start line \"{lines[0]}\"");
        if (Array.Find(lines[1..], line => !IsFieldLine(line)) is { } bad)
            return Reading.Wrong($"field line \"{bad}\"");

        var message = new Http1Message(lines[0], lines[1..], "");
        var bodyStart = headEnd + 4;
        switch (framing(message))
        {
            case (_, { } invalid):
                return Reading.Wrong(invalid);
            case (Chunked, _):
                return ReadChunked(text, bodyStart, message);
            case (UntilClose, _):
                return new Reading(message with { Body = text[bodyStart..] }, -1, null);
            case (var length, _):
                if (text.Length < bodyStart + length)
                    return Reading.Incomplete;
                var bodyEnd = bodyStart + (int)length.GetValueOrDefault();
                return new Reading(message with { Body = text[bodyStart..bodyEnd] }, bodyEnd, null);
        }
    }

    private static (long? Framing, string? Invalid) Framing(Http1Message message, bool noneMeansUntilClose)
    {
        // An edge must write the one spelling that no origin reads in another way, whatever its client wrote.
        var codings = message.Values("Transfer-Encoding").ToArray();
        if (Array.Exists(message.FieldLines, line => line.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase)
            && !line.EndsWith(": chunked", StringComparison.Ordinal)))
            return (null, "Transfer-Encoding: " + string.Join(" | ", codings));

        var lengths = message.Values("Content-Length").ToArray();
        return (codings, lengths) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => (null, "Transfer-Encoding and Content-Length"),
            (["chunked"], _) => (Chunked, null),
            ({ Length: > 0 }, _) => (null, "Transfer-Encoding: " + string.Join(" | ", codings)),
            (_, []) => (noneMeansUntilClose ? UntilClose : 0, null),
            (_, [var one]) when one.Length is > 0 and <= 18 && one.All(char.IsAsciiDigit) => (long.Parse(one, CultureInfo.InvariantCulture), null),
            _ => (null, "Content-Length: " + string.Join(" | ", lengths)),
        };
    }

    private static Reading ReadChunked(string text, int at, Http1Message message)
    {
        var body = "";
        while (true)
        {
            var lineEnd = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (lineEnd < 0)
                return Reading.Incomplete;
            var line = text[at..lineEnd];
            var digits = line.Split(';')[0];
            if (digits.Length is 0 or > 7 || !digits.All(char.IsAsciiHexDigit) || line.Any(c => c is '\n' or '\r' or '\0'))
                return Reading.Wrong($"chunk size line \"{line}\"");
            var size = int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at = lineEnd + 2;
            if (size == 0)
                return ReadTrailers(text, at, message with { Body = body });
            if (text.Length < at + size + 2)
                return Reading.Incomplete;
            if (text.Substring(at + size, 2) != "\r\n")
                return Reading.Wrong("bytes after the data of a chunk");
            body += text.Substring(at, size);
            at += size + 2;
        }
    }

    private static Reading ReadTrailers(string text, int at, Http1Message message)
    {
        while (true)
        {
            var lineEnd = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (lineEnd < 0)
                return Reading.Incomplete;
            var line = text[at..lineEnd];
            at = lineEnd + 2;
            if (line.Length == 0)
                return new Reading(message, at, null);
            if (!IsFieldLine(line))
                return Reading.Wrong($"trailer \"{line}\"");
            if (line.Split(':')[0].ToUpperInvariant() is "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "HOST")
                return Reading.Wrong($"framing or routing in a trailer: \"{line}\"");
        }
    }

    private static bool IsFieldLine(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && IsToken(line[..colon]) && line[(colon + 1)..].All(c => c is '\t' or >= ' ' and not '\x7f');
    }

    private static bool IsToken(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || TokenSymbols.Contains(c, StringComparison.Ordinal));
}
