using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Lifecycle;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;

namespace Breakwater.Edge.Admin;

/// <summary>What the process knows of itself, beside its edge. Immutable.</summary>
/// <param name="State">Where it is in its life.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Uptime">How long ago that is.</param>
/// <param name="ConfigFile">The configuration file; null when there is none.</param>
/// <param name="DataDirectory">The data directory.</param>
internal sealed record ProcessFacts(EdgeState State, DateTimeOffset StartedAt, TimeSpan Uptime, string? ConfigFile, string DataDirectory);

/// <summary>Puts an <see cref="EdgeStatus"/> together. Stateless; waits for nothing.</summary>
internal static class StatusSnapshot
{
    /// <summary>Looks at an edge.</summary>
    /// <param name="edge">The edge; null while it starts.</param>
    /// <param name="config">The configuration in force.</param>
    /// <param name="process">The rest.</param>
    public static EdgeStatus Take(Edge? edge, BreakwaterConfig config, ProcessFacts process) => new()
    {
        Version = EdgeVersion.Text,
        ProcessId = ServiceProcess.Id,
        EdgeProcessId = Environment.ProcessId,
        Supervised = ServiceProcess.IsSupervised,
        Restarts = ServiceProcess.Restarts,
        State = process.State,
        StartedAt = process.StartedAt,
        UptimeSeconds = Math.Round(process.Uptime.TotalSeconds, 3),
        ConfigFile = process.ConfigFile,
        DataDirectory = process.DataDirectory,
        Protection = WordsOf<ProtectionMode>.Text((int)config.Protection),
        Generation = GenerationOf(edge),
        Candidate = edge?.Road.State.Candidate is { } candidate ? Of(candidate) : null,
        LastKnownGood = edge is null ? null : LastKnownGoodOf(edge.Road),
        LastReloadProblems = edge?.Road.State.LastRefusal?.Problems ?? [],
        StartedInstead = edge?.Road.Instead,
        Pinned = edge is null ? null : GenerationsSnapshot.PinnedOf(edge.Road.State),
        FeedProblems = edge is null ? [] : [.. GenerationsSnapshot.FeedsOf(edge.Plane.Live, edge.Road.State).Where(feed => feed.State != "good").Select(ProblemOf)],
        StorageProblem = edge?.Road.Store?.Problem,
        Bypasses = edge?.Guards is { } guards ? [.. guards.Box.Switches.Select(one => new BypassStatus(one.Module is { } module ? ModuleIds.NameOf(module) : null, one.Zone, one.Until, one.Reason))] : [],
        BypassProblem = edge?.Guards?.Switches?.Problem,
        Fuses = edge?.Guards is { } fuses ? [.. fuses.Box.Read().Select(FuseOf)] : [],
        QuarantinedRequests = edge?.Guards?.Box.RefusedRequests ?? 0,
        Listeners = edge is null ? [] : [.. edge.Listeners.Bound.Select(ListenerOf)],
        Zones = ZonesOf(edge, config),
        Connections = ConnectionsOf(edge),
        Requests = RequestsOf(edge),
        MemoryBytes = Environment.WorkingSet,
    };

    /// <summary>The generation in force; number 0 before there is one.</summary>
    public static GenerationStatus GenerationOf(Edge? edge) =>
        edge is null ? new GenerationStatus(0, "", DateTimeOffset.UnixEpoch) : Of(edge.Road.State.Live);

    private static GenerationStatus Of(GenerationRecord record) =>
        new(record.Number, record.Hash, record.PromotedAt ?? record.Begun) { Stage = RoadText.Word(record.Stage), Origin = record.Origin };

    private static GenerationStatus? LastKnownGoodOf(GenerationRoad road) =>
        road.State.Live.Stage == RoadStage.Good ? Of(road.State.Live)
        : road.LastKnownGood is { } kept ? new GenerationStatus(kept.Number, kept.Hash, kept.PromotedAt) { Stage = RoadText.Word(RoadStage.Good), Origin = kept.Origin }
        : null;

    private static string ProblemOf(FeedEntry feed) => feed.State == "pinned" ? $"{feed.Path} is pinned" : $"{feed.Path} is {feed.State}: {feed.LastReason}";

