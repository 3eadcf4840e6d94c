using System.Buffers;
using System.Text;

namespace Breakwater.Edge.Clients;

/// <summary>The scheme of a request as a proxy reports it.</summary>
internal enum ForwardedScheme : byte
{
    /// <summary>Nothing believable was said.</summary>
    None,
    Http,
    Https,
}

/// <summary>One hop's entry in <c>X-Forwarded-For</c> or <c>Forwarded</c>. Parsing is pure, linear, and never throws.</summary>
internal readonly struct ForwardedElement
{
    /// <summary>The address of who spoke to the proxy that wrote this; <see cref="ClientAddress.None"/> when it is hidden, unknown or no address.</summary>
    public ClientAddress For { get; init; }

    public ForwardedScheme Scheme { get; init; }

    /// <summary>
    /// Takes the last element off <paramref name="line"/>, the one that the nearest proxy added. Right to left, because only the
    /// right end is trusted: whatever a client put before it, an open quote for one, cannot swallow what proxies appended.
    /// </summary>
    public static ReadOnlySpan<byte> TakeLast(ref ReadOnlySpan<byte> line, bool quotes)
    {
        bool quoted = false;
        for (int i = line.Length - 1; i >= 0; i--)
        {
            if (quotes && line[i] == '"' && !(quoted && IsEscaped(line, i))) quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                var element = line[(i + 1)..];
                line = line[..i];
                return Trim(element);
            }
        }
        var first = line;
        line = default;
        return Trim(first);
    }

    /// <summary>An element of X-Forwarded-For: an address, with or without a port.</summary>
    public static ForwardedElement ParseForwardedFor(ReadOnlySpan<byte> element) => new() { For = ParseNode(element, bracketsRequired: false) };

    /// <summary>An element of Forwarded (RFC 7239 §4): <c>for=192.0.2.60;proto=http;by=203.0.113.43</c>. Any breach of the grammar
    /// makes the whole element worth nothing.</summary>
    public static ForwardedElement ParseForwarded(ReadOnlySpan<byte> element)
    {
        var address = ClientAddress.None;
        var scheme = ForwardedScheme.None;
        bool sawFor = false, sawProto = false;
        element = element.TrimStart("; \t"u8);
        while (!element.IsEmpty)
        {
            if (!TryTakePair(ref element, out var name, out var value) || !TrySkipSeparator(ref element)) return default;
            if (Is(name, "for"u8))
            {
                if (sawFor) return default;
                sawFor = true;
                address = ParseNode(value, bracketsRequired: true);
            }
            else if (Is(name, "proto"u8))
            {
                if (sawProto) return default;
                sawProto = true;
                scheme = ParseScheme(value);
            }
        }
        return new ForwardedElement { For = address, Scheme = scheme };
    }

    /// <summary>http, https, and the schemes of WebSocket that some proxies write.</summary>
    public static ForwardedScheme ParseScheme(ReadOnlySpan<byte> value)
    {
        if (Is(value, "https"u8) || Is(value, "wss"u8)) return ForwardedScheme.Https;
        return Is(value, "http"u8) || Is(value, "ws"u8) ? ForwardedScheme.Http : ForwardedScheme.None;
    }

    /// <summary>Longest node identifier that can be an address: brackets, IPv6 text, a port. Longer values are never looked into.</summary>
    private const int MaxNodeLength = 64;

    /// <summary>An address with an optional port (RFC 7239 §6). "unknown", "_hidden" and everything else give <see cref="ClientAddress.None"/>.</summary>
    private static ClientAddress ParseNode(ReadOnlySpan<byte> node, bool bracketsRequired)
    {
        if (node.IsEmpty || node.Length > MaxNodeLength) return ClientAddress.None;
        var address = node;
        ReadOnlySpan<byte> after = default;
        if (node[0] == '[')
        {
            int close = node.IndexOf((byte)']');
            if (close < 0 || !node[..close].Contains((byte)':')) return ClientAddress.None;
            address = node[1..close];
            after = node[(close + 1)..];
        }
        else if (bracketsRequired || node.Count((byte)':') == 1)
        {
            int colon = node.IndexOf((byte)':');
            if (colon >= 0)
            {
                address = node[..colon];
                after = node[colon..];
            }
        }
        return (after.IsEmpty || IsPort(after)) && ClientAddress.TryParse(address, out var parsed) ? parsed : ClientAddress.None;
    }

    /// <summary>":" and one to five digits, or an obfuscated port ":_name" (RFC 7239 §6.2).</summary>
    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != ':') return false;
        text = text[1..];
        return text[0] == '_' ? IsToken(text) : text.Length <= 5 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>Takes one <c>name=value</c> off the front. A quoted value with a backslash is returned empty: no address or scheme needs one.</summary>
    private static bool TryTakePair(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        int equals = rest.IndexOf((byte)'=');
        if (equals < 0 || !IsToken(rest[..equals])) return false;
        name = rest[..equals];
        rest = rest[(equals + 1)..];

        if (!rest.IsEmpty && rest[0] == '"')
        {
            int end = 1;
            while (end < rest.Length && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
            if (end >= rest.Length) return false;
            value = rest[1..end];
            if (value.Contains((byte)'\\')) value = default;
            rest = rest[(end + 1)..];
        }
        else
        {
            int end = rest.IndexOfAnyExcept(TokenBytes);
            if (end < 0) end = rest.Length;
            if (end == 0) return false;
            value = rest[..end];
            rest = rest[end..];
        }
        return true;
    }

    /// <summary>Steps over a semicolon and blanks around it; false when something else stands there. Pairs may be empty (RFC 7239 §4).</summary>
    private static bool TrySkipSeparator(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(Blanks);
        if (rest.IsEmpty) return true;
        if (rest[0] != ';') return false;
        rest = rest.TrimStart("; \t"u8);
        return true;
    }

    /// <summary>RFC 9110 §5.6.2.</summary>
    private static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);

    private static bool IsEscaped(ReadOnlySpan<byte> line, int quoteAt)
    {
        int backslashes = 0;
        for (int i = quoteAt - 1; i >= 0 && line[i] == '\\'; i--) backslashes++;
        return (backslashes & 1) == 1;
    }

    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> element) => element.Trim(Blanks);
}
