using Breakwater.Edge.Clients;
using Breakwater.Rules;

namespace Breakwater.Edge.Rules;

/// <summary>Addresses as the edge, the rules language and address sets have them. Stateless.</summary>
internal static class RuleAddress
{
    /// <summary>An address of the edge for rules: IPv4 however it came.</summary>
    public static IpValue Of(ClientAddress address) =>
        address.IsIPv4 ? IpValue.FromV4(address.IPv4) : IpValue.FromV6(address.Value);

    /// <summary>An address of a rule for address sets.</summary>
    public static Matching.IpValue ForSets(in IpValue address) =>
        address.IsV4 ? Matching.IpValue.V4((uint)address.Bits) : Matching.IpValue.V6(address.Bits);
}
