using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Load;

namespace Breakwater.Drills;

/// <summary>Runs drills: some beside each other, those that need the machine for themselves after that. Stateless.</summary>
internal static class DrillRunner
{
    /// <summary>One part in so many of a drill's patience is for its clean-up, and no more than <see cref="LongestCleanUp"/>.</summary>
    private const int CleanUpShare = 6;

    private static readonly TimeSpan LongestCleanUp = TimeSpan.FromSeconds(20);

    /// <summary>Runs them.</summary>
    /// <param name="drills">The drills.</param>
    /// <param name="parallel">How many at a time.</param>
    /// <param name="ended">Called as each ends, one at a time.</param>
    /// <param name="cancel">Begins no further one.</param>
    /// <returns>The results, in the order of the drills; of those that were not begun none.</returns>
    public static async Task<IReadOnlyList<DrillResult>> RunAsync(IReadOnlyList<Drill> drills, int parallel, Action<Drill, DrillResult> ended, CancellationToken cancel)
    {
        DrillResult?[] results = new DrillResult?[drills.Count];
        Lock one = new();
        await RunSomeAsync(alone: false, parallel);
        await RunSomeAsync(alone: true, 1);
        return [.. results.OfType<DrillResult>()];

        async Task RunSomeAsync(bool alone, int degree)
        {
            int[] some = [.. Enumerable.Range(0, drills.Count).Where(index => drills[index].Sheet.RunsAlone == alone)];
            ParallelOptions options = new() { MaxDegreeOfParallelism = degree };
            await Parallel.ForEachAsync(some, options, async (index, _) =>
            {
                if (cancel.IsCancellationRequested)
                {
                    return;
                }

                DrillResult result = results[index] = await RunAsync(drills[index], cancel);
                lock (one)
                {
                    ended(drills[index], result);
                }
            });
        }
    }

    /// <summary>Runs one to its end, whatever that is, and within its patience, clean-up included.</summary>
    public static async Task<DrillResult> RunAsync(Drill drill, CancellationToken cancel = default)
    {
        long begun = Stopwatch.GetTimestamp();
        TimeSpan cleanUp = drill.Patience / CleanUpShare < LongestCleanUp ? drill.Patience / CleanUpShare : LongestCleanUp;
        DrillGround ground = new();
        List<string> broken = [];
        LoadFigures? figures = null;
        try
        {
            figures = await Task.Run(() => RunAsync(drill, ground), CancellationToken.None).WaitAsync(drill.Patience - cleanUp, cancel);
        }
        catch (TimeoutException)
        {
            broken.Add(string.Create(CultureInfo.InvariantCulture, $"it hangs: it is not over after {(drill.Patience - cleanUp).TotalSeconds:0.#} s"));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever it is: the other drills run.
            broken.Add(cancel.IsCancellationRequested ? "it was interrupted" : exception is DrillException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}");
        }

        broken.InsertRange(0, ground.Broken);
        broken.AddRange(Judge(drill.Sheet.Limits, figures, ground));
        IReadOnlyList<string> diary = broken.Count > 0 ? ground.Diary : [];
        broken.AddRange(await ground.EndAsync(cleanUp));
        return new DrillResult
        {
            Name = drill.Sheet.Name,
            Passed = broken.Count == 0,
            Broken = broken,
            Load = figures,
            Event = ground.Event,
            RecoveryMs = ground.Recovery is { } recovery ? Math.Round(recovery.TotalMilliseconds, 1) : null,
            Notes = ground.Notes,
            Comparisons = ground.Comparisons,
            Diary = diary,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 1),
        };
    }

    private static async Task<LoadFigures?> RunAsync(Drill drill, DrillGround ground)
    {
        await drill.RunAsync(ground);
        return await ground.EndLoadsAsync();
    }

    private static IEnumerable<string> Judge(LoadLimits limits, LoadFigures? figures, DrillGround ground)
    {
        if (figures is null)
        {
            yield break;
        }

        if (figures.Requests == 0)
        {
            yield return "no request was sent";
        }

        if (limits.Failed is { } most && figures.Failed > most)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{figures.Failed} of {figures.Requests} requests failed, {most} may: {string.Join("; ", figures.Failures)}");
        }

        // A request passes several threads: load, edge, origin, and back.
        if (ground.MachineIsBusy)
        {
            ground.Note("times", string.Create(CultureInfo.InvariantCulture, $"not judged, other programs delayed a thread by {ground.NoiseMs:0} ms"));
        }
        else if (figures.P99Ms > limits.P99.TotalMilliseconds + (4 * ground.NoiseMs))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"p99 is {figures.P99Ms:0.0} ms, {limits.P99.TotalMilliseconds:0} are allowed (the machine delayed a thread by {ground.NoiseMs:0.0} ms meanwhile)");
        }
    }
}
