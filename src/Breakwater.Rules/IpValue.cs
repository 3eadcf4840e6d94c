using System.Net;
using System.Net.Sockets;

namespace Breakwater.Rules;

/// <summary>An IPv4 or IPv6 address as a value: 128 bits and its family. Immutable.</summary>
public readonly record struct IpValue
{
    private IpValue(UInt128 bits, bool isV4)
    {
        Bits = bits;
        IsV4 = isV4;
    }

    /// <summary>The address as a number: 32 bits for IPv4, 128 for IPv6.</summary>
    public UInt128 Bits { get; }

    /// <summary>Whether it is an IPv4 address.</summary>
    public bool IsV4 { get; }

    /// <summary>An IPv4 address from its 32 bits.</summary>
    public static IpValue FromV4(uint bits) => new(bits, true);

    /// <summary>An IPv6 address from its 128 bits.</summary>
    public static IpValue FromV6(UInt128 bits) => new(bits, false);

    /// <summary>The same address.</summary>
    public static IpValue From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? FromV4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : FromV6(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
