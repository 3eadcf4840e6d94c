using System.Globalization;

namespace Breakwater.Config.Syntax;

/// <summary>URLs of origins: scheme, host and port, nothing else.</summary>
internal static class OriginUrls
{
    /// <summary>Reads <c>http://10.0.0.5:3000</c> or <c>https://app.internal</c>; a final <c>/</c> is allowed.</summary>
    public static Fault? Parse(string text, Reading reading, out OriginAddress address)
    {
        address = null!;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0) return new Fault("a URL without a scheme", $"write http://{Show.Shortened(text)}");
        bool isTls;
        switch (text[..separator].ToLowerInvariant())
        {
            case "http": isTls = false; break;
            case "https": isTls = true; break;
            default: return new Fault("not an http or https URL", "write http:// or https://; HTTP/2 to an origin is 'protocol: h2'");
        }

        string rest = text[(separator + 3)..];
        int end = rest.AsSpan().IndexOfAny('/', '?', '#');
        if (end >= 0 && rest[end..] != "/")
        {
            string remedy = $"remove {Show.Quoted(rest[end..])}; visitors' paths reach the origin unchanged";
            return new Fault("a URL with a path or query", remedy);
        }
        string authority = end < 0 ? rest : rest[..end];
        if (authority.Contains('@', StringComparison.Ordinal)) return new Fault("a URL with a user name", "remove what stands before '@'");
        return ParseAuthority(authority, isTls, out address);
    }

    private static Fault? ParseAuthority(string authority, bool isTls, out OriginAddress address)
    {
        address = null!;
        int port = isTls ? 443 : 80;
        int colon = authority.LastIndexOf(':');
        if (colon > authority.LastIndexOf(']'))
        {
            ReadOnlySpan<char> digits = authority.AsSpan(colon + 1);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                return new Fault("a URL with a bad port", "write a port from 1 to 65535");
            }
            authority = authority[..colon];
        }
        if (HostNames.Parse(authority, out string host) is { } fault)
        {
            return fault with { Problem = $"a URL whose host is {fault.Problem}" };
        }
        address = new OriginAddress(isTls, host is ['[', .., ']'] ? host[1..^1] : host, port);
        return null;
    }
}
