namespace Breakwater.Drills.Load;

/// <summary>What became of the requests of a load; each is in exactly one of answered, failed. Immutable.</summary>
/// <param name="Requests">Requests that were begun.</param>
/// <param name="Failed">Those that got no answer, or another one than they should have got.</param>
/// <param name="Retried">Those whose kept-alive connection was closed before a byte of the answer, and that were sent once again over a new one, as browsers do.</param>
/// <param name="P50Ms">Half of them took no longer, in milliseconds.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="MaxMs">None took longer.</param>
internal sealed record LoadFigures(int Requests, int Failed, int Retried, double P50Ms, double P99Ms, double MaxMs)
{
    /// <summary>What went wrong with the first ones that failed.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Sums up.</summary>
    public static LoadFigures Of(IEnumerable<Sample> samples)
    {
        Sample[] all = [.. samples];
        double[] times = [.. all.Select(sample => sample.Milliseconds)];
        Array.Sort(times);
        string[] failures = [.. all.Where(sample => sample.Failure is not null).Take(5).Select(sample => $"{sample.Visit}: {sample.Failure}")];
        return new LoadFigures(all.Length, all.Count(sample => sample.Failure is not null), all.Count(sample => sample.Retried), At(0.5), At(0.99), At(1))
        {
            Failures = failures,
        };

        double At(double share) => times.Length == 0 ? 0 : Math.Round(times[Math.Max(0, (int)Math.Ceiling(times.Length * share) - 1)], 2);
    }
}

/// <summary>What became of one request. Immutable.</summary>
/// <param name="Visit">What was asked for.</param>
/// <param name="Stretch">The stretch of the load in which it was begun, counted from 0.</param>
/// <param name="Milliseconds">From the moment at which it was due to the last byte of the answer.</param>
/// <param name="Failure">Why it failed; null when it was answered as it should be.</param>
/// <param name="Retried">Whether it was sent twice.</param>
/// <param name="Begun">When it was sent, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
/// <param name="Ended">When that was over.</param>
internal readonly record struct Sample(string Visit, int Stretch, double Milliseconds, string? Failure, bool Retried, long Begun = 0, long Ended = 0);
