using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Breakwater.Config.Syntax;

/// <summary>Host names and addresses as they stand in <c>Host</c>, SNI and URLs.</summary>
internal static class HostNames
{
    private static readonly IdnMapping Idn = new();

    /// <summary>
    /// Reads a host without port: a name of letters, digits, hyphens and underscores (RFC 1123 §2.1, and the underscore that is in use), an
    /// IPv4 address, or an IPv6 address in brackets. The result is in lower case, an address in its shortest form.
    /// </summary>
    public static Fault? Parse(string text, out string host)
    {
        host = "";
        if (text.Contains("://", StringComparison.Ordinal)) return new Fault("a URL, not a host name", "write the host alone");
        if (text is ['[', .., ']']) return ParseIPv6(text, out host);
        if (PortOf(text) is { } port) return new Fault("a host name with a port", $"remove ':{port}'");
        if (text.Any(c => c > '\x7f')) return NonAscii(text);
        if (text is [.., '.']) return new Fault("a host name with a final dot", "remove the dot");
        if (!IsName(text)) return new Fault("not a host name");

        host = text.ToLowerInvariant();
        // A last label of digits makes it an address (WHATWG URL §3.5): 10.0.0.256 is a slip, not a name.
        bool isNumeric = !text.AsSpan(text.LastIndexOf('.') + 1).ContainsAnyExceptInRange('0', '9');
        return isNumeric && !IsIPv4(text) ? new Fault("not an IP address") : null;
    }

    /// <summary>
    /// Reads an IP address without brackets; null when it is none. Abbreviated and octal IPv4, scopes and brackets are none.
    /// </summary>
    public static IPAddress? ParseIp(string text) =>
        IPAddress.TryParse(text, out IPAddress? ip)
        && !text.Contains('[', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal)
        && (ip.AddressFamily == AddressFamily.InterNetworkV6 || ip.ToString() == text)
            ? ip : null;

    private static Fault? ParseIPv6(string text, out string host)
    {
        host = "";
        if (ParseIp(text[1..^1]) is not { AddressFamily: AddressFamily.InterNetworkV6 } ip) return new Fault("not an IPv6 address");
        host = $"[{ip}]";
        return null;
    }

    private static string? PortOf(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && text.IndexOf(':', StringComparison.Ordinal) == colon && text.Length - colon is > 1 and <= 6
            && text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9') == false
            ? text[(colon + 1)..] : null;
    }

    private static bool IsIPv4(string text) => ParseIp(text) is { AddressFamily: AddressFamily.InterNetwork };

    private static bool IsName(string text)
    {
        if (text.Length is 0 or > 253) return false;
        foreach (Range range in text.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = text.AsSpan()[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
            foreach (char c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
            }
        }
        return true;
    }

    private static Fault NonAscii(string text)
    {
        const string Problem = "a host name that is not in ASCII";
        try
        {
            string ascii = Idn.GetAscii(text);
            return new Fault(Problem, $"write {Show.Shortened(ascii)}");
        }
        catch (ArgumentException)
        {
            return new Fault(Problem, "write it with xn-- labels (punycode)");
        }
    }
}
