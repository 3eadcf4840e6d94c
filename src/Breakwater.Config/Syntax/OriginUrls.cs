using System.Globalization;

namespace Breakwater.Config.Syntax;

/// <summary>URLs of origins: scheme, host and port, or the path of a Unix domain socket; nothing else.</summary>
internal static class OriginUrls
{
    private const string UnixScheme = "unix:";

    // The kernel's sockaddr_un holds 108 bytes with the final NUL.
    private const int MaxSocketPath = 107;

    /// <summary>
    /// Reads <c>http://10.0.0.5:3000</c>, <c>https://app.internal</c> (a final <c>/</c> is allowed) or <c>unix:/run/app.sock</c>.
    /// </summary>
    public static Fault? Parse(string text, Reading reading, out OriginAddress address)
    {
        address = null!;
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal)) return ParseSocket(text[UnixScheme.Length..], out address);
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

    private static Fault? ParseSocket(string path, out OriginAddress address)
    {
        address = null!;
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            return new Fault("a socket with '//'", $"write {Show.Shortened($"unix:/{path.TrimStart('/')}")}");
        }
        if (path is not ['/', _, ..]) return new Fault("a socket without an absolute path", "write unix:/run/app.sock, say");
        // What means something else in a URL, by which the origin is named in logs and metrics.
        if (path.Any(c => c is <= ' ' or >= '\x7f' or '?' or '#' or '%' or '\\'))
        {
            return new Fault("a socket path with characters that a URL's path cannot have", "rename it, or make a link to it elsewhere");
        }
        if (path.Length > MaxSocketPath)
        {
            return new Fault("a socket path that is too long for the kernel", $"use one of at most {MaxSocketPath} characters");
        }
        address = OriginAddress.UnixSocket(path);
        return null;
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
