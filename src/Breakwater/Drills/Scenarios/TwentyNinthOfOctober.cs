using System.Globalization;
using Breakwater.Drills.Load;
using Breakwater.Drills.Soaks;
using Breakwater.Drills.Starts;

namespace Breakwater.Drills.Scenarios;

/// <summary>The scenario "29 October".</summary>
internal sealed class TwentyNinthOfOctober : Drill
{
    /// <summary>How long the stand-in is looked at after the change.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(7);

    public override DrillSheet Sheet { get; } = new("29-october", "A change that crashes minutes after it was loaded, guards off and on")
    {
        Outage = "Azure Front Door, 29 October 2025, 15:41 to 00:05 UTC",
        Mechanism = "Metadata that did not fit crashed the servers asynchronously, minutes after they had loaded it: checks of health passed, and the bad configuration was stored as the last known good, to which they came back again and again.",
        Fault = "A change is loaded that ends the process some seconds later. Guards off is a stand-in in the place of the edge that stores what it has loaded as its last known good at once, and that is started again whenever it ends; "
            + "guards on is the edge with its supervisor. The load is the same.",
        Bound = "Guards off, it crashes again and again; guards on, it crashes once, only requests in flight then fail (at most one for each connection), and the next process serves with what had proved itself.",
        Guard = "A generation has to serve for its bake time before it is the last known good; the supervisor holds the listening sockets.",
        Limits = new LoadLimits { Failed = InFlight.Shape.Connections, P99 = TimeSpan.FromSeconds(5) },
    };

    public override TimeSpan Patience => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(DrillGround ground)
    {
        string off = await GuardsOffAsync(ground);
        SteadyLoad load = await LateCrash.RunAsync(ground, Visit.Good);
        await load.SendAsync(300);
        LoadFigures on = await load.StopAsync();
        ground.Compare(
            "the change, and what came of it", off, string.Create(CultureInfo.InvariantCulture, $"1 crash; {on.Failed} of {on.Requests} requests failed; the last known good is the good one"));
    }

    private static async Task<string> GuardsOffAsync(DrillGround ground)
    {
        string directory = Directory.CreateDirectory(ground.PathOf("stand-in")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, CrashingMetadata.LastKnownGoodFile), "compatible");
        await File.WriteAllTextAsync(Path.Combine(directory, CrashingMetadata.NewFile), CrashingMetadata.Incompatible);
        RunningStandIn standIn = await ground.StandInAsync("29-october");
        await standIn.SendAsync($"start {directory}");
        await using SteadyLoad load = ground.Flood(standIn.Door, new LoadShape(), Visit.Good);
        await load.SendAsync(100);
        int after = load.NextStretch();
        await standIn.SendAsync($"load {directory}");

        // What starts services again does so with the last known good.
        int crashes = 0;
        for (long begun = System.Diagnostics.Stopwatch.GetTimestamp(); System.Diagnostics.Stopwatch.GetElapsedTime(begun) < Look; crashes++)
        {
            int port = standIn.Port;
            await standIn.WaitForEndAsync();
            standIn = ground.Own(await RunningStandIn.StartAsync("29-october", port));
            await standIn.SendAsync($"start {directory}");
        }

        LoadFigures figures = load.Figures(after);
        string good = await File.ReadAllTextAsync(Path.Combine(directory, CrashingMetadata.LastKnownGoodFile));
        ground.Hold(crashes > 2 && figures.Failed > 0 && good == CrashingMetadata.Incompatible, "guards off: the stand-in was not harmed, so nothing is shown");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{crashes} crashes in {Look.TotalSeconds:0} s, and no end; {figures.Failed} of {figures.Requests} requests failed; the last known good is the bad one");
    }
}
