using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// The deadlines of one attempt over HTTP/2: one token for all that the platform's client does, cancelled when the origin takes too long. Two
/// flows arm it in turn: who sends the body until the response's head is there, and who relays the response from then on. Thread-safe.
/// </summary>
internal sealed class Http2Deadlines : IDisposable
{
    private readonly EdgeClock _clock;
    private readonly OriginTimeouts _timeouts;
    private readonly CancellationTokenSource _source;
    private readonly long _total;
    private readonly Lock _lock = new();
    private ExchangeEnd _reason;
    private bool _answered;

    /// <param name="clock">The edge's clock.</param>
    /// <param name="timeouts">The zone's timeouts.</param>
    /// <param name="startMicros">When the exchange began.</param>
    public Http2Deadlines(EdgeClock clock, OriginTimeouts timeouts, long startMicros)
    {
        _clock = clock;
        _timeouts = timeouts;
        _total = OriginDeadlines.After(startMicros, timeouts.Total);
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock.Provider);
    }

    /// <summary>Cancelled when the time is over, or by <see cref="Cancel"/>.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What took too long, once <see cref="Token"/> is cancelled for that.</summary>
    public ExchangeEnd Reason
    {
        get
        {
            lock (_lock)
            {
                return _reason;
            }
        }
    }

    /// <summary>The request is sent, or on its way; the origin is to answer. Of no effect once it has.</summary>
    public void FirstByte() => Arm(_timeouts.FirstByte, ExchangeEnd.OriginFirstByteTimeout, sending: true);

    /// <summary>The origin is to take more of the request's body. Of no effect once it has answered.</summary>
    public void Sending() => Arm(_timeouts.BetweenBytes, ExchangeEnd.OriginBetweenBytesTimeout, sending: true);

    /// <summary>The client is to send more of its body, and the origin is not waited for. Of no effect once it has answered.</summary>
    public void Pause() => Arm(long.MaxValue, ExchangeEnd.TotalTimeout, sending: true);

    /// <summary>The origin is to send more of its response.</summary>
    public void BetweenBytes() => Arm(_timeouts.BetweenBytes, ExchangeEnd.OriginBetweenBytesTimeout, sending: false);

    /// <summary>Ends whatever is under way.</summary>
    public void Cancel() => _source.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void Arm(long micros, ExchangeEnd reason, bool sending)
    {
        lock (_lock)
        {
            if ((sending && _answered) || _source.IsCancellationRequested)
            {
                return;
            }

            _answered |= !sending;
            long now = _clock.Micros;
            long deadline = OriginDeadlines.After(now, micros);
            _reason = _total < deadline ? ExchangeEnd.TotalTimeout : reason;
            long left = Math.Min(deadline, _total);
            _source.CancelAfter(left == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMicroseconds(Math.Max(left - now, 0)));
        }
    }
}
