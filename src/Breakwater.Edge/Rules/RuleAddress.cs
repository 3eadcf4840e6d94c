using Breakwater.Edge.Clients;
using Breakwater.Matching;

namespace Breakwater.Edge.Rules;

/// <summary>Addresses of the edge as rules have them. Stateless.</summary>
internal static class RuleAddress
{
    /// <summary>The same address: IPv4 however it came.</summary>
    public static IpValue Of(ClientAddress address) => address.IsIPv4 ? IpValue.V4(address.IPv4) : IpValue.V6(address.Value);
}
