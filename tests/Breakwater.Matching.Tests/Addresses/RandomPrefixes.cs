namespace Breakwater.Matching.Tests.Addresses;

/// <summary>Networks spread as in a list of bad sources: two thirds IPv4 of /16 to /32, one third IPv6 of /29 to /64 and some /128.</summary>
internal static class RandomPrefixes
{
    public static IpPrefix Next(Random random)
    {
        if (random.Next(3) > 0)
        {
            return IpPrefix.Containing(IpValue.V4((uint)random.NextInt64(1L << 32)), random.Next(4) == 0 ? random.Next(16, 24) : random.Next(24, 33));
        }

        UInt128 bits = new((ulong)random.NextInt64(0x2000_0000, 0x2c00_0000) << 32 | (uint)random.NextInt64(1L << 32), (ulong)random.NextInt64());
        return IpPrefix.Containing(IpValue.V6(bits), random.Next(10) == 0 ? 128 : random.Next(29, 65));
    }
}
