using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Taste;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Origins;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations.Road;

/// <summary>What a road is made of, besides the data plane. Immutable.</summary>
/// <param name="Origins">Where origins live.</param>
/// <param name="Compiler">Compiles.</param>
internal sealed record RoadParts(OriginRegistry Origins, GenerationCompiler Compiler)
{
    /// <summary>Where generations are kept; null = nowhere.</summary>
    public GenerationStore? Store { get; init; }

    /// <summary>Starts tasters; null = candidates are tasted in this process.</summary>
    public TasteProcess? Taster { get; init; }

    /// <summary>Where a development certificate is kept.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long a canary takes at most, whatever the configuration says; null = as it says.</summary>
    public TimeSpan? CanaryTime { get; init; }
}

/// <summary>
/// The one road of every change to all visitors, wherever it comes from: command, signal, file, rollback. One change travels at a time; whatever
/// goes wrong on the way, the generation in force stays, and one event says what, where and why. Thread-safe; owned by the edge.
/// </summary>
/// <remarks>
/// <code>
/// read ─ validate ─ compile ─ taste ─ canary ─ bake ─ good
///   └───────┴──────────┴───────┴─ refused, held    └─ reverted, replaced
/// </code>
/// This file is who may travel and when; <c>.Travel.cs</c> the stages; <c>.Files.cs</c> files that change by themselves; <c>.Keeping.cs</c> what
/// is proved and kept; <c>.Wishes.cs</c> what operators ask for besides.
/// </remarks>
internal sealed partial class GenerationRoad : IDisposable
{
    private readonly DataPlane _plane;
    private readonly RoadParts _parts;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly FilesInForce _files;
    private readonly BakeWatch _bake;
    private readonly Lock _changedLock = new();

    // Held while something is written to disk. Nothing is any more once the edge has ended in good order.
    private readonly Lock _keeping = new();
    private HashSet<string> _changed = new(StringComparer.Ordinal);
    private GenerationDocument _document;
    private RoadState _state;
    private volatile CanaryWatch? _canary;
    private int _pressing;
    private volatile bool _ended;

    /// <param name="plane">The data plane, which serves <paramref name="start"/>.</param>
    /// <param name="parts">The rest.</param>
    /// <param name="start">What the edge starts with.</param>
    public GenerationRoad(DataPlane plane, RoadParts parts, RoadStart start)
    {
        _plane = plane;
        _parts = parts;
        _log = plane.Loggers.CreateLogger("Breakwater.Generations");
        _document = start.Document;
        _state = start.State;
        Instead = start.Instead;
        _files = new FilesInForce(plane.Clock, plane.Loggers, OnFilesChanged);
        _files.Follow(plane.Live, start.Stamps);
        _bake = new BakeWatch(plane.Clock, () => plane.Metrics.ExchangesEnded, number => Task.Run(() => ProveAsync(number)));
        plane.Heartbeat.Add(_bake);
        plane.Metrics.GenerationPromoted(plane.Live.Number);
        AddTo(plane.Metrics);
        foreach (ConfigDiagnostic doubtful in start.Doubts)
        {
            Log.Doubtful(_log, doubtful);
        }

        BeginBake();
        Keep();
    }

    /// <summary>Where all generations are.</summary>
    public RoadState State => Volatile.Read(ref _state);

    /// <summary>Why the edge did not start with what was configured, as long as that holds; null when it did.</summary>
    public string? Instead { get; private set; }

    /// <summary>Where generations are kept; null = nowhere.</summary>
    public GenerationStore? Store => _parts.Store;

    /// <summary>The last known good on disk, where that is not what is in force; null when there is none.</summary>
    public GenerationManifest? LastKnownGood { get; private set; }

    /// <summary>How far the generation in force is with proving itself.</summary>
    public BakeWatch Bake => _bake;

    /// <summary>Whether a candidate runs a share of the connections now.</summary>
    public bool IsComparing => _canary is not null;

    private DateTimeOffset Now => _plane.Clock.UtcNow;

    /// <summary>Takes a change to all visitors, or to where it stops.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancel">Gives up waiting for its turn; once it travels, it goes to its end.</param>
    public async Task<RoadResult> TakeAsync(RoadRequest request, CancellationToken cancel = default)
    {
        if (request.Expected is not null && _canary is not null)
        {
            return Stale($"generation {State.Candidate?.Number} is on its way", "wait until it is in force or taken back");
        }

        await (request.IsPressing ? WaitPressingAsync(cancel) : _turn.WaitAsync(cancel)).ConfigureAwait(false);
        try
        {
            return request.Expected is { } expected && expected != _plane.Live.Number
                ? Stale($"generation {_plane.Live.Number} is in force, not {expected}", "look at what has changed (breakwater generations), then ask again for that one")
                : await TravelSafelyAsync(request, []).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until nothing travels, and every change that files were seen to have has been seen to.</summary>
    public async Task RestAsync()
    {
        bool rests;
        do
        {
            await _turn.WaitAsync().ConfigureAwait(false);
            lock (_changedLock)
            {
                rests = _changed.Count == 0;
            }

            _turn.Release();
        }
        while (!rests);
    }

    /// <summary>
    /// Lets what travels come to its end; nothing sets out, and nothing is kept, until <see cref="Resume"/>: another process has the data directory.
    /// To that one it looks like a good end.
    /// </summary>
    public async Task PauseAsync()
    {
        await WaitPressingAsync(CancellationToken.None).ConfigureAwait(false);
        End();
    }

    /// <summary>The data directory is this process's again.</summary>
    public void Resume()
    {
        lock (_keeping)
        {
            _ended = false;
            Store?.Journal.Write(_state, running: true);
        }

        _turn.Release();
    }

    /// <summary>The edge ends in good order. What is in force goes on proving itself in the next process.</summary>
    public void Dispose()
    {
        _files.Dispose();
        _plane.Heartbeat.Remove(_bake);
        _canary?.BreakOff();
        End();
    }

    /// <summary>Writes down a good end, once: after it, somebody else may write.</summary>
    private void End()
    {
        lock (_keeping)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            Store?.Journal.Write(
                _state with { Candidate = null, ServedSeconds = _bake.Served.TotalSeconds, ServedRequests = _bake.ServedRequests }, running: false);
        }
    }

    /// <summary>Waits for the turn, and not for a canary: that has to make room.</summary>
    private async Task WaitPressingAsync(CancellationToken cancel)
    {
        Interlocked.Increment(ref _pressing);
        try
        {
            _canary?.BreakOff();
            await _turn.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _pressing);
        }
    }

