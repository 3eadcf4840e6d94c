using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static System.FormattableString;

namespace Breakwater.Config.Syntax;

/// <summary>The kinds of value that the configuration is made of.</summary>
internal static class Values
{
    // RFC 9110 §5.6.2, tchar.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static BooleanSyntax Boolean { get; } = new();

    public static PercentSyntax Percent { get; } = new();

    public static PercentSyntax PercentFrom(int min) => new(min);

    public static RedirectSyntax Redirect { get; } = new();

    public static ProtocolsSyntax Protocols { get; } = new();

    public static ChoiceSyntax<ProtectionMode> Protection { get; } =
        new(("on", ProtectionMode.On), ("detect", ProtectionMode.Detect), ("off", ProtectionMode.Off));

    public static ChoiceSyntax<ForwardedHeader> ForwardedHeader { get; } =
        new(("x_forwarded_for", Config.ForwardedHeader.XForwardedFor), ("forwarded", Config.ForwardedHeader.Forwarded));

    public static ChoiceSyntax<LoggingLevel> LogLevel { get; } =
        new(("debug", LoggingLevel.Debug), ("info", LoggingLevel.Info), ("warning", LoggingLevel.Warning), ("error", LoggingLevel.Error));

    public static ChoiceSyntax<AccessLogFormat> LogFormat { get; } =
        new(("json", AccessLogFormat.Json), ("combined", AccessLogFormat.Combined));

    public static IntegerSyntax Integer(int min, int max) => new(min, max);

    public static DurationSyntax Duration(string min, string max) => new(min, max, zero: false);

    public static DurationSyntax DurationOrZero(string min, string max) => new(min, max, zero: true);

    public static SizeSyntax Size(long min, long max) => new(min, max, zero: false, perSecond: false);

    public static SizeSyntax SizeOrZero(long min, long max) => new(min, max, zero: true, perSecond: false);

    public static SizeSyntax RateOrZero(long min, long max) => new(min, max, zero: true, perSecond: true);

    public static ChoiceSyntax<T> Choice<T>(params (string, T)[] choices) where T : struct, Enum => new(choices);

    public static ListSyntax<T> ListOf<T>(ValueSyntax<T> item, int min = 0, bool distinct = false) => new(item, min, distinct);

    /// <summary>A file or directory; absolute in the model.</summary>
    public static WordSyntax<string> File { get; } = new("path", "a path", "the path of a file or directory", "^[^\\u0000]+$", ParseFile);

    public static WordSyntax<ListenAddress> ListenAddress { get; } = new(
        "address", "an address to listen on", "IP:PORT, [IPv6]:PORT, :PORT, localhost:PORT, unix:/PATH or systemd:NAME", "^.*:.+$",
        ParseListenAddress);

    public static WordSyntax<IPNetwork> Network { get; } = new(
        "IP network", "an IP network", "an address or network such as 10.0.0.0/8 or ::1",
        "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$", Networks.Parse, Networks.Format);

    public static WordSyntax<HostPattern> HostPattern { get; } = new(
        "host, `*.` and a host, or `*`", "a host name", "a host such as shop.example.com, '*.example.com' for all below it, or '*' for any",
        "^[^/\\s]+$", ParseHostPattern);

    public static WordSyntax<string> HostName { get; } = new(
        "host", "a host name", "a host such as shop.example.com", "^[^/\\s]+$",
        static (string text, Reading _, out string host) => HostNames.Parse(text, out host));

    public static WordSyntax<HostHeader> HostHeader { get; } = new(
        "`preserve`, `origin` or a host", "preserve, origin or a host", "preserve, origin or a host such as shop.example.com",
        "^[^/\\s]+$", ParseHostHeader, FormatHostHeader);

    public static WordSyntax<OriginAddress> OriginUrl { get; } = new(
        "URL of scheme, host and port, or `unix:` and a path", "a URL", "a URL such as http://10.0.0.5:3000",
        "^([hH][tT][tT][pP][sS]?://[^/?#@]+/?|unix:/[^/\\s?#%\\\\][^\\s?#%\\\\]*)$", OriginUrls.Parse);

