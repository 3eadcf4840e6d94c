using CsCheck;

namespace Breakwater.Traffic.Tests.Counting;

public class SlidingWindowCountersTests
{
    private const long Small = 4096;

    private static readonly CounterWindow Minute = CounterWindow.Create(TimeSpan.FromSeconds(60), 100);

    [Fact]
    public void A_count_leaves_the_window_bit_by_bit_after_a_period()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterKey key = Key(counters, 7);
        CounterWindow minute = CounterWindow.Create(TimeSpan.FromSeconds(60), 1_000);
        Assert.Equal(5, counters.Count(key, minute, 1_000, 5).Count);
        Assert.Equal(5, counters.Read(key, minute, 1_000).Count);
        Assert.Equal(5, counters.Read(key, minute, 60_999).Count);
        Assert.Equal(2.5, counters.Read(key, minute, 66_000).Count);
        Assert.Equal(0.5, counters.Read(key, minute, 70_000).Count);
        Assert.Equal(0, counters.Read(key, minute, 71_000).Count);
    }

    [Fact]
    public void Counts_of_different_keys_and_windows_are_apart()
    {
        SlidingWindowCounters counters = new(Small, 1);
        for (ulong id = 0; id < 50; id++)
        {
            counters.Count(Key(counters, id), Minute, 0, (uint)id);
        }

        for (ulong id = 0; id < 50; id++)
        {
            Assert.Equal(id, counters.Read(Key(counters, id), Minute, 0).Count);
        }

        Assert.Equal(0, counters.Read(Key(counters, 50), Minute, 0).Count);
    }

    [Fact]
    public void A_mitigated_key_is_not_counted_until_its_time_is_over()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterKey key = Key(counters, 7);
        counters.Count(key, Minute, 0, 3);
        Assert.True(counters.Mitigate(key, Minute, 0, 10_000));
        Assert.False(counters.Mitigate(key, Minute, 1, 5_000));
        WindowReading reading = counters.Count(key, Minute, 9_999, 1);
        Assert.Equal((3, false, 10_000, 1), (reading.Count, reading.Counted, reading.MitigatedUntil, reading.WaitMillis));
        Assert.True(counters.Read(key, Minute, 9_999).Mitigated);
        Assert.False(counters.Read(key, Minute, 10_000).Mitigated);
        Assert.Equal(4, counters.Count(key, Minute, 10_000, 1).Count);
    }

    [Fact]
    public void A_reset_key_begins_anew()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterKey key = Key(counters, 7);
        counters.Count(key, Minute, 0, 90);
        counters.Mitigate(key, Minute, 0, 1_000_000);
        counters.Reset(key);
        counters.Reset(Key(counters, 8));
        Assert.Equal(default, counters.Read(key, Minute, 1));
        Assert.Equal(1, counters.Count(key, Minute, 2, 1).Count);
    }

    [Fact]
    public void Time_that_goes_back_a_little_counts_as_now()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterKey key = Key(counters, 7);
        counters.Count(key, Minute, 50_000, 1);
        Assert.Equal(2, counters.Count(key, Minute, 49_000, 1).Count);
        Assert.Equal(2, counters.Read(key, Minute, 60_000).Count);
    }

    [Theory]
    [InlineData(1_000, 40, 6)]
    [InlineData(100, 4, 13)]
    public void An_estimate_is_the_parts_of_the_window_and_a_share_of_the_oldest_one(int limit, int most, int parts)
    {
        Gen<(int Wait, int Amount)> step = Gen.Select(
            Gen.Frequency((5, Gen.Int[0, 300]), (3, Gen.Int[0, 3_000]), (1, Gen.Int[0, 20_000])), Gen.Int[0, most]);
        Forall.Check(Gen.Select(Gen.Int[100, 20_000], step.Array[1, 60]), 5_000, input => $"{input.Item1}: {string.Join(' ', input.Item2)}", input =>
        {
            (int period, (int Wait, int Amount)[] steps) = input;
            CounterWindow window = CounterWindow.Create(TimeSpan.FromMilliseconds(period), limit);
            SlidingWindowCounters counters = new(Small, 1);
            CounterKey key = Key(counters, 7);
            PartedWindow expected = new(period, parts);
            List<(long Time, int Amount)> log = [];
            long now = 5_000;
            foreach ((int wait, int amount) in steps)
            {
                now += wait;
                WindowReading reading = counters.Count(key, window, now, (uint)amount);
                Assert.Equal(expected.Count(now, amount), reading.Count, 6);

                // Never off by more than was counted in any one part of the window.
                log.Add((now, amount));
                int truth = log.Where(entry => entry.Time > now - period).Sum(entry => entry.Amount);
                long part = (period + parts - 1) / parts;
                int mostInAPart = log.Max(entry => log.Where(other => Math.Abs(other.Time - entry.Time) <= part + parts).Sum(other => other.Amount));
                Assert.InRange(reading.Count, truth - mostInAPart, truth + mostInAPart);
            }
        });
    }

    [Fact]
    public void What_has_to_be_waited_is_enough_and_not_a_millisecond_too_long()
    {
        Gen<(int Wait, int Amount)> step = Gen.Select(Gen.Int[0, 4_000], Gen.Int[1, 10]);
        int refused = 0;
        Forall.Check(Gen.Select(Gen.Int[600, 20_000], step.Array[1, 60], Gen.Bool), 5_000, input => $"{input.Item1}: {string.Join(' ', input.Item2)}", input =>
        {
            (int period, (int Wait, int Amount)[] steps, bool large) = input;
            CounterWindow window = CounterWindow.Create(TimeSpan.FromMilliseconds(period), large ? 250 : 25);
            long now = 5_000;
            SlidingWindowCounters counters = new(Small, 1);
            CounterKey key = Key(counters, 7);
            foreach ((int wait, int amount) in steps)
            {
                now += wait;
                uint brought = (uint)(large ? 10 * amount : amount);
                WindowReading reading = counters.TryCount(key, window, now, brought);
                if (!reading.Counted)
                {
                    refused++;
                    Assert.False(counters.TryCount(key, window, now + reading.WaitMillis - 1, brought).Counted);
                    Assert.True(counters.TryCount(key, window, now + reading.WaitMillis, brought).Counted);
                    now += reading.WaitMillis;
                }
            }
        });
        Assert.True(refused > 10_000);
    }

    [Fact]
    public void Large_limits_are_counted_in_units_and_stay_true_on_average()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterWindow window = CounterWindow.Create(TimeSpan.FromSeconds(60), 1_000_000);
        CounterKey key = Key(counters, 7);
        for (int i = 0; i < 500_000; i++)
        {
            counters.Count(key, window, i / 10, i % 2 == 0 ? 1u : 2u);
        }

        Assert.InRange(counters.Read(key, window, 50_000).Count, 745_000, 755_000);
        counters.Count(key, window, 50_000, 1_000_000);
        Assert.InRange(counters.Read(key, window, 50_000).Count, 1_700_000, 1_800_000);
    }

    [Fact]
    public void A_number_far_beyond_the_limit_stays_beyond_it()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterKey key = Key(counters, 7);
        counters.Count(key, Minute, 0, uint.MaxValue);
        counters.Count(key, Minute, 0, uint.MaxValue);
        Assert.Equal(255, counters.Read(key, Minute, 0).Count);
    }

    [Fact]
    public void A_flood_of_keys_displaces_neither_the_mitigated_nor_those_near_their_limit()
    {
        SlidingWindowCounters counters = new(64 * 1024, 1);
        Assert.Equal(2048, counters.Capacity);
        CounterWindow strict = CounterWindow.Create(TimeSpan.FromMinutes(10), 5);
        counters.Mitigate(Key(counters, 1), Minute, 0, 600_000);
        counters.Count(Key(counters, 2), Minute, 0, 90);
        counters.Count(Key(counters, 3), strict, 0, 3);
        for (ulong i = 0; i < 500_000; i++)
        {
            counters.Count(Key(counters, 1000 + i), Minute, (long)i / 10, 1);
        }

        Assert.True(counters.Read(Key(counters, 1), Minute, 50_000).Mitigated);
        Assert.Equal(90, counters.Read(Key(counters, 2), Minute, 50_000).Count);
        Assert.Equal(3, counters.Read(Key(counters, 3), strict, 50_000).Count);
        Assert.True(counters.Displaced > 400_000);
    }

    [Fact]
    public void A_table_full_of_mitigated_keys_still_takes_a_new_one()
    {
        SlidingWindowCounters counters = new(Small, 1);
        for (ulong i = 0; i < 1_000; i++)
        {
            counters.Mitigate(Key(counters, i), Minute, 0, 100_000);
        }

        Assert.Equal(1, counters.Count(Key(counters, 5_000), Minute, 1, 1).Count);
        Assert.Equal(2, counters.Count(Key(counters, 5_000), Minute, 2, 1).Count);
    }

    [Fact]
    public void What_is_over_makes_room_without_displacing()
    {
        SlidingWindowCounters counters = new(64 * 1024, 1);
        for (ulong i = 0; i < 200_000; i++)
        {
            counters.Count(Key(counters, i), Minute, (long)i * 100, 1);
        }

        Assert.Equal(0, counters.Displaced);
    }

    [Fact]
    public void A_million_keys_fit_40_MiB()
    {
        SlidingWindowCounters counters = new(SlidingWindowCounters.DefaultMemory, 1);
        Assert.InRange(counters.MemoryBytes, 40 << 20, (40 << 20) + (64 << 10));
        for (uint round = 1; round <= 2; round++)
        {
            for (ulong i = 0; i < 1_000_000; i++)
            {
                counters.Count(Key(counters, i), Minute, 0, 1);
            }
        }

        int kept = 0;
        for (ulong i = 0; i < 1_000_000; i++)
        {
            kept += counters.Read(Key(counters, i), Minute, 0).Count == 2 ? 1 : 0;
        }

        Assert.InRange(kept, 999_000, 1_000_000);
    }

    [Fact]
    public async Task Threads_that_count_at_once_lose_nothing()
    {
        SlidingWindowCounters counters = new(Small, 1);
        CounterWindow window = CounterWindow.Create(TimeSpan.FromSeconds(60), 30_000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 40_000; i++)
            {
                counters.Count(Key(counters, (ulong)(i % 8)), window, i / 10, 1);
            }
        })));

        for (ulong id = 0; id < 8; id++)
        {
            Assert.Equal(20_000, counters.Read(Key(counters, id), window, 4_000).Count);
        }
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        SlidingWindowCounters counters = new(Small, 1);
        ulong id = 0;
        LeastAllocated.AssertNone(() =>
        {
            CounterKey key = Key(counters, id++ % 300);
            counters.TryCount(key, Minute, (long)id, 1);
            counters.Mitigate(key, Minute, (long)id, (long)id + 5);
            counters.Read(key, Minute, (long)id);
            counters.Reset(key);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(7 * 86_400_000L + 1)]
    public void A_period_out_of_range_is_refused(long millis)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterWindow.Create(TimeSpan.FromMilliseconds(millis), 1));
    }

    private static CounterKey Key(SlidingWindowCounters counters, ulong id)
    {
        KeyHasher hasher = counters.StartKey();
        hasher.Add(id);
        return hasher.Finish();
    }
}
