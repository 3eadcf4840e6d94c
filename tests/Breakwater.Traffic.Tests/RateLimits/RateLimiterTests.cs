namespace Breakwater.Traffic.Tests.RateLimits;

public class RateLimiterTests
{
    private readonly SlidingWindowCounters _counters = new(64 * 1024, 1);

    [Fact]
    public void The_request_that_lifts_the_counter_above_the_limit_is_refused()
    {
        RateLimiter limiter = Limiter(limit: 3, timeoutSeconds: 30);
        CounterKey key = Key(limiter, "198.51.100.7");
        for (int i = 1; i <= 3; i++)
        {
            RateLimitDecision passed = limiter.Admit(key, i);
            Assert.False(passed.Refused);
            Assert.Equal((i, 3 - i, 60, 0), (passed.Counter, passed.Remaining, passed.ResetSeconds, passed.RetryAfterSeconds));
        }

        RateLimitDecision refused = limiter.Admit(key, 4);
        Assert.True(refused.Refused);
        Assert.True(refused.MitigationBegins);
        Assert.Equal((4, 0, 30, 30), (refused.Counter, refused.Remaining, refused.RetryAfterSeconds, refused.ResetSeconds));
        Assert.False(limiter.Admit(Key(limiter, "198.51.100.8"), 4).Refused);
    }

    [Fact]
    public void A_mitigated_key_is_refused_everything_for_the_time_that_is_set()
    {
        RateLimiter limiter = Limiter(limit: 1, timeoutSeconds: 300);
        CounterKey key = Key(limiter, "a");
        limiter.Admit(key, 0);
        Assert.True(limiter.Admit(key, 1).MitigationBegins);
        RateLimitDecision later = limiter.Admit(key, 299_001);
        Assert.True(later.Refused);
        Assert.False(later.MitigationBegins);
        Assert.Equal(1, later.RetryAfterSeconds);
        Assert.True(limiter.Check(key, 300_000).Refused);
        Assert.False(limiter.Check(key, 300_001).Refused);
        Assert.False(limiter.Admit(key, 300_001).Refused);
    }

    [Fact]
    public void Without_a_mitigation_only_the_excess_is_refused_and_does_not_count()
    {
        RateLimiter limiter = Limiter(limit: 60, timeoutSeconds: 0);
        CounterKey key = Key(limiter, "a");
        int passed = 0;

        // Ten a second for ten minutes, where one a second is allowed.
        for (long now = 0; now < 600_000; now += 100)
        {
            RateLimitDecision decision = limiter.Admit(key, now);
            passed += decision.Refused ? 0 : 1;
            Assert.False(decision.MitigationBegins);
            Assert.InRange(decision.Counter, 0, 60);
        }

        Assert.InRange(passed, 590, 660);
    }

    [Fact]
    public void Retry_after_is_when_a_throttled_client_passes_again()
    {
        RateLimiter limiter = Limiter(limit: 2, timeoutSeconds: 0);
        CounterKey key = Key(limiter, "a");
        limiter.Admit(key, 0);
        limiter.Admit(key, 0);
        RateLimitDecision refused = limiter.Admit(key, 500);
        Assert.True(refused.Refused);
        long passes = 500 + refused.RetryAfterMillis;
        Assert.InRange(passes, 60_000, 65_000);
        Assert.Equal((passes - 500 + 999) / 1000, refused.RetryAfterSeconds);
        Assert.True(limiter.Admit(key, passes - 1).Refused);
        Assert.False(limiter.Admit(key, passes).Refused);
    }

    [Fact]
    public void Passing_a_challenge_forgets_counter_and_mitigation()
    {
        RateLimiter limiter = Limiter(limit: 1, timeoutSeconds: 300);
        CounterKey key = Key(limiter, "a");
        limiter.Admit(key, 0);
        limiter.Admit(key, 0);
        limiter.Reset(key);
        Assert.Equal(1, limiter.Admit(key, 1).Counter);
    }

    [Fact]
    public void A_limit_on_responses_counts_after_and_refuses_the_request_after_that()
    {
        RateLimiter limiter = Limiter(limit: 2, timeoutSeconds: 60);
        CounterKey key = Key(limiter, "a");
        for (int i = 1; i <= 3; i++)
        {
            Assert.False(limiter.Check(key, i).Refused);
            Assert.Equal(i == 3, limiter.Count(key, i).MitigationBegins);
        }

        Assert.True(limiter.Check(key, 4).Refused);
    }

