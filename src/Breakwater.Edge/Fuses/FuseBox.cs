using System.Collections.Concurrent;
using System.Collections.Frozen;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Fuses;

/// <summary>
/// The fuses of all modules of all zones of an edge, by the zone's name: they outlive generations. Owns the switches that bypass modules, and what
/// suspects the edge was started with. Thread-safe.
/// </summary>
internal sealed partial class FuseBox : IDisposable
{
    private readonly ConcurrentDictionary<string, ZoneFuses> _zones = new(StringComparer.Ordinal);
    private readonly EdgeClock _edgeClock;
    private readonly Lock _lock = new();
    private TimedSwitch[] _known = [];
    private TimedSwitch[] _switches = [];
    private FrozenDictionary<ulong, long> _refused = FrozenDictionary<ulong, long>.Empty;

    /// <param name="clock">The edge's clock.</param>
    /// <param name="log">Where blows, recoveries and switches are told.</param>
    /// <param name="faults">What drills have armed.</param>
    /// <param name="settings">When fuses blow.</param>
    /// <param name="recorder">Where threads write down what they are at.</param>
    public FuseBox(EdgeClock clock, ILogger log, FaultPlan? faults = null, FuseSettings? settings = null, FlightRecorder? recorder = null)
    {
        _edgeClock = clock;
        Log = log;
        Faults = faults ?? FaultPlan.None;
        Settings = settings ?? FuseSettings.Default;
        Recorder = recorder ?? FlightRecorder.Process;
        NoZone = Of(EdgeMetrics.NoZone);
        EdgePlace = FlightEntry.PlaceOf(ModuleId.Edge, NoZone.Number);
    }

    /// <summary>The clock of calls.</summary>
    public FuseClock Clock { get; } = new();

    /// <summary>When fuses blow.</summary>
    public FuseSettings Settings { get; }

    /// <summary>Where threads write down what they are at.</summary>
    public FlightRecorder Recorder { get; }

    /// <summary>What drills have armed.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Where blows, recoveries and switches are told.</summary>
    public ILogger Log { get; }

    /// <summary>The wall clock.</summary>
    public TimeProvider Time => _edgeClock.Provider;

    /// <summary>Whether calls take real time, the compiler's too: not with a clock that tests move.</summary>
    public bool IsRealTime => _edgeClock.IsRealTime;

    /// <summary>The fuses of exchanges that no zone serves.</summary>
    public ZoneFuses NoZone { get; }

    /// <summary>The edge itself, as flight files have it.</summary>
    public ulong EdgePlace { get; }

    /// <summary>All zones that ever were.</summary>
    public IEnumerable<ZoneFuses> Zones => _zones.Values;

    /// <summary>The switches that are on, for people.</summary>
    public IReadOnlyList<ModuleSwitch> Switches => [.. Volatile.Read(ref _switches).Select(timed => timed.Switch)];

    /// <summary>How many requests are refused by their fingerprint.</summary>
    public int RefusedRequests => Volatile.Read(ref _refused).Count;

    /// <summary>The fuses of a zone.</summary>
    public ZoneFuses Of(string zone)
    {
        if (_zones.TryGetValue(zone, out ZoneFuses? known))
        {
            return known;
        }

        lock (_lock)
        {
            if (!_zones.TryGetValue(zone, out known))
            {
                known = new ZoneFuses(this, zone, Recorder.AddZone(zone));
                Switch(known);
                _zones[zone] = known;
            }

            return known;
        }
    }

    /// <summary>The name of a module of a zone, for people.</summary>
    public static string NameOf(Fuse fuse) => fuse.Zone == EdgeMetrics.NoZone
        ? $"module {ModuleIds.NameOf(fuse.Module)}"
        : $"module {ModuleIds.NameOf(fuse.Module)} of zone {fuse.Zone}";

    /// <summary>The fuse of a place in a flight file; null where it is none of this edge's.</summary>
    public Fuse? At(FlightEntry entry) =>
        entry.Zone > 0 && entry.Module > ModuleId.Edge ? _zones.Values.FirstOrDefault(zone => zone.Number == entry.Zone)?[entry.Module] : null;

