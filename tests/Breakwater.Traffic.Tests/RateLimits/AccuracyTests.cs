namespace Breakwater.Traffic.Tests.RateLimits;

/// <summary>
/// How often the counters decide otherwise than a true sliding window, which remembers the time of every request. And how often counting in
/// whole windows would, as many do: <c>rate = previous · (W − elapsed) / W + current</c>.
/// </summary>
public class AccuracyTests(ITestOutputHelper output)
{
    private const int Limit = 100, Period = 60_000, Seconds = 600;

    /// <summary>
    /// First as sites are: hardly any visitor comes near the limit. Then with a limit so tight that bursts of visitors reach it; and with a thousand
    /// clients besides that always keep near it.
    /// </summary>
    [Theory]
    [InlineData(0.2, 0, 0.00002)]
    [InlineData(0.5, 0, 0.0006)]
    [InlineData(0.5, 1_000, 0.004)]
    public void Wrong_decisions_over_a_replay_of_100_000_clients(double fastest, int nearTheLimit, double mostWrong)
    {
        ReplayedTraffic traffic = ReplayedTraffic.Generate(seed: 11, Seconds, requestsPerSecond: 8_000, Limit / 60.0, fastest, nearTheLimit);
        SlidingWindowCounters counters = new(SlidingWindowCounters.DefaultMemory, 1);
        CounterWindow window = CounterWindow.Create(TimeSpan.FromMilliseconds(Period), Limit);
        Queue<int>[] truth = new Queue<int>[ReplayedTraffic.Clients + 1];
        (int Window, int Previous, int Current)[] twoWindows = new (int, int, int)[truth.Length];
        Tally ours = new(), theirs = new();
        int distinct = 0;
        foreach ((int time, int client) in traffic.Requests)
        {
            if (truth[client] is null)
            {
                truth[client] = new Queue<int>();
                distinct++;
            }

            Queue<int> log = truth[client];
            log.Enqueue(time);
            while (log.Peek() <= time - Period)
            {
                log.Dequeue();
            }

            KeyHasher key = counters.StartKey();
            key.Add((ulong)client);
            ours.Add(log.Count, counters.Count(key.Finish(), window, time, 1).Count, Limit, client);
            theirs.Add(log.Count, CountInTwo(ref twoWindows[client], time), Limit, client);
        }

        output.WriteLine($"{ours.Requests:N0} requests of {distinct:N0} clients; {ours.TrulyOver:N0} beyond the limit of {Limit} per {Period / 1000} s");
        output.WriteLine($"by parts    : {ours}");
        output.WriteLine($"two windows : {theirs}");
        Assert.Equal(ReplayedTraffic.Clients + 1, distinct);
        Assert.InRange(ours.Requests, 2_000_000, 10_000_000);
        Assert.True(ours.TrulyOver > 10_000, "The offender should be there.");
        Assert.Equal(0, counters.Displaced);
        Assert.InRange(ours.WrongShare, 0, mostWrong);
        Assert.InRange(ours.MeanError, 0, 0.015);
        Assert.True(ours.WrongShare < theirs.WrongShare / 5, "Parts of a window should be worth their while.");
        Assert.InRange(ours.WorstExcess, 0, 0.15);
    }

    private static double CountInTwo(ref (int Window, int Previous, int Current) counter, int time)
    {
        int now = time / Period;
        if (now != counter.Window)
        {
            counter = (now, now == counter.Window + 1 ? counter.Current : 0, 0);
        }

        counter.Current++;
        return (counter.Previous * (double)(Period - (time % Period)) / Period) + counter.Current;
    }

    private sealed class Tally
    {
        private readonly HashSet<int> _clientsWronglyLimited = [];
        private readonly HashSet<int> _clientsWronglyPassed = [];
        private long _wronglyLimited;
        private long _wronglyPassed;
        private double _errors;
        private long _counted;

        public long Requests { get; private set; }

        public long TrulyOver { get; private set; }

        /// <summary>By how much of the limit a client was beyond it when it passed, at most.</summary>
        public double WorstExcess { get; private set; }

        public double WrongShare => (_wronglyLimited + _wronglyPassed) / (double)Requests;

        /// <summary>The mean difference from the true number, as a share of it, where that is 10 or more.</summary>
        public double MeanError => _errors / _counted;

        public void Add(int truth, double estimate, int limit, int client)
        {
            Requests++;
            TrulyOver += truth > limit ? 1 : 0;
            if (truth >= 10)
            {
                _errors += Math.Abs(estimate - truth) / truth;
                _counted++;
            }

            if (estimate > limit && truth <= limit)
            {
                _wronglyLimited++;
                _clientsWronglyLimited.Add(client);
            }
            else if (estimate <= limit && truth > limit)
            {
                _wronglyPassed++;
                _clientsWronglyPassed.Add(client);
                WorstExcess = Math.Max(WorstExcess, (truth - limit) / (double)limit);
            }
        }

        public override string ToString() =>
            $"wrongly limited {_wronglyLimited / (double)Requests:P4} of requests ({_clientsWronglyLimited.Count} clients), "
            + $"wrongly passed {_wronglyPassed / (double)Requests:P4} ({_clientsWronglyPassed.Count} clients, {WorstExcess:P0} above the limit at most), "
            + $"mean error {MeanError:P2}";
    }
}