    private static ListenerStatus ListenerOf(BoundListener listener)
    {
        string address = listener.EndPoint switch
        {
            IPEndPoint ip => string.Create(CultureInfo.InvariantCulture, $"{(listener.Config.Tls ? "https" : "http")}://{ip}"),
            UnixDomainSocketEndPoint socket => "unix:" + socket,
            _ => listener.Config.Address.ToString(),
        };
        return new ListenerStatus(
            address, [.. Enum.GetValues<ListenerProtocols>().Where(p => p != ListenerProtocols.None && listener.Protocols.HasFlag(p)).Select(p => Words.SnakeCase(p.ToString()))]);
    }

    private static FuseStatus FuseOf(FuseReading fuse) => new(ModuleIds.NameOf(fuse.Module), fuse.Zone, fuse.State, fuse.Passed)
    {
        Reason = fuse.Reason.Length > 0 ? fuse.Reason : null,
        Since = fuse.Reason.Length > 0 ? fuse.Since : null,
    };

    private static List<ZoneStatus> ZonesOf(Edge? edge, BreakwaterConfig config)
    {
        Dictionary<string, long> requests = edge is null ? [] : Figures.SumBy(edge, Instruments.Exchanges, label: 0);
        List<ZoneStatus> zones = [];
        foreach (ZoneConfig zone in config.Zones)
        {
            OriginGroup? group = edge?.Origins.Groups.FirstOrDefault(group => group.Zone == zone.Name);
            zones.Add(new ZoneStatus(
                zone.Name,
                [.. zone.Hosts.Select(host => host.ToString())],
                group is null ? [] : [.. group.Members.Select(OriginOf)])
            {
                Requests = requests.GetValueOrDefault(zone.Name),
            });
        }

        return zones;
    }

    private static ZoneOriginStatus OriginOf(OriginMember member)
    {
        OriginStatus now = member.Origin.GetStatus();
        return new ZoneOriginStatus(now.Url, member.Weight, WordsOf<OriginState>.Text((int)now.State))
        {
            Reason = now.State is OriginState.Down or OriginState.Ejected or OriginState.Trial ? now.LastError : null,
            InFlight = now.InFlight,
            Queued = now.Queued,
            Connections = now.Connections,
            Requests = now.Attempts,
            Failures = now.Failures,
        };
    }

    private static ConnectionsStatus ConnectionsOf(Edge? edge)
    {
        if (edge is null)
        {
            return new ConnectionsStatus(0, 0, 0);
        }

        string refused = WordsOf<ConnectionEnd>.Text((int)ConnectionEnd.Refused);
        return new ConnectionsStatus(
            Figures.Sum(edge, Instruments.ConnectionsOpen),
            Figures.Sum(edge, Instruments.ConnectionsAccepted),
            Figures.SumBy(edge, Instruments.ConnectionsEnded, label: 2).GetValueOrDefault(refused));
    }

    private static RequestsStatus RequestsOf(Edge? edge)
    {
        if (edge is null)
        {
            return new RequestsStatus(0, 0);
        }

        long inFlight = Figures.Sum(edge, Instruments.ExchangesActive);
        return new RequestsStatus(inFlight, inFlight + Figures.Sum(edge, Instruments.Exchanges));
    }

    /// <summary>Adds an instrument's figures up.</summary>
    private sealed class Figures(int label) : MetricSink
    {
        private readonly Dictionary<string, long> _sums = [];

        public static long Sum(Edge edge, Instrument instrument) => SumBy(edge, instrument, label: -1).GetValueOrDefault("");

        public static Dictionary<string, long> SumBy(Edge edge, Instrument instrument, int label)
        {
            Figures figures = new(label);
            edge.Plane.Metrics.Read(instrument, figures);
            return figures._sums;
        }

        public override void Value(long value, params ReadOnlySpan<string> labels)
        {
            string key = label < 0 ? "" : labels[label];
            _sums[key] = _sums.GetValueOrDefault(key) + value;
        }

        public override void Distribution(DurationHistogram histogram, params ReadOnlySpan<string> labels)
        {
        }
    }
}
