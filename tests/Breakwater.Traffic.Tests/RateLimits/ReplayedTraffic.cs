namespace Breakwater.Traffic.Tests.RateLimits;

/// <summary>
/// Requests of 100,000 clients and one offender in fake time, from a seed. Clients come at heavy-tailed rates: page views with a burst of requests
/// behind each, and one in ten a program with a steady rhythm.
/// </summary>
internal sealed class ReplayedTraffic
{
    public const int Clients = 100_000;

    public const int Offender = Clients;

    /// <summary>Each request: its time in milliseconds, and its client.</summary>
    public required (int Time, int Client)[] Requests { get; init; }

    /// <param name="seed">Makes the same traffic every time.</param>
    /// <param name="seconds">How long it lasts. The offender comes in the middle half, at 40 times the limit.</param>
    /// <param name="requestsPerSecond">Of all clients together, before the fastest are slowed down.</param>
    /// <param name="limitPerSecond">What the limit allows.</param>
    /// <param name="fastest">The share of the limit to which the fastest are slowed down.</param>
    /// <param name="nearTheLimit">How many clients keep within 30 % of the limit, on either side.</param>
    public static ReplayedTraffic Generate(
        int seed, int seconds, double requestsPerSecond, double limitPerSecond, double fastest, int nearTheLimit)
    {
        Random random = new(seed);

        // Pareto with shape 1.1: most clients come rarely, a few all the time.
        double[] rates = new double[Clients];
        for (int i = 0; i < Clients; i++)
        {
            rates[i] = 1 / Math.Pow(1 - random.NextDouble(), 1 / 1.1);
        }

        double scale = requestsPerSecond / rates.Sum();
        List<(int Time, int Client)> requests = [];
        for (int client = 0; client < Clients; client++)
        {
            double rate = client < nearTheLimit
                ? limitPerSecond * (0.7 + (0.6 * random.NextDouble()))
                : Math.Min(limitPerSecond * fastest, rates[client] * scale);

            bool steady = client % 10 == 0;
            double perArrival = steady ? 1 : 8;
            for (double time = Exponential(random, rate / perArrival); time < seconds; time += Exponential(random, rate / perArrival))
            {
                int burst = steady ? 1 : 1 + (int)(Exponential(random, 1) * (perArrival - 1));
                double at = time;
                for (int i = 0; i < burst && at < seconds; i++, at += Exponential(random, 5))
                {
                    requests.Add(((int)(at * 1000), client));
                }
            }

            // Everybody comes once at least.
            requests.Add((random.Next(seconds * 1000), client));
        }

        for (double time = seconds * 0.25; time < seconds * 0.75; time += Exponential(random, 40 * limitPerSecond))
        {
            requests.Add(((int)(time * 1000), Offender));
        }

        (int Time, int Client)[] sorted = [.. requests];
        Array.Sort(sorted);
        return new ReplayedTraffic { Requests = sorted };
    }

    private static double Exponential(Random random, double rate) => -Math.Log(1 - random.NextDouble()) / rate;
}
