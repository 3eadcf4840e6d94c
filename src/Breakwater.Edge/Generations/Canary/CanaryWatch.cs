using Breakwater.Config;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>How a canary ended. Immutable.</summary>
/// <param name="Harm">The sign of harm because of which the candidate must be taken back; null = it may be promoted.</param>
/// <param name="Overtaken">Whether it was broken off for another change.</param>
/// <param name="Summary">Both sides, in a line.</param>
internal sealed record CanaryEnd(string? Harm, bool Overtaken, string Summary);

/// <summary>
/// Watches a canary to its end: at a sign of harm, after enough requests, after the time is over, or early, when there is hardly any traffic to
/// learn from. The heartbeat looks. Thread-safe.
/// </summary>
/// <param name="run">The canary.</param>
/// <param name="bounds">The bounds.</param>
/// <param name="mayBlock">Whether it was confirmed that more is to be refused.</param>
/// <param name="clock">The clock.</param>
internal sealed class CanaryWatch(CanaryRun run, CanaryConfig bounds, bool mayBlock, EdgeClock clock) : IHeartbeatTarget
{
    /// <summary>When a canary is over that hardly anybody meets.</summary>
    public static readonly TimeSpan QuietAfter = TimeSpan.FromSeconds(1);

    /// <summary>How many requests, of both sides, are hardly any.</summary>
    public const int QuietRequests = 10;

    private readonly TaskCompletionSource<CanaryEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _began = clock.Micros;

    /// <summary>Completes with its end.</summary>
    public Task<CanaryEnd> Ended => _ended.Task;

    /// <summary>Breaks it off, for a change that cannot wait.</summary>
    public void BreakOff() => End(null, overtaken: true);

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        if (CanaryJudge.Harm(run.OfLive, run.OfCandidate, bounds, mayBlock) is { } harm)
        {
            End(harm, overtaken: false);
            return;
        }

        long elapsed = nowMicros - _began;
        if (elapsed >= EdgeClock.ToMicros(bounds.Time)
            || run.OfCandidate.Requests >= bounds.Requests
            || (elapsed >= EdgeClock.ToMicros(QuietAfter) && run.OfLive.Requests + run.OfCandidate.Requests < QuietRequests))
        {
            End(null, overtaken: false);
        }
    }

    private void End(string? harm, bool overtaken)
    {
        if (!_ended.Task.IsCompleted)
        {
            _ended.TrySetResult(new CanaryEnd(harm, overtaken, CanaryJudge.Describe(run.OfLive, run.OfCandidate)));
        }
    }
}
