using Breakwater.Edge.Clients;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Waf;

/// <summary>A request that was refused, as it came; secrets and all, for the eyes of the firewall alone. Immutable.</summary>
/// <param name="Ray">Its exchange.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Head">The bytes of its head.</param>
/// <param name="Body">Its body, as far as it was inspected.</param>
/// <param name="IsBodyWhole">Whether that is all of it.</param>
/// <param name="Client">Who sent it.</param>
/// <param name="IsTls">Whether over TLS.</param>
internal sealed record WafSample(RayId Ray, string Zone, byte[] Head, byte[] Body, bool IsBodyWhole, ClientAddress Client, bool IsTls);

/// <summary>
/// The last requests that the firewall refused, or would have: what <c>breakwater waf exclude</c> tries its exclusions on. In memory only,
/// never shown, bounded; thread-safe.
/// </summary>
internal sealed class WafSamples
{
    /// <summary>Requests that are kept.</summary>
    public const int Capacity = 256;

    /// <summary>Bytes of a body that are kept; a longer one cannot be tried.</summary>
    public const int MaxBody = 64 * 1024;

    private readonly WafSample?[] _ring = new WafSample[Capacity];
    private readonly Lock _lock = new();
    private readonly EventBudget _budget = new(perSecond: 10, burst: 50);
    private long _count;

    /// <summary>Keeps a request, before anything of its body was forwarded.</summary>
    public void Add(Exchange exchange)
    {
        // Under attack the first ones are as good as the last.
        if (!_budget.TryTake(exchange.Clock.Micros))
        {
            return;
        }

        byte[] body = [];
        bool isWhole = exchange.Client.BodyEnded;
        if (exchange.ReadAhead is { PartCount: > 0 } read && read.Length <= MaxBody)
        {
            body = new byte[read.Length];
            int at = 0;
            for (int i = 0; i < read.PartCount; i++)
            {
                read.Part(i).Span.CopyTo(body.AsSpan(at));
                at += read.Part(i).Length;
            }

            isWhole = read.IsWhole;
        }

        var sample = new WafSample(
            exchange.Ray, exchange.Zone!.Name, HeadText.Of(exchange.Request), body, isWhole, exchange.ClientAddress, exchange.Connection.IsTls);
        lock (_lock)
        {
            _ring[_count++ % Capacity] = sample;
        }
    }

    /// <summary>The request of an exchange; null when it is not kept, or not any more.</summary>
    public WafSample? Find(string ray)
    {
        lock (_lock)
        {
            return Array.Find(_ring, sample => sample is not null && string.Equals(sample.Ray.ToString(), ray, StringComparison.OrdinalIgnoreCase));
        }
    }
}
