using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Forwarding;

/// <summary>Sets the deadlines of one attempt on its connection, each cut short by the exchange's total. Immutable.</summary>
internal readonly struct OriginDeadlines(OriginConnection connection, EdgeClock clock, OriginTimeouts timeouts, long startMicros)
{
    private readonly long _total = After(startMicros, timeouts.Total);

    /// <summary>The edge's clock.</summary>
    public EdgeClock Clock => clock;

    /// <summary>The request is sent; the origin is to answer.</summary>
    public void FirstByte() => Arm(timeouts.FirstByte, ExchangeEnd.OriginFirstByteTimeout);

    /// <summary>The origin is to take, or to send, more of a body.</summary>
    public void BetweenBytes() => Arm(timeouts.BetweenBytes, ExchangeEnd.OriginBetweenBytesTimeout);

    /// <summary>An upgraded connection has moved.</summary>
    public void Tunnel() => connection.Arm(After(clock.Micros, timeouts.TunnelIdle), ExchangeEnd.TunnelIdle);

    /// <summary>It is the client that is waited for.</summary>
    public void Pause() => connection.Arm(_total, ExchangeEnd.TotalTimeout);

    /// <summary>A point in time, saturating.</summary>
    public static long After(long nowMicros, long micros) => micros >= long.MaxValue - nowMicros ? long.MaxValue : nowMicros + micros;

    private void Arm(long micros, ExchangeEnd reason)
    {
        long deadline = After(clock.Micros, micros);
        if (_total < deadline)
        {
            connection.Arm(_total, ExchangeEnd.TotalTimeout);
        }
        else
        {
            connection.Arm(deadline, reason);
        }
    }
}
