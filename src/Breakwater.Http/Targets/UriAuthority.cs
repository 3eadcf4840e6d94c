using System.Buffers;

namespace Breakwater.Http;

/// <summary>The authority of an http URI: <c>host [":" port]</c> (RFC 3986 §3.2, RFC 9110 §4.2). Immutable.</summary>
public static class UriAuthority
{
    /// <summary>unreserved / sub-delims (RFC 3986 §3.2.2); percent-encoding is looked at one by one.</summary>
    private static readonly SearchValues<byte> RegName = SearchValues.Create(
        "-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Checks an authority without user information and finds where its host ends. The host may be a registered name, an IPv4 address
    /// or an IP literal in brackets; it may not be empty.
    /// </summary>
    /// <param name="authority">The text.</param>
    /// <param name="hostLength">The length of the host, brackets included.</param>
    /// <param name="port">0 to 65535, or -1 where none is given (or an empty one, which means the same).</param>
    public static bool TryParse(ReadOnlySpan<byte> authority, out int hostLength, out int port)
    {
        port = -1;
        hostLength = HostLength(authority);
        if (hostLength <= 0)
        {
            hostLength = 0;
            return false;
        }

        ReadOnlySpan<byte> rest = authority[hostLength..];
        return rest.IsEmpty || (rest[0] == ':' && TryParsePort(rest[1..], out port));
    }

    /// <summary>The length of the host with which the text begins; 0 when it is none.</summary>
    private static int HostLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        if (text[0] == '[')
        {
            int close = text.IndexOf((byte)']');
            return close > 0 && IsIpLiteral(text[1..close]) ? close + 1 : 0;
        }

        int at = 0;
        while (true)
        {
            int other = text[at..].IndexOfAnyExcept(RegName);
            if (other < 0)
            {
                return text.Length;
            }

            at += other;
            if (text[at] != '%')
            {
                return at;
            }

            if (at + 2 >= text.Length || Octets.HexValue(text[at + 1]) < 0 || Octets.HexValue(text[at + 2]) < 0)
            {
                return 0;
            }

            // No name has control characters, however they are written; who decodes them cuts the name short, or reads another line.
            if (Octets.HexValue(text[at + 1]) < 2 || (text[at + 1] == '7' && Octets.HexValue(text[at + 2]) == 15))
            {
                return 0;
            }

            at += 3;
        }
    }

    private static bool TryParsePort(ReadOnlySpan<byte> text, out int port)
    {
        port = -1;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length > 5)
        {
            return false;
        }

        int sum = 0;
        foreach (byte digit in text)
        {
            if (!Octets.IsDigit(digit))
            {
                return false;
            }

            sum = sum * 10 + (digit - '0');
        }

        port = sum <= ushort.MaxValue ? sum : -1;
        return port >= 0;
    }

    private static bool IsIpLiteral(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && (text[0] | 0x20) == 'v' ? IsIpFuture(text[1..]) : IsIpv6(text);

    /// <summary>"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ), the "v" already taken off.</summary>
    private static bool IsIpFuture(ReadOnlySpan<byte> text)
    {
        int dot = text.IndexOf((byte)'.');
        if (dot < 1 || dot == text.Length - 1)
        {
            return false;
        }

        foreach (byte digit in text[..dot])
        {
            if (Octets.HexValue(digit) < 0)
            {
                return false;
            }
        }

        foreach (byte value in text[(dot + 1)..])
        {
            if (value != ':' && !RegName.Contains(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>IPv6address: eight groups, or fewer with one "::"; the last two may be an IPv4 address. No zone (RFC 3986 §3.2.2).</summary>
    private static bool IsIpv6(ReadOnlySpan<byte> text)
    {
        int groups = 0;
        bool compressed = false;
        int at = 0;
        if (text.StartsWith("::"u8))
        {
            compressed = true;
            at = 2;
        }

        while (at < text.Length)
        {
            ReadOnlySpan<byte> rest = text[at..];
            int colon = rest.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? rest : rest[..colon];
            if (colon < 0 && IsIpv4(group))
            {
                groups += 2;
                break;
            }

            if (!IsHexGroup(group))
            {
                return false;
            }

            groups++;
            at += group.Length;
            if (at == text.Length)
            {
                break;
            }

            at++;
            if (at == text.Length)
            {
                return false;
            }

            if (text[at] == ':')
            {
                if (compressed)
                {
                    return false;
                }

                compressed = true;
                at++;
            }
        }

        return compressed ? groups <= 7 : groups == 8;
    }

    private static bool IsHexGroup(ReadOnlySpan<byte> group)
    {
        foreach (byte digit in group)
        {
            if (Octets.HexValue(digit) < 0)
            {
                return false;
            }
        }

        return group.Length is >= 1 and <= 4;
    }

    /// <summary>Four decimal octets without leading zeros.</summary>
    private static bool IsIpv4(ReadOnlySpan<byte> text)
    {
        int octets = 0;
        foreach (Range part in text.Split((byte)'.'))
        {
            ReadOnlySpan<byte> octet = text[part];
            if (++octets > 4 || octet.Length is 0 or > 3 || (octet.Length > 1 && octet[0] == '0'))
            {
                return false;
            }

            int value = 0;
            foreach (byte digit in octet)
            {
                if (!Octets.IsDigit(digit))
                {
                    return false;
                }

                value = value * 10 + (digit - '0');
            }

            if (value > 255)
            {
                return false;
            }
        }

        return octets == 4;
    }
}