    [Fact]
    public void A_throttling_limit_on_responses_refuses_while_the_counter_is_above_the_limit()
    {
        RateLimiter limiter = Limiter(limit: 2, timeoutSeconds: 0);
        CounterKey key = Key(limiter, "a");
        limiter.Count(key, 0, 2);
        Assert.False(limiter.Check(key, 0).Refused);
        limiter.Count(key, 0, 2);
        RateLimitDecision refused = limiter.Check(key, 1_000);
        Assert.True(refused.Refused);
        Assert.True(limiter.Check(key, 1_000 + refused.RetryAfterMillis - 1).Refused);
        Assert.False(limiter.Check(key, 1_000 + refused.RetryAfterMillis).Refused);
    }

    [Fact]
    public void A_score_counts_for_what_it_is()
    {
        RateLimiter limiter = Limiter(limit: 1_000, timeoutSeconds: 60);
        CounterKey key = Key(limiter, "a");
        Assert.Equal(400, limiter.Count(key, 0, 400).Counter);
        Assert.False(limiter.Count(key, 1, 600).Refused);
        Assert.True(limiter.Count(key, 2, 1).Refused);
    }

    [Fact]
    public void A_limit_of_zero_lets_nothing_pass()
    {
        Assert.True(Limiter(limit: 0, timeoutSeconds: 0).Admit(default, 0).Refused);
        Assert.True(Limiter(limit: 0, timeoutSeconds: 10).Admit(default, 0).Refused);
    }

    [Fact]
    public void New_settings_with_the_same_id_go_on_counting()
    {
        RateLimiter before = Limiter(limit: 3, timeoutSeconds: 30);
        before.Admit(Key(before, "a"), 0, 3);
        RateLimiter after = Limiter(limit: 4, timeoutSeconds: 10);
        Assert.Equal(4, after.Admit(Key(after, "a"), 1).Counter);
        Assert.True(after.Admit(Key(after, "a"), 2).Refused);

        RateLimiter large = Limiter(limit: 3_000, timeoutSeconds: 10);
        Assert.Equal(1, large.Admit(Key(large, "a"), 3).Counter);
        RateLimiter other = new(new RateLimitSettings("other", TimeSpan.FromMinutes(1), 3, TimeSpan.Zero), _counters);
        Assert.Equal(1, other.Admit(Key(other, "a"), 3).Counter);
        RateLimiter longer = new(new RateLimitSettings("rule", TimeSpan.FromMinutes(10), 3, TimeSpan.Zero), _counters);
        Assert.Equal(1, longer.Admit(Key(longer, "a"), 3).Counter);
    }

    [Fact]
    public void A_missing_characteristic_has_a_counter_of_its_own()
    {
        RateLimiter limiter = Limiter(limit: 3, timeoutSeconds: 30);
        KeyHasher missing = limiter.StartKey();
        missing.AddMissing();
        limiter.Admit(missing.Finish(), 0);
        Assert.Equal(1, limiter.Admit(Key(limiter, ""), 0).Counter);
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        RateLimiter limiter = Limiter(limit: 3, timeoutSeconds: 1), throttle = Limiter(limit: 3, timeoutSeconds: 0);
        long now = 0;
        LeastAllocated.AssertNone(() =>
        {
            KeyHasher hasher = limiter.StartKey();
            hasher.Add("198.51.100.7"u8);
            CounterKey key = hasher.Finish();
            limiter.Admit(key, now);
            throttle.Admit(key, now);
            limiter.Check(key, now += 100);
        });
    }

    private RateLimiter Limiter(long limit, int timeoutSeconds) =>
        new(new RateLimitSettings("rule", TimeSpan.FromMinutes(1), limit, TimeSpan.FromSeconds(timeoutSeconds)), _counters);

    private static CounterKey Key(RateLimiter limiter, string client)
    {
        KeyHasher hasher = limiter.StartKey();
        hasher.Add(System.Text.Encoding.UTF8.GetBytes(client));
        return hasher.Finish();
    }
}