    public static WordSyntax<Uri> CollectorUrl { get; } = new(
        "URL", "a URL", "a URL such as http://collector:4317", "^[hH][tT][tT][pP][sS]?://.+$", ParseCollectorUrl);

    public static WordSyntax<string> ZoneName { get; } = new(
        "name", "a zone name", "1 to 63 of a-z, 0-9 and '-'", "^[a-z0-9-]{1,63}$", ParseZoneName);

    public static WordSyntax<string> RequestPath { get; } = new(
        "path and query", "a path", "a path such as /healthz", "^/[!-\"$-~]*$", ParseRequestPath);

    public static WordSyntax<StatusRange> StatusRange { get; } = new(
        "status or range", "a status or a range of them", "a status such as 200, or a range such as 200-399",
        "^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$", ParseStatusRange, FormatStatusRange, orInteger: true);

    public static WordSyntax<HashKey> HashKey { get; } = new(
        "`client_ip`, `path`, `header NAME` or `cookie NAME`", "something to hash", "client_ip, path, header NAME or cookie NAME",
        "^(client_ip|path|(header|cookie) +[^\\s]+)$", ParseHashKey, FormatHashKey);

    public static WordSyntax<LogTarget> LogTarget { get; } = new(
        "`stdout`, `stderr`, `off` or a path", "stdout, stderr, off or a path", "stdout, stderr, off or a path",
        "^[^\\u0000]+$", ParseLogTarget);

    /// <summary>The name of a header field, in lower case in the model.</summary>
    public static WordSyntax<string> FieldName { get; } = new(
        "field name", "the name of a header field", "a name such as authorization", "^[!#-'*+.^_`|~0-9A-Za-z-]+$", ParseFieldName);

    /// <summary>The name of a query argument, in lower case in the model.</summary>
    public static WordSyntax<string> ArgumentName { get; } = new(
        "argument name", "the name of a query argument", "a name such as token", "^[^&=\\s]+$", ParseArgumentName);

    /// <summary>Whether a text is a token of RFC 9110 §5.6.2.</summary>
    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    private static Fault? ParseFile(string text, Reading reading, out string path)
    {
        path = "";
        if (text.Length == 0 || text.Contains('\0', StringComparison.Ordinal)) return new Fault("not a path");
        path = reading.Resolve(text);
        return null;
    }

    private static Fault? ParseListenAddress(string text, Reading reading, out ListenAddress address)
    {
        if (Config.ListenAddress.TryParse(text, out address!)) return null;
        const string Problem = "not an address to listen on";
        if (text.Length is > 0 and <= 5 && text.All(char.IsAsciiDigit))
        {
            return new Fault(Problem, $"write :{text} for every address, or 127.0.0.1:{text}");
        }
        if (HostNames.ParseIp(text) is not { } ip) return new Fault(Problem);
        bool isIPv4 = ip.AddressFamily == AddressFamily.InterNetwork;
        return new Fault(Problem, isIPv4 ? $"add the port: {text}:8080" : "write it in brackets, with a port: [::1]:8080");
    }

    private static Fault? ParseHostPattern(string text, Reading reading, out HostPattern pattern)
    {
        pattern = Config.HostPattern.Any;
        if (text == "*") return null;
        bool isWildcard = text.StartsWith("*.", StringComparison.Ordinal);
        string name = isWildcard ? text[2..] : text;
        if (name.Contains('*', StringComparison.Ordinal))
        {
            return new Fault(
                "a host with '*' in the wrong place", "write '*.' before a host, or '*' alone; it cannot stand for a part of a label");
        }
        if (HostNames.Parse(name, out string host) is { } fault) return fault;
        bool isAddress = host[0] == '[' || HostNames.ParseIp(host) is not null;
        if (isWildcard && isAddress) return new Fault("a wildcard of an IP address", "remove '*.'");
        pattern = new HostPattern(isWildcard ? HostPatternKind.Wildcard : HostPatternKind.Exact, host);
        return null;
    }