    /// <summary>Whether an entry is about a zone of this edge. One process has several edges in tests only.</summary>
    public bool Owns(FlightEntry entry) => _zones.Values.Any(zone => zone.Number == entry.Zone && entry.Zone > 0);

    /// <summary>A request is about to be decided on: it can be known again from now on, should it be the last.</summary>
    /// <returns>Whether it is to be refused, because it was in progress when the process crashed.</returns>
    public bool Begin(Exchange exchange)
    {
        exchange.Fingerprint = HeadFingerprint.Of(exchange.Request.Bytes, Recorder.FingerprintKey);
        FrozenDictionary<ulong, long> refused = Volatile.Read(ref _refused);
        return refused.Count > 0 && refused.TryGetValue(exchange.Fingerprint, out long until) && _edgeClock.Micros < until;
    }

    /// <summary>Puts switches in force in place of those that are. One that was known keeps the end that it has on the monotonic clock.</summary>
    public void Put(IReadOnlyList<ModuleSwitch> switches)
    {
        lock (_lock)
        {
            long now = _edgeClock.Micros;
            DateTimeOffset wall = _edgeClock.UtcNow;
            TimedSwitch[] before = _switches;

            // Those that are over are remembered as long as somebody names them: a wall clock that was set back does not begin them anew.
            _known = [.. switches.Select(one => Array.Find(_known, known => known.Switch == one) ?? new TimedSwitch(one, now + EdgeClock.ToMicros(one.Until - wall)))];
            TimedSwitch[] next = [.. _known.Where(timed => timed.Until > now)];
            if (next.SequenceEqual(before))
            {
                return;
            }

            Volatile.Write(ref _switches, next);
            foreach (ZoneFuses zone in _zones.Values)
            {
                Switch(zone);
            }

            foreach (TimedSwitch timed in next.Except(before))
            {
                Tell.Bypassed(Log, NameOf(timed.Switch), timed.Switch.Until.UtcDateTime, timed.Switch.Reason.Length > 0 ? $": {timed.Switch.Reason}" : "");
            }

            foreach (TimedSwitch timed in before.Except(next))
            {
                Tell.Back(Log, NameOf(timed.Switch));
            }
        }
    }

    /// <summary>Says again which switches are on.</summary>
    public void Remind()
    {
        foreach (TimedSwitch timed in Volatile.Read(ref _switches))
        {
            Tell.StillBypassed(Log, NameOf(timed.Switch), timed.Switch.Until.UtcDateTime);
        }
    }

    /// <summary>Begins with what a supervisor suspects: modules rest, requests are refused.</summary>
    public void Suspect(SwitchSet suspects)
    {
        long now = _edgeClock.Micros;
        DateTimeOffset wall = _edgeClock.UtcNow;
        var refused = new Dictionary<ulong, long>();
        foreach (RequestSwitch one in suspects.Requests)
        {
            refused[one.Fingerprint] = now + EdgeClock.ToMicros(one.Until - wall);
        }

        Volatile.Write(ref _refused, refused.ToFrozenDictionary());
        if (refused.Count > 0)
        {
            Tell.Refuses(Log, refused.Count);
        }

        foreach (ModuleSwitch one in suspects.Modules)
        {
            long millis = (long)(one.Until - wall).TotalMilliseconds;
            foreach (ModuleId module in one.Module is { } named ? [named] : ModuleIds.Fused)
            {
                foreach (ZoneFuses zone in one.Zone is { } name ? [Of(name)] : _zones.Values.ToArray())
                {
                    zone[module].RestFor(millis, one.Reason.Length > 0 ? one.Reason : "it was at work when the process crashed");
                }
            }
        }
    }

