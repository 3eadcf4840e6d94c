using System.Globalization;
using Breakwater.Edge.Admin;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary>An <see cref="EdgeStatus"/> for a person. Stateless.</summary>
internal static class StatusReport
{
    /// <summary>The state in a word.</summary>
    public static string Name(EdgeState state) => state switch
    {
        EdgeState.Starting => "starting",
        EdgeState.Ready => "ready",
        EdgeState.Draining => "draining",
        _ => "stopped",
    };

    /// <summary>Writes it.</summary>
    public static void Write(EdgeStatus status, TextWriter output, Palette palette, DateTimeOffset now)
    {
        string state = Name(status.State);
        output.WriteLine(
            $"{(status.State == EdgeState.Ready ? palette.Green(state) : palette.Yellow(state))}  breakwater {status.Version}, "
            + $"process {status.ProcessId}, up {Duration(TimeSpan.FromSeconds(status.UptimeSeconds))}, {Size(status.MemoryBytes)} of memory");
        output.WriteLine(
            $"  generation {status.Generation.Number} ({status.Generation.Hash}), for {Duration(now - status.Generation.PromotedAt)}; "
            + (status.ConfigFile is null ? "configured by flags" : $"configured by {status.ConfigFile}"));
        if (status.Candidate is { } candidate)
        {
            output.WriteLine(palette.Yellow($"  generation {candidate.Number} ({candidate.Hash}) is on its way: {candidate.Stage}"));
        }

        if (status.LastKnownGood is { } good)
        {
            output.WriteLine(
                good.Number == status.Generation.Number ? "  it is the last known good" : $"  last known good: generation {good.Number} ({good.Hash})");
        }

        foreach (string warning in new[] { status.StartedInstead, status.Pinned, status.StorageProblem }.OfType<string>().Concat(status.FeedProblems))
        {
            output.WriteLine(palette.Red("  ! " + warning));
        }

        output.WriteLine($"  protection {status.Protection}; data directory {status.DataDirectory}");
        output.WriteLine(
            $"  {Count(status.Connections.Open)} connections open, {Count(status.Connections.Accepted)} accepted, {Count(status.Connections.Refused)} refused; "
            + $"{Count(status.Requests.InFlight)} requests in flight, {Count(status.Requests.Total)} in all");
        if (status.LastReloadProblems.Count > 0)
        {
            output.WriteLine(palette.Yellow("  the last change was refused:"));
            foreach (string problem in status.LastReloadProblems)
            {
                output.WriteLine("    " + problem);
            }
        }

        WriteGuards(status, output, palette);
        output.WriteLine();
        WriteListeners(status, output, palette);
        foreach (ZoneStatus zone in status.Zones)
        {
            output.WriteLine();
            WriteZone(zone, output, palette);
        }
    }

    private static void WriteGuards(EdgeStatus status, TextWriter output, Palette palette)
    {
        foreach (BypassStatus bypass in status.Bypasses)
        {
            string reason = bypass.Reason.Length > 0 ? $": {bypass.Reason}" : "";
            output.WriteLine(palette.Red(
                string.Create(CultureInfo.InvariantCulture, $"  BYPASSED until {bypass.Until.UtcDateTime:HH:mm:ss}Z: {NameOf(bypass.Module, bypass.Zone)}{reason}")));
        }

        if (status.BypassProblem is { } problem)
        {
            output.WriteLine(palette.Red($"  the file of bypassed modules is no switch: {problem}"));
        }

        foreach (FuseStatus fuse in status.Fuses.Where(fuse => fuse.State != "bypassed"))
        {
            output.WriteLine(palette.Red($"  fuse {fuse.State}: {NameOf(fuse.Module, fuse.Zone)}: {fuse.Reason}; {Count(fuse.Passed)} calls went past it"));
        }

        if (status.QuarantinedRequests > 0)
        {
            output.WriteLine(palette.Yellow($"  {Count(status.QuarantinedRequests)} requests are held back, because the edge crashed at them"));
        }
    }

    private static string NameOf(string? module, string? zone) =>
        $"{(module is null ? "every module" : $"module {module}")} of {(zone is null ? "every zone" : $"zone {zone}")}";

    private static void WriteListeners(EdgeStatus status, TextWriter output, Palette palette)
    {
        output.WriteLine(palette.Bold("Listeners"));
        Table table = new("address", "protocols");
        foreach (ListenerStatus listener in status.Listeners)
        {
            table.Add(listener.Address, string.Join(' ', listener.Protocols));
        }

        table.WriteTo(output, palette);
    }

    private static void WriteZone(ZoneStatus zone, TextWriter output, Palette palette)
    {
        output.WriteLine($"{palette.Bold("Zone " + zone.Name)}  {string.Join(", ", zone.Hosts)}  {Count(zone.Requests)} requests");
        Table table = new("origin", "health", "weight", "in flight", "queued", "connections", "requests", "failures") { FirstNumber = 2 };
        foreach (ZoneOriginStatus origin in zone.Origins)
        {
            table.Add(
                origin.Url, origin.Reason is null ? origin.Health : $"{origin.Health}: {origin.Reason}", Count(origin.Weight),
                Count(origin.InFlight), Count(origin.Queued), Count(origin.Connections), Count(origin.Requests), Count(origin.Failures));
        }

        table.WriteTo(output, palette);
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F0} MiB");

    /// <summary>A duration in its two largest units.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Days} d {span.Hours} h"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.Seconds)} s"),
    };
}