    private static Fault? ParseHostHeader(string text, Reading reading, out HostHeader header)
    {
        header = text == "origin" ? Config.HostHeader.Origin : Config.HostHeader.Preserve;
        if (text is "preserve" or "origin") return null;
        Fault? fault = HostNames.Parse(text, out string host);
        header = Config.HostHeader.Fixed(host);
        return fault;
    }

    private static string FormatHostHeader(HostHeader header) => header.Mode switch
    {
        HostHeaderMode.Preserve => "preserve",
        HostHeaderMode.Origin => "origin",
        _ => header.Name,
    };

    private static Fault? ParseCollectorUrl(string text, Reading reading, out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url!) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? null : new Fault("not an http or https URL");

    private static Fault? ParseZoneName(string text, Reading reading, out string name)
    {
        name = text;
        return text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? null : new Fault("not a zone name");
    }

    private static Fault? ParseRequestPath(string text, Reading reading, out string path)
    {
        path = text;
        if (text is not ['/', ..]) return new Fault("not a path", text.Length == 0 ? null : $"write /{Show.Shortened(text)}");
        return text.All(c => c is > ' ' and < '\x7f' and not '#')
            ? null : new Fault("a path with a character that must be percent-encoded", "encode it, such as %20 for a space");
    }

    private static Fault? ParseStatusRange(string text, Reading reading, out StatusRange range)
    {
        range = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!TryParseStatus(dash < 0 ? text : text[..dash], out int first)
            || !TryParseStatus(dash < 0 ? text : text[(dash + 1)..], out int last))
        {
            return new Fault("not a status or a range of them");
        }
        if (first > last) return new Fault("a range that ends before it begins", Invariant($"write {last}-{first}"));
        range = new StatusRange(first, last);
        return null;
    }

    private static bool TryParseStatus(string text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && text.Length == 3 && status is >= 100 and <= 599;

    private static string FormatStatusRange(StatusRange range) =>
        range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : Invariant($"{range.First}-{range.Last}");

    private static Fault? ParseHashKey(string text, Reading reading, out HashKey key)
    {
        key = text == "path" ? Config.HashKey.Path : Config.HashKey.ClientIp;
        if (text is "client_ip" or "path") return null;
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        string kind = space < 0 ? text : text[..space];
        string name = space < 0 ? "" : text[(space + 1)..].Trim(' ');
        if (kind is not ("header" or "cookie"))
        {
            string? near = Suggestion.For(kind, ["client_ip", "path", "header", "cookie"]);
            return new Fault("not something to hash", near is null ? null : $"did you mean '{near}'?");
        }
        if (!IsToken(name))
        {
            string example = kind == "header" ? "header X-User" : "cookie session";
            return new Fault($"without the name of a {kind}", $"write {kind} and a name, such as {example}");
        }
        key = new HashKey(kind == "header" ? HashSource.Header : HashSource.Cookie, name);
        return null;
    }

    private static string FormatHashKey(HashKey key) => key.Source switch
    {
        HashSource.ClientIp => "client_ip",
        HashSource.Path => "path",
        HashSource.Header => "header " + key.Name,
        _ => "cookie " + key.Name,
    };

    private static Fault? ParseLogTarget(string text, Reading reading, out LogTarget target)
    {
        target = text switch { "stderr" => Config.LogTarget.Stderr, "off" => Config.LogTarget.Off, _ => Config.LogTarget.Stdout };
        if (text is "stdout" or "stderr" or "off") return null;
        Fault? fault = ParseFile(text, reading, out string path);
        if (fault is null) target = Config.LogTarget.File(path);
        return fault;
    }

    private static Fault? ParseFieldName(string text, Reading reading, out string name)
    {
        name = text.ToLowerInvariant();
        return IsToken(text) ? null : new Fault("not the name of a header field");
    }

    private static Fault? ParseArgumentName(string text, Reading reading, out string name)
    {
        name = text.ToLowerInvariant();
        return text.Length > 0 && !text.Any(c => c is '&' or '=' || char.IsWhiteSpace(c) || char.IsControl(c))
            ? null : new Fault("not the name of a query argument");
    }
}
