using System.Globalization;
using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Resources;

/// <summary>D34.</summary>
internal sealed class FullDisk : Drill
{
    public override DrillSheet Sheet { get; } = new("D34", "The disk is full")
    {
        Outage = "a fault that every server meets one day",
        Mechanism = "Programs stop where a write fails that nobody thought about: a log line, a state file, a lock.",
        Fault = "The file system with the data directory and the access log is filled up to the last byte while the edge serves; then there is room again. It is a small one in memory, of the drill's own.",
        Bound = "Logs are shed first and counted, a change is still taken, and the log goes on by itself when there is room.",
        Guard = "Writes of logs fail into a counter; state is written to another file first, so that a full disk never leaves half of it.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        SmallDisk disk = ground.Own(await SmallDisk.MountAsync(ground.PathOf("disk"), mebibytes: 4));
        DrillOrigin origin = await ground.OriginAsync();
        string log = disk.PathOf("access.log");
        string document = RefusedEdits.Document(origin).Replace("{to: \"off\"}", $"{{to: {log}, max_queued: 64}}", StringComparison.Ordinal);
        string config = ground.Write("breakwater.yaml", document);
        PrivateEdge edge = ground.Own(await PrivateEdge.StartAsync(config, disk.PathOf("data"), new EdgeSettings()));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        await load.SendAsync(60);

        int lines = edge.Log.Lines.Count;
        disk.Fill();
        await PrivateEdge.UntilAsync("writes of the log fail", async () => await edge.MetricAsync("breakwater_access_log_errors_total") > 0);
        ReloadAnswer answer = await edge.ReloadAsync(document.Replace("203.0.113.0/24", "203.0.113.0/25", StringComparison.Ordinal));
        ground.Hold(answer is { Reloaded: true, Changed: true }, $"a change is refused while the disk is full: {string.Join(", ", answer.Diagnostics.Select(one => one.Problem))}");
        ground.Said(await edge.Log.WaitAsync("No space left", lines));
        await PrivateEdge.UntilAsync("lines are dropped", async () => await edge.MetricAsync("breakwater_access_log_dropped_total") > 0);
        await load.SendAsync(120);
        double dropped = await edge.MetricAsync("breakwater_access_log_dropped_total");

        disk.MakeRoom();
        long length = new FileInfo(log).Length;
        ground.Recovered(await PrivateEdge.UntilAsync("the log goes on", () => Task.FromResult(new FileInfo(log).Length > length)));
        ground.Hold(File.ReadLines(log).All(one => one.StartsWith('{') && one.EndsWith('}')), "the log has a torn line");
        ground.Note("lines dropped and counted", dropped.ToString("0", CultureInfo.InvariantCulture));
        ground.Hold(edge.Log.Count("No space left") < 10, "the edge says it again and again");
        ground.Note("disk", disk.Kind);
    }
}
