using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Soaks;

/// <summary>
/// Kills the process that serves, of a supervised edge, and tells requests that were in flight then from others: only those may fail. Owned by one drill.
/// </summary>
internal sealed class InFlight
{
    /// <summary>A browser that finds its idle connection closed does so with its next request, some time after the kill.</summary>
    private static readonly TimeSpan NextRequest = TimeSpan.FromSeconds(5);

    private readonly List<(long Begun, long Gone)> _kills = [];

    /// <summary>
    /// A load whose requests have the patience to wait, in the kernel's queue, until another process serves: on a busy machine that takes its time, and bounds on
    /// time are judged for themselves.
    /// </summary>
    public static LoadShape Shape { get; } = new() { PerSecond = 160, Patience = TimeSpan.FromSeconds(60) };

    /// <summary>How often that was.</summary>
    public int Kills => _kills.Count;

    /// <summary>Ends the process that serves, as the kernel does when memory is gone (SIGKILL). Returns its number, when it is gone.</summary>
    public async Task<int> KillAsync(PrivateEdge edge)
    {
        int serving = (await edge.StatusAsync()).EdgeProcessId;
        using Process process = Process.GetProcessById(serving);
        long begun = Stopwatch.GetTimestamp();
        process.Kill();
        await PrivateEdge.UntilAsync("the process that was killed is gone", () => Task.FromResult(IsGone(serving)));
        _kills.Add((begun, Stopwatch.GetTimestamp()));
        return serving;
    }

    /// <summary>Holds that no request failed but those in flight at a kill, and that none was sent again but on connections that a kill closed.</summary>
    public void Hold(DrillGround ground, SteadyLoad load)
    {
        Sample[] failed = [.. load.Samples.Where(sample => sample.Failure is not null)];
        Sample[] others = [.. failed.Where(sample => !WasInFlight(sample, TimeSpan.Zero))];
        Sample[] sentAgain = [.. load.Samples.Where(sample => sample.Retried)];
        int withoutKill = sentAgain.Count(sample => !WasInFlight(sample, NextRequest));
        int most = Kills * Shape.Connections;
        ground.Note(
            "in flight at a SIGKILL",
            string.Create(CultureInfo.InvariantCulture, $"{failed.Length} failed, {sentAgain.Length} sent again, of {most} connections at {Kills} kills"));
        ground.Hold(others.Length == 0, $"{others.Length} requests failed that were in flight at no kill: {string.Join("; ", others.Take(5).Select(one => $"{one.Visit}: {one.Failure}"))}");
        ground.Hold(withoutKill == 0, $"{withoutKill} requests had to be sent again although nothing was killed");
        ground.Hold(failed.Length + sentAgain.Length <= most, $"{failed.Length} requests failed and {sentAgain.Length} were sent again; {most} connections were there at the kills");
    }

    private static bool IsGone(int process)
    {
        try
        {
            // The state follows the name, which is in brackets. Z: it has let go of everything, and nobody has asked for its end yet.
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private bool WasInFlight(Sample sample, TimeSpan later) =>
        _kills.Exists(kill => sample.Begun <= kill.Gone + (long)(later.TotalSeconds * Stopwatch.Frequency) && sample.Ended >= kill.Begun);
}
