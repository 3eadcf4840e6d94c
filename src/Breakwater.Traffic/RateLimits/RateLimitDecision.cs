namespace Breakwater.Traffic;

/// <summary>What a rate limit says to a request. Immutable. Times are in milliseconds.</summary>
/// <param name="Refused">Whether the request is beyond the limit, or its key is mitigated.</param>
/// <param name="MitigationBegins">Whether it is this request that put its key under mitigation: an event worth telling once.</param>
/// <param name="Counter">How much has been counted within the last period, this request included if it counted.</param>
/// <param name="Limit">The limit.</param>
/// <param name="ResetMillis">How long until the limit is whole again, if nothing else comes: the period, or the time that is left of a mitigation.</param>
/// <param name="RetryAfterMillis">How long until a request would be let through, if nothing else comes; 0 when this one is.</param>
public readonly record struct RateLimitDecision(
    bool Refused, bool MitigationBegins, double Counter, long Limit, long ResetMillis, long RetryAfterMillis)
{
    /// <summary>How many more requests would be let through now.</summary>
    public long Remaining => Refused ? 0 : Math.Max(0, (long)Math.Floor(Limit - Counter));

    /// <summary>For the <c>Retry-After</c> field (RFC 9110 §10.2.3): whole seconds, rounded up.</summary>
    public long RetryAfterSeconds => (RetryAfterMillis + 999) / 1000;

    /// <summary>For the <c>t</c> parameter of the <c>RateLimit</c> field (draft-ietf-httpapi-ratelimit-headers): whole seconds, rounded up.</summary>
    public long ResetSeconds => (ResetMillis + 999) / 1000;
}
