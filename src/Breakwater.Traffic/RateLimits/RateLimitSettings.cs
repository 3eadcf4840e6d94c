namespace Breakwater.Traffic;

/// <summary>What one rate limit allows. Immutable.</summary>
/// <param name="Id">
/// Names the limit for as long as it counts the same: settings with the same id, period and order of magnitude of the limit go on with the
/// counters of the ones before. Zone and rule belong into it.
/// </param>
/// <param name="Period">Over what time requests are counted; see <see cref="CounterWindow"/> for its range.</param>
/// <param name="Limit">How many requests, or how much of a score, are allowed within any period. The one beyond is refused.</param>
/// <param name="MitigationTimeout">
/// For how long a key is refused everything once it was beyond the limit. Zero: only the excess is refused, and does not count.
/// </param>
public sealed record RateLimitSettings(string Id, TimeSpan Period, long Limit, TimeSpan MitigationTimeout)
{
    /// <summary>Whether only the excess is refused.</summary>
    public bool Throttles => MitigationTimeout <= TimeSpan.Zero;
}