    /// <summary>Lets metrics know the figures.</summary>
    public void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.FuseBlown, sink => ForEach(fuse => Count(sink, fuse.Blows, fuse)));
        metrics.Observe(Instruments.FusePassed, sink => ForEach(fuse => Count(sink, fuse.Passed, fuse)));
        metrics.Observe(Instruments.FuseOpen, sink => ForEach(fuse => Count(sink, fuse.IsWhole ? 0 : 1, fuse)));
        metrics.Observe(Instruments.FuseFailures, sink => ForEach(fuse =>
        {
            for (int cause = 0; cause < WordsOf<FuseCause>.Count; cause++)
            {
                if (fuse.FailuresBy((FuseCause)cause) is > 0 and long failures)
                {
                    sink.Value(failures, ModuleIds.NameOf(fuse.Module), fuse.Zone, WordsOf<FuseCause>.Text(cause));
                }
            }
        }));
    }

    /// <summary>The fuses that are not whole.</summary>
    public IReadOnlyList<FuseReading> Read() =>
        [.. _zones.Values.SelectMany(zone => zone.All).Select(fuse => fuse.Read()).OfType<FuseReading>().OrderBy(reading => reading.Zone, StringComparer.Ordinal).ThenBy(reading => reading.Module)];

    /// <summary>Gives the numbers of its zones back.</summary>
    public void Dispose()
    {
        foreach (ZoneFuses zone in _zones.Values)
        {
            Recorder.RemoveZone(zone.Number);
        }
    }

    private static void Count(MetricSink sink, long value, Fuse fuse)
    {
        if (value > 0)
        {
            sink.Value(value, ModuleIds.NameOf(fuse.Module), fuse.Zone);
        }
    }

    private void ForEach(Action<Fuse> read)
    {
        foreach (ZoneFuses zone in _zones.Values)
        {
            foreach (Fuse fuse in zone.All)
            {
                read(fuse);
            }
        }
    }

    private void Switch(ZoneFuses zone)
    {
        foreach (Fuse fuse in zone.All)
        {
            fuse.Switch(Array.Exists(_switches, timed => timed.Switch.Covers(fuse.Module, zone.Zone)));
        }
    }

    private static string NameOf(ModuleSwitch one) =>
        $"{(one.Module is { } module ? $"module {ModuleIds.NameOf(module)}" : "every module")} of {(one.Zone is { } zone ? $"zone {zone}" : "every zone")}";

    private sealed record TimedSwitch(ModuleSwitch Switch, long Until);

    private static partial class Tell
    {
        [LoggerMessage(663, LogLevel.Warning, "BYPASSED until {Until:HH:mm:ss}Z: {Module}{Reason}")]
        public static partial void Bypassed(ILogger log, string module, DateTime until, string reason);

        [LoggerMessage(664, LogLevel.Warning, "still BYPASSED until {Until:HH:mm:ss}Z: {Module}")]
        public static partial void StillBypassed(ILogger log, string module, DateTime until);

        [LoggerMessage(665, LogLevel.Warning, "no longer bypassed: {Module}")]
        public static partial void Back(ILogger log, string module);

        [LoggerMessage(666, LogLevel.Warning, "{Count} requests that were in progress when the process crashed are refused for a while")]
        public static partial void Refuses(ILogger log, int count);
    }
}

/// <summary>The fuses of one zone. Immutable.</summary>
internal sealed class ZoneFuses
{
    private readonly Fuse[] _fuses;

    /// <param name="box">The box that they are in.</param>
    /// <param name="zone">The zone's name.</param>
    /// <param name="number">Its number in the flight file.</param>
    public ZoneFuses(FuseBox box, string zone, int number)
    {
        Zone = zone;
        Number = number;
        Box = box;
        _fuses = [.. ModuleIds.Fused.Select(module => new Fuse(box, module, zone, number))];
    }

    /// <summary>The zone's name.</summary>
    public string Zone { get; }

    /// <summary>Its number in the flight file; 0 where it has none.</summary>
    public int Number { get; }

    /// <summary>The box that they are in.</summary>
    public FuseBox Box { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Fuse> All => _fuses;

    /// <summary>The fuse of a module.</summary>
    public Fuse this[ModuleId module] => _fuses[module - ModuleId.Edge - 1];
}
