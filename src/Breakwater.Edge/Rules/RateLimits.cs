using System.Buffers.Text;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;
using Breakwater.Traffic;

namespace Breakwater.Edge.Rules;

/// <summary>The rate limits of a zone, by rule. Immutable; what they count lives on across generations.</summary>
internal sealed class RateLimits(FrozenDictionary<CompiledRule, RuleLimiter> limiters)
{
    /// <summary>None.</summary>
    public static RateLimits None { get; } = new(FrozenDictionary<CompiledRule, RuleLimiter>.Empty);

    /// <summary>The limiter of a rule that has a limit.</summary>
    public RuleLimiter Of(CompiledRule rule) => limiters[rule];
}

/// <summary>
/// What all rate limits of an edge count in: one table of fixed size, made when the first limit needs it. Its secret is the process's own, so
/// that no client can choose which entries its requests fall on. Thread-safe.
/// </summary>
/// <param name="clock">The edge's clock.</param>
internal sealed class RateLimitCounters(EdgeClock clock)
{
    // Counters keep times in few bits, and a monotonic clock may have begun anywhere.
    private readonly long _started = clock.Micros;

    private readonly Lazy<SlidingWindowCounters> _counters = new(() =>
        new SlidingWindowCounters(SlidingWindowCounters.DefaultMemory, BitConverter.ToUInt128(RandomNumberGenerator.GetBytes(16))));

    /// <summary>The limits of rules. What a rule of the same place and id has counted goes on.</summary>
    /// <param name="zone">The zone that they hold for.</param>
    /// <param name="phases">The rules.</param>
    public RateLimits For(string zone, CompiledPhases phases) => new(
        phases.Account.Rules.Concat(phases.Zone.Rules)
            .Where(rule => rule.RateLimit is not null)
            .ToFrozenDictionary(rule => rule, rule => new RuleLimiter(rule, Limiter(zone, rule), _started)));

    private RateLimiter Limiter(string zone, CompiledRule rule)
    {
        RateLimit limit = rule.RateLimit!.Limit;
        var settings = new RateLimitSettings(
            $"{zone}/{rule.Level}/{rule}", TimeSpan.FromSeconds(limit.Period), limit.ScorePerPeriod ?? limit.RequestsPerPeriod ?? 0,
            TimeSpan.FromSeconds(limit.MitigationTimeout));
        return new RateLimiter(settings, _counters.Value);
    }
}

/// <summary>One rule's rate limit at work on exchanges. Immutable but for the counters; thread-safe.</summary>
/// <param name="rule">The rule.</param>
/// <param name="limiter">What it counts with.</param>
/// <param name="started">The time, in microseconds of the edge's clock, from which counters reckon.</param>
internal sealed class RuleLimiter(CompiledRule rule, RateLimiter limiter, long started)
{
    /// <summary>The largest score that a response may name; the rulesets API allows as much.</summary>
    private const uint MaxScore = 1_000_000;

    private readonly CompiledRateLimit _limit = rule.RateLimit!;
    private readonly byte[] _name = RateLimitReading.NameOf(rule.Id);
    private readonly byte[] _scoreHeader = System.Text.Encoding.ASCII.GetBytes(rule.RateLimit!.Limit.ScoreResponseHeader ?? "");

    /// <summary>Counts a request, asks about it, or both.</summary>
    /// <param name="context">The request.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="counts">Whether it is counted now.</param>
    /// <param name="applies">Whether it is to be refused when the limit is exceeded.</param>
    [SkipLocalsInit]
    public RateLimitReading Meet(EvaluationContext context, Exchange exchange, bool counts, bool applies)
    {
        Span<byte> room = stackalloc byte[CompiledRateLimit.MaxCharacteristics * 80];
        KeyHasher hasher = limiter.StartKey();
        hasher.Add(room[.._limit.WriteKey(context, room)]);
        CounterKey key = hasher.Finish();
        long now = (exchange.Clock.Micros - started) / 1000;
        RateLimitDecision decision = (counts, applies) switch
        {
            (true, true) => limiter.Admit(key, now, Amount(exchange)),
            (true, false) => limiter.Count(key, now, Amount(exchange)),
            _ => limiter.Check(key, now),
        };
        return new RateLimitReading(
            _name, decision.Refused, decision.Limit, decision.Remaining, _limit.Limit.Period,
            (int)Math.Min(int.MaxValue, decision.Refused ? decision.RetryAfterSeconds : decision.ResetSeconds));
    }

    /// <summary>1, or the score that the origin names; 0 where it names none.</summary>
    private uint Amount(Exchange exchange)
    {
        if (_limit.Limit.ScorePerPeriod is null)
        {
            return 1;
        }

        return _scoreHeader.Length > 0 && exchange.Response.TryGet(_scoreHeader, out ReadOnlySpan<byte> value)
            && Utf8Parser.TryParse(value, out uint score, out int used) && used == value.Length
            ? Math.Min(score, MaxScore)
            : 0;
    }
}
