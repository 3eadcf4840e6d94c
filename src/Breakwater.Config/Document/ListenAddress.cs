using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Breakwater.Config;

/// <summary>The kinds of <see cref="ListenAddress"/>.</summary>
public enum ListenAddressKind
{
    /// <summary>One IP address and port.</summary>
    Ip,

    /// <summary>A port on every address, IPv4 and IPv6.</summary>
    AnyIp,

    /// <summary>A port on 127.0.0.1 and ::1.</summary>
    Localhost,

    /// <summary>A Unix domain socket.</summary>
    UnixSocket,

    /// <summary>A socket that systemd opened and passed on (<c>LISTEN_FDNAMES</c>).</summary>
    Systemd,
}

/// <summary>
/// An address to listen on: <c>0.0.0.0:8080</c>, <c>[::1]:8080</c>, <c>:8080</c> (every address), <c>localhost:8080</c>,
/// <c>unix:/run/x.sock</c> or <c>systemd:NAME</c>. Port 0 lets the system choose one. Immutable, compared by value.
/// </summary>
public sealed record ListenAddress
{
    private ListenAddress(ListenAddressKind kind) => Kind = kind;

    /// <summary>Which of the other members are meaningful.</summary>
    public ListenAddressKind Kind { get; }

    /// <summary>The address, of kind <see cref="ListenAddressKind.Ip"/> only.</summary>
    public IPAddress? Ip { get; private init; }

    /// <summary>The TCP (and UDP) port; 0 = the system chooses. Meaningless for Unix and systemd sockets.</summary>
    public int Port { get; private init; }

    /// <summary>The path of a Unix socket or the name of a systemd socket.</summary>
    public string? Name { get; private init; }

    /// <summary>A port on every address.</summary>
    public static ListenAddress AnyIp(int port) => new(ListenAddressKind.AnyIp) { Port = port };

    /// <summary>A port on the loopback addresses.</summary>
    public static ListenAddress Localhost(int port) => new(ListenAddressKind.Localhost) { Port = port };

    /// <summary>One IP address and port.</summary>
    public static ListenAddress Of(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return new(ListenAddressKind.Ip) { Ip = endPoint.Address, Port = endPoint.Port };
    }

    /// <summary>A Unix domain socket.</summary>
    public static ListenAddress UnixSocket(string path) => new(ListenAddressKind.UnixSocket) { Name = path };

    /// <summary>A socket passed on by systemd.</summary>
    public static ListenAddress Systemd(string name) => new(ListenAddressKind.Systemd) { Name = name };

    /// <summary>Reads an address as the document and <c>--listen</c> write it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = Parse(text);
        return address is not null;
    }

    private static ListenAddress? Parse(string text)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            string path = text["unix:".Length..];
            // The kernel's sockaddr_un holds 108 bytes with the final NUL.
            return path.StartsWith('/') && path.Length > 1 && !path.Contains('\0') && System.Text.Encoding.UTF8.GetByteCount(path) < 108
                ? UnixSocket(path) : null;
        }
        if (text.StartsWith("systemd:", StringComparison.Ordinal))
        {
            string name = text["systemd:".Length..];
            // systemd.socket(5), FileDescriptorName=: printable ASCII, no colon.
            return name.Length is > 0 and <= 255 && name.All(c => c is > ' ' and < '\x7f' and not ':') ? Systemd(name) : null;
        }

        int colon = text.LastIndexOf(':');
        if (colon < 0 || !TryParsePort(text.AsSpan(colon + 1), out int port)) return null;
        string host = text[..colon];
        if (host.Length == 0 || host == "*") return AnyIp(port);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return Localhost(port);
        return TryParseIp(host, out IPAddress? ip) ? Of(new IPEndPoint(ip, port)) : null;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 0 and <= 5
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= IPEndPoint.MaxPort;
    }

    private static bool TryParseIp(string host, [NotNullWhen(true)] out IPAddress? ip)
    {
        bool bracketed = host is ['[', .., ']'];
        return IPAddress.TryParse(bracketed ? host[1..^1] : host, out ip)
            && (ip.AddressFamily == AddressFamily.InterNetworkV6 ? bracketed : ip.ToString() == host);
    }

    /// <summary>The address as the document writes it.</summary>
    public override string ToString() => Kind switch
    {
        ListenAddressKind.AnyIp => string.Create(CultureInfo.InvariantCulture, $":{Port}"),
        ListenAddressKind.Localhost => string.Create(CultureInfo.InvariantCulture, $"localhost:{Port}"),
        ListenAddressKind.UnixSocket => "unix:" + Name,
        ListenAddressKind.Systemd => "systemd:" + Name,
        _ => new IPEndPoint(Ip!, Port).ToString(),
    };
}
