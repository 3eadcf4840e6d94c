using System.Buffers;
using System.Text;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Waf;

/// <summary>
/// Heads that the edge refuses before it knows whose site they ask for: they are shown to the rules of the zone that they seem to name, so that
/// what rules say about attacks does not end where the edge is strict. The rules have no say in the answer, and look when it is on its way.
/// Stateless.
/// </summary>
internal static class RefusedHeads
{
    /// <summary>Bytes of a head that are shown.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Heads in a second that are shown, of all zones, in the long run; a flood of broken heads must stay cheaper than one of whole ones.</summary>
    public const int PerSecond = 50;

    /// <summary>Heads at once that are shown.</summary>
    public const int Burst = 200;

    /// <summary>Keeps what came of a head that is refused, for the firewall of the zone that it names, where there is one and it has time.</summary>
    /// <param name="exchange">The exchange; it has its generation.</param>
    /// <param name="held">The part that was received before.</param>
    /// <param name="received">What was received last: the rest of the head, or some of it, and perhaps what follows.</param>
    public static void Take(Exchange exchange, ReadOnlySpan<byte> held, in ReadOnlySequence<byte> received)
    {
        int length = (int)Math.Min(MaxBytes, held.Length + received.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        held = held[..Math.Min(held.Length, length)];
        held.CopyTo(buffer);
        received.Slice(0, length - held.Length).CopyTo(buffer.AsSpan(held.Length));

        ZoneWaf? waf = exchange.Generation.Zones.Find(HostOf(buffer.AsSpan(0, length)))?.Waf;
        if (waf is not null && waf.Stores.RefusedHeads.TryTake(exchange.Clock.Micros))
        {
            exchange.Waf.KeepRefusedHead(waf, buffer, length);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The host, without its port, that the first Host field names; empty where there is none.</summary>
    internal static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> head)
    {
        while (!head.IsEmpty)
        {
            int end = head.IndexOfAny((byte)'\r', (byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            int colon = line.IndexOf((byte)':');
            if (colon >= 4 && Ascii.EqualsIgnoreCase(line[..colon].Trim(" \t"u8), "host"u8))
            {
                ReadOnlySpan<byte> host = line[(colon + 1)..].Trim(" \t"u8);
                int port = host.LastIndexOf((byte)':');
                return port < 0 || host[port..].Contains((byte)']') ? host : host[..port];
            }
        }

        return default;
    }
}
