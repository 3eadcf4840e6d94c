using System.Text;
using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@ipMatch</c> and <c>@ipMatchFromFile</c>: the value is an address in one of the networks. An IPv4 address in its IPv6 form is the IPv4
/// address; a value that is no address is in none.
/// </summary>
public sealed class IpMatch : Operator
{
    private readonly IpPrefixSet _networks;

    private IpMatch(IpPrefixSet networks) => _networks = networks;

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) =>
        IpValue.TryParse(value, out IpValue address) && _networks.Contains(address.Unmapped);

    /// <summary>Reads addresses and networks; host bits that are set do not count. Answers the first item that is neither.</summary>
    internal static string? TryCreate(IEnumerable<ReadOnlyMemory<byte>> items, out IpMatch? match)
    {
        match = null;
        IpPrefixSetBuilder networks = new();
        foreach (ReadOnlyMemory<byte> item in items)
        {
            ReadOnlySpan<byte> text = item.Span.Trim(" \t"u8);
            if (text.IsEmpty) continue;
            if (!TryRead(text, out IpPrefix network)) return Encoding.UTF8.GetString(text);
            networks.Add(network);
        }

        match = new IpMatch(networks.Build());
        return null;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, out IpPrefix network)
    {
        if (IpPrefix.TryParse(text, out network, out IpTextError error)) return true;
        if (error != IpTextError.HostBitsSet) return false;
        int slash = text.IndexOf((byte)'/');
        if (!IpValue.TryParse(text[..slash], out IpValue address)) return false;
        network = IpPrefix.Containing(address, (int)WholeNumber.Of(text[(slash + 1)..]));
        return true;
    }
}