    private void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.GenerationOnCanary, sink => sink.Value(State.Candidate is { Stage: RoadStage.Canary } candidate ? candidate.Number : 0));
        metrics.Observe(Instruments.GenerationProved, sink => sink.Value(State.Live.Stage == RoadStage.Good ? 1 : 0));
        metrics.Observe(Instruments.GenerationsPinned, sink => sink.Value(State.Feeds.Count(feed => feed.IsStill) + (State.Pinned is null ? 0 : 1)));
        metrics.Observe(Instruments.GenerationsUnkept, sink => sink.Value(Store?.Problem is null ? 0 : 1));
    }

    private static RoadResult Stale(string problem, string remedy) =>
        new(RoadOutcome.Stale, null, [ConfigDiagnostic.Error(SourcePosition.Of("generation"), problem, remedy)]);

    private GenerationRecord SetCandidate(GenerationRecord record)
    {
        SetState(_state with { Candidate = record });
        return record;
    }

    private void SetState(RoadState state) => Volatile.Write(ref _state, state);

    private static partial class Log
    {
        [LoggerMessage(EventId = 701, Level = LogLevel.Information, Message = "generation {Number} ({Hash}) is in force ({Origin})")]
        public static partial void Promoted(ILogger log, long number, string hash, string origin);

        [LoggerMessage(EventId = 702, Level = LogLevel.Error, Message = "{What} is refused; generation {Number} goes on. {Stage}: {Problem}{Further}")]
        public static partial void Refused(ILogger log, string what, long number, string stage, ConfigDiagnostic problem, string further);

        [LoggerMessage(EventId = 703, Level = LogLevel.Warning, Message = "{Diagnostic}")]
        public static partial void Doubtful(ILogger log, ConfigDiagnostic diagnostic);

        [LoggerMessage(EventId = 704, Level = LogLevel.Information, Message = "generation {Number} ({Hash}) has proved itself: it is the last known good")]
        public static partial void Proved(ILogger log, long number, string hash);

        [LoggerMessage(EventId = 705, Level = LogLevel.Warning, Message = "{What} is held until it is confirmed; generation {Number} goes on. {Stage}: {Problem}{Further}")]
        public static partial void Held(ILogger log, string what, long number, string stage, ConfigDiagnostic problem, string further);

        [LoggerMessage(EventId = 706, Level = LogLevel.Error, Message = "generation {Candidate} ({Hash}, {Origin}) is taken back; generation {Number} goes on. canary: {Harm} ({Figures})")]
        public static partial void Reverted(ILogger log, long candidate, string hash, string origin, long number, string harm, string figures);

        [LoggerMessage(EventId = 707, Level = LogLevel.Information, Message = "generation {Candidate} ({Hash}, {Origin}) runs {Share:P0} of the connections, for {Seconds} s at most")]
        public static partial void OnCanary(ILogger log, long candidate, string hash, string origin, double share, double seconds);

        [LoggerMessage(EventId = 708, Level = LogLevel.Warning, Message = "the trial process cannot be started ({Reason}); the candidate is tasted in the edge's own process")]
        public static partial void NoTaster(ILogger log, string reason);

        [LoggerMessage(EventId = 709, Level = LogLevel.Information, Message = "generation {Candidate} ({Hash}, {Origin}) is taken back for a change that cannot wait; generation {Number} goes on")]
        public static partial void Overtaken(ILogger log, long candidate, string hash, string origin, long number);

        [LoggerMessage(EventId = 741, Level = LogLevel.Error, Message = "the changed file {Path} is refused ({Fault}); what was read of it before stays. {Reason}")]
        public static partial void FeedRefused(ILogger log, string path, string fault, string reason);

        [LoggerMessage(EventId = 742, Level = LogLevel.Error, Message = "the file {Path} has turned from good to bad {Flips} times and is frozen: what was read of it stays, whatever it says, until `breakwater unpin`")]
        public static partial void FeedFrozen(ILogger log, string path, int flips);

        [LoggerMessage(EventId = 743, Level = LogLevel.Warning, Message = "{What} is pinned: it stays as it is in generation {Number} until `breakwater unpin`")]
        public static partial void Pinned(ILogger log, string what, long number);

        [LoggerMessage(EventId = 744, Level = LogLevel.Information, Message = "{What} is left to itself again")]
        public static partial void Unpinned(ILogger log, string what);

        [LoggerMessage(EventId = 745, Level = LogLevel.Information, Message = "the changed file {Path} waits: {Why}")]
        public static partial void FeedWaits(ILogger log, string path, string why);

        [LoggerMessage(EventId = 799, Level = LogLevel.Error, Message = "Fault in the edge on a generation's road; the one in force stays. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, Exception exception);
    }
}
