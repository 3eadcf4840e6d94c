namespace Breakwater.Matching;

/// <summary>The two families of IP addresses.</summary>
public enum IpFamily : byte
{
    /// <summary>IPv4: 32 bits.</summary>
    V4,

    /// <summary>IPv6: 128 bits.</summary>
    V6,
}
