using System.Security.Cryptography;
using Breakwater.Edge.Clients;

namespace Breakwater.Edge.Geography;

/// <summary>
/// Places of the networks that were looked up lately: a table of fixed size in which a newcomer takes the slot of whoever had it. Where a
/// client's network falls depends on a secret, so that nobody can aim at a slot. Thread-safe, without locks: entries are immutable.
/// </summary>
internal sealed class PlaceCache
{
    /// <summary>Slots; an entry takes about a kilobyte, so all of them about four megabytes.</summary>
    private const int Slots = 4096;

    private readonly Entry?[] _entries = new Entry?[Slots];
    private readonly ulong _key = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    /// <summary>The place of an address, if its network is there.</summary>
    public bool TryGet(ClientAddress address, out Place place)
    {
        Entry? entry = Volatile.Read(ref _entries[SlotOf(address)]);
        place = entry?.Place ?? Place.Unknown;
        return entry is not null && entry.Contains(address);
    }

    /// <summary>Keeps a place.</summary>
    /// <param name="address">An address that is there.</param>
    /// <param name="prefixLength">How much of it, of 128 bits, says so: all addresses that agree in as much have the same place.</param>
    /// <param name="place">The place.</param>
    public void Keep(ClientAddress address, int prefixLength, Place place) =>
        Volatile.Write(ref _entries[SlotOf(address)], new Entry(address, Math.Clamp(prefixLength, 0, 128), place));

    /// <summary>By /24 and by /48: clients of one network mostly share a slot, as they share a place.</summary>
    private int SlotOf(ClientAddress address)
    {
        ulong network = address.IsIPv4 ? address.IPv4 >> 8 : (ulong)(address.Value >> 80);
        return (int)((network + 1) * _key >> 52);
    }

    /// <summary>A network. Short IPv6 prefixes hold the mapped form of IPv4 addresses too, and say nothing about those.</summary>
    private sealed record Entry(ClientAddress Network, int PrefixLength, Place Place)
    {
        public bool Contains(ClientAddress address) =>
            address.IsIPv4 == Network.IsIPv4
            && (PrefixLength == 0 || (address.Value ^ Network.Value) >> (128 - PrefixLength) == 0);
    }
}
