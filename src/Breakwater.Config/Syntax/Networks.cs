using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static System.FormattableString;

namespace Breakwater.Config.Syntax;

/// <summary>IP networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3); an address alone is a network of one.</summary>
internal static class Networks
{
    /// <summary>Reads <c>10.0.0.0/8</c>, <c>2001:db8::/32</c> or <c>::1</c>.</summary>
    public static Fault? Parse(string text, Reading reading, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (HostNames.ParseIp(slash < 0 ? text : text[..slash]) is not { } ip) return new Fault("not an IP network");
        int bits = ip.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = bits;
        bool hasLength = slash < 0 || int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix);
        if (!hasLength || prefix > bits) return new Fault("a network with a bad prefix length", Invariant($"write a length from 0 to {bits}"));

        if (ip.IsIPv4MappedToIPv6 && prefix >= 96)
        {
            string length = slash < 0 ? "" : Invariant($"/{prefix - 96}");
            return new Fault("an IPv4 network in IPv6 form", $"write {ip.MapToIPv4()}{length}");
        }

        IPAddress start = Mask(ip, prefix);
        if (!start.Equals(ip)) return new Fault("an address inside a network", Invariant($"write {start}/{prefix} or {ip}"));
        network = new IPNetwork(start, prefix);
        return null;
    }

    /// <summary>A network as the document writes it.</summary>
    public static string Format(IPNetwork network) =>
        network.PrefixLength == (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            ? network.BaseAddress.ToString() : network.ToString();

    private static IPAddress Mask(IPAddress ip, int prefix)
    {
        byte[] bytes = ip.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(prefix - i * 8, 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }
        return new IPAddress(bytes);
    }
}
