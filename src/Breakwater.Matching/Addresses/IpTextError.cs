namespace Breakwater.Matching;

/// <summary>Why a text is no address, prefix or range.</summary>
public enum IpTextError : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>An address in it is malformed: not four decimal numbers without leading zeros, nor a form of RFC 4291 §2.2.</summary>
    BadAddress,

    /// <summary>The prefix length is not a decimal number from 0 to 32 (IPv4) or 128 (IPv6), or has a leading zero.</summary>
    BadPrefixLength,

    /// <summary>Bits beyond the prefix length are set, as in <c>10.0.0.1/8</c>.</summary>
    HostBitsSet,

    /// <summary>The two ends of a range belong to different families.</summary>
    MixedFamilies,

    /// <summary>A range ends before it begins.</summary>
    ReversedRange,
}
