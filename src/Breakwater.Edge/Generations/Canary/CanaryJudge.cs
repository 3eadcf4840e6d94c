using System.Globalization;
using Breakwater.Config;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>
/// Compares what a candidate did with what the generation in force did at the same time. A share counts as worse only if it is so beyond the
/// bound and beyond chance, so that a single failure of a few requests condemns nobody, and the failure of all of them does. Stateless.
/// </summary>
internal static class CanaryJudge
{
    /// <summary>Requests of each side before times are compared.</summary>
    public const int MinTimes = 50;

    /// <summary>How seldom chance may do what is called harm. It is looked at several times a second, so this is small.</summary>
    private const double Chance = 0.001;

    // Differences that nobody notices, whatever they are as a share.
    private const long DurationSlack = 20_000;
    private const long WorkSlack = 250;

    /// <summary>The sign of harm that there is; null for none.</summary>
    /// <param name="live">What is in force did.</param>
    /// <param name="candidate">What the candidate did.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="mayBlock">Whether it was confirmed that more is to be refused.</param>
    public static string? Harm(LaneFigures live, LaneFigures candidate, CanaryConfig bounds, bool mayBlock) =>
        Share("fail in the edge (5xx)", candidate.Errors, candidate.Requests, live.Errors, live.Requests, bounds.MaxErrors)
        ?? Share("fail at the origin (5xx)", candidate.OriginErrors, candidate.Requests, live.OriginErrors, live.Requests, bounds.MaxErrors)
        ?? (mayBlock ? null : Share("are refused", candidate.Blocked, candidate.Requests, live.Blocked, live.Requests, bounds.MaxBlocked, Math.Max(live.DesignEffect, candidate.DesignEffect)))
        ?? Times("the slowest tenth of its requests takes", candidate.Durations, live.Durations, bounds.MaxSlower, DurationSlack)
        ?? Times("deciding about the slowest tenth of its requests takes the edge", candidate.Work, live.Work, bounds.MaxSlower, WorkSlack);

    /// <summary>Both sides, in a line.</summary>
    public static string Describe(LaneFigures live, LaneFigures candidate) =>
        $"candidate: {Describe(candidate)}; in force: {Describe(live)}";

    /// <summary>
    /// The probability that of <paramref name="count"/> requests <paramref name="hits"/> or more are hit, each with a probability of
    /// <paramref name="rate"/>: the upper tail of the binomial distribution.
    /// </summary>
    public static double Tail(long hits, long count, double rate)
    {
        if (hits <= 0)
        {
            return 1;
        }

        if (rate <= 0 || hits > count)
        {
            return 0;
        }

        if (rate >= 1)
        {
            return 1;
        }

        // From the largest term on, in logarithms: the terms fall fast.
        double log = LogChoose(count, hits) + hits * Math.Log(rate) + (count - hits) * Math.Log(1 - rate);
        double term = Math.Exp(log), sum = term;
        for (long i = hits; i < count && term > sum * 1e-12; i++)
        {
            term *= (count - i) / (i + 1.0) * rate / (1 - rate);
            sum += term;
        }

        return Math.Min(1, sum);
    }

    // Where requests are not independent, as many as the design effect tell as much as one that is.
    private static string? Share(string what, long hits, long requests, long liveHits, long liveRequests, double allowed, double designEffect = 1)
    {
        double usual = liveRequests == 0 ? 0 : (double)liveHits / liveRequests;
        double bound = Math.Min(1, usual + allowed);
        return hits >= 2 && hits > bound * requests && Tail((long)(hits / designEffect), (long)Math.Ceiling(requests / designEffect), bound) < Chance
            ? string.Create(CultureInfo.InvariantCulture, $"{hits} of its {requests} requests {what}; of the others {liveHits} of {liveRequests}")
            : null;
    }

    private static string? Times(string what, TimeHistogram candidate, TimeHistogram live, double slower, long slack)
    {
        if (candidate.Count < MinTimes || live.Count < MinTimes)
        {
            return null;
        }

        long own = candidate.Quantile(0.9), usual = live.Quantile(0.9);
        return own > usual * (1 + slower) + slack
            ? string.Create(CultureInfo.InvariantCulture, $"{what} {own / 1000.0:F1} ms or more; of the others {usual / 1000.0:F1} ms")
            : null;
    }

    private static string Describe(LaneFigures lane) => string.Create(
        CultureInfo.InvariantCulture,
        $"{lane.Requests} requests, {lane.Errors + lane.OriginErrors} failed, {lane.Blocked} refused, 9 of 10 in {lane.Durations.Quantile(0.9) / 1000.0:F1} ms, {lane.Work.Quantile(0.9)} µs of work");

    /// <summary>The logarithm of the binomial coefficient.</summary>
    private static double LogChoose(long n, long k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    /// <summary>Stirling's series; exact enough from 10 on, and added up below.</summary>
    private static double LogFactorial(long n)
    {
        if (n < 10)
        {
            double sum = 0;
            for (long i = 2; i <= n; i++)
            {
                sum += Math.Log(i);
            }

            return sum;
        }

        double x = n + 1;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x * x * x);
    }
}
