using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Origins;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations.Road;

/// <summary>
/// The one road of every change to all visitors, wherever it comes from: command, signal, file. One change travels at a time; whatever goes
/// wrong on the way, the generation in force stays, and one event says what, where and why. Thread-safe; owned by the edge.
/// </summary>
/// <remarks>
/// <code>
/// read ─ validate ─ compile ─ taste ─ canary ─ bake ─ good
///   └───────┴──────────┴───────┴─ refused, held    └─ reverted, replaced
/// </code>
/// </remarks>
internal sealed partial class GenerationRoad : IDisposable
{
    private readonly DataPlane _plane;
    private readonly OriginRegistry _origins;
    private readonly GenerationCompiler _compiler;
    private readonly GenerationStore? _store;
    private readonly string? _dataDirectory;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly FilesInForce _files;
    private readonly BakeWatch _bake;
    private readonly Lock _changedLock = new();

    // Held while something is written to disk. Nothing is any more once the edge has ended in good order.
    private readonly Lock _keeping = new();
    private bool _ended;
    private HashSet<string> _changed = new(StringComparer.Ordinal);
    private GenerationDocument _document;
    private RoadState _state;

    /// <param name="plane">The data plane, which serves <paramref name="start"/>.</param>
    /// <param name="origins">Where origins live.</param>
    /// <param name="compiler">Compiles.</param>
    /// <param name="start">What the edge starts with.</param>
    /// <param name="store">Where generations are kept; null = nowhere.</param>
    /// <param name="dataDirectory">Where a development certificate is kept.</param>
    public GenerationRoad(
        DataPlane plane, OriginRegistry origins, GenerationCompiler compiler, RoadStart start, GenerationStore? store, string? dataDirectory)
    {
        _plane = plane;
        _origins = origins;
        _compiler = compiler;
        _store = store;
        _dataDirectory = dataDirectory;
        _log = plane.Loggers.CreateLogger("Breakwater.Generations");
        _document = start.Document;
        _state = start.State;
        Instead = start.Instead;
        _files = new FilesInForce(plane.Clock, plane.Loggers, OnFilesChanged);
        _files.Follow(plane.Live, start.Stamps);
        _bake = new BakeWatch(plane.Clock, () => plane.Metrics.ExchangesEnded, number => Task.Run(() => ProveAsync(number)));
        plane.Heartbeat.Add(_bake);
        plane.Metrics.GenerationPromoted(plane.Live.Number);
        BeginBake();
        Keep();
    }

    /// <summary>Where all generations are.</summary>
    public RoadState State => Volatile.Read(ref _state);

    /// <summary>Why the edge did not start with what was configured, as long as that holds; null when it did.</summary>
    public string? Instead { get; private set; }

    /// <summary>Where generations are kept; null = nowhere.</summary>
    public GenerationStore? Store => _store;

    /// <summary>The last known good on disk, where that is not what is in force; null when there is none.</summary>
    public GenerationManifest? LastKnownGood { get; private set; }

    /// <summary>How far the generation in force is with proving itself.</summary>
    public BakeWatch Bake => _bake;

    private DateTimeOffset Now => _plane.Clock.UtcNow;

    /// <summary>Takes a change to all visitors, or to where it stops.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancel">Gives up waiting for its turn; once it travels, it goes to its end.</param>
    public async Task<RoadResult> TakeAsync(RoadRequest request, CancellationToken cancel = default)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (request.Expected is { } expected && expected != _plane.Live.Number)
            {
                return Stale(expected);
            }

            return Travel(request, []);
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
        await _turn.WaitAsync().ConfigureAwait(false);
        End();
    }

    /// <summary>The data directory is this process's again.</summary>
    public void Resume()
    {
        lock (_keeping)
        {
            _ended = false;
            _store?.Journal.Write(_state, running: true);
        }

        _turn.Release();
    }

    /// <summary>The edge ends in good order. What is in force goes on proving itself in the next process.</summary>
    public void Dispose()
    {
        _files.Dispose();
        _plane.Heartbeat.Remove(_bake);
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
            _store?.Journal.Write(
                _state with { Candidate = null, ServedSeconds = _bake.Served.TotalSeconds, ServedRequests = _bake.ServedRequests }, running: false);
        }
    }

    private RoadResult Stale(long expected) => new(
        RoadOutcome.Stale, null,
        [
            ConfigDiagnostic.Error(
                SourcePosition.Of("generation"), $"generation {_plane.Live.Number} is in force, not {expected}",
                "look at what has changed (breakwater generations), then ask again for that one"),
        ]);

    /// <summary>The stages, one after the other. Under the turn.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="changed">Files that are to be read anew; the others stay what they are, unless the document is read too.</param>
    /// <param name="isTrial">Whether another way is tried if this one fails, so that nothing is told of it.</param>
    private RoadResult Travel(RoadRequest request, IReadOnlyCollection<string> changed, bool isTrial = false)
    {
        Generation live = _plane.Live;
        GenerationRecord record = SetCandidate(GenerationRecord.SetOut(request.Origin, Now));
        GenerationDocument document = request.Read?.Invoke() ?? _document;
        if (!document.WasRead)
        {
            return Refuse(record, document.Diagnostics, isTrial);
        }

        record = SetCandidate(record.Enter(RoadStage.Validate, Now));
        if (document.Config is not { } config)
        {
            return Refuse(record, document.Diagnostics, isTrial);
        }

        record = SetCandidate(record.Enter(RoadStage.Compile, Now));
        IReadOnlyDictionary<string, FileStamp> stamps = FilesInForce.Look(config);
        CompileResult compiled = _compiler.Compile(new CompileOrder(config, Math.Max(_state.LastNumber, live.Number) + 1)
        {
            Files = new ConfigurationFiles(request.Read is null ? live.Files.Where(file => !changed.Contains(file.Path)) : null),
            DataDirectory = _dataDirectory,
            Before = live,
            Origin = request.Origin,
        });
        IReadOnlyList<ConfigDiagnostic> found = request.Read is null ? compiled.Diagnostics : [.. document.Diagnostics, .. compiled.Diagnostics];
        if (compiled.Generation is not { } candidate)
        {
            return Refuse(record, found, isTrial);
        }

        record = SetCandidate(record with { ContentHash = candidate.ContentHash });
        if (_state.HasCrashed(candidate.ContentHash) && !request.Confirmed && candidate.ContentHash != live.ContentHash)
        {
            return Refuse(record, [.. found, CrashedBefore(candidate)], isTrial);
        }

        if (candidate.ContentHash == live.ContentHash)
        {
            _document = document;
            Instead = request.Read is null ? Instead : null;
            SetState(_state with { Candidate = null, LastRefusal = request.Read is null ? _state.LastRefusal : null });
            return new RoadResult(RoadOutcome.Unchanged, null, found);
        }

        record = SetCandidate(record.Enter(RoadStage.Taste, Now));
        record = SetCandidate(record.Enter(RoadStage.Canary, Now) with { Number = candidate.Number });
        Promote(candidate);
        _document = document;
        Instead = request.Read is null ? Instead : null;
        _files.Follow(candidate, stamps);
        record = record.Enter(RoadStage.Bake, Now);
        SetState(_state.Promoted(record, Now));
        BeginBake();
        Keep();
        Log.Promoted(_log, candidate.Number, candidate.Hash, record.Origin);
        foreach (ConfigDiagnostic doubtful in found)
        {
            Log.Doubtful(_log, doubtful);
        }

        return new RoadResult(RoadOutcome.Promoted, record, found);
    }

    /// <summary>From here on the candidate serves everybody. No exchange in progress notices.</summary>
    private void Promote(Generation candidate)
    {
        _origins.Adopt(_plane.Live.OriginGroups, candidate.OriginGroups);
        _plane.InForce = new InForce(candidate);
        _origins.Adopt(candidate.OriginGroups);
        _plane.Metrics.GenerationPromoted(candidate.Number);
    }

    /// <summary>What is in force proves itself from now on, unless it has already.</summary>
    private void BeginBake()
    {
        if (_state.Live.Stage == RoadStage.Bake)
        {
            _bake.Begin(_state.Live.Number, _plane.Live.Config.Generations.Bake, _state.ServedSeconds, _state.ServedRequests);
        }
        else
        {
            _bake.End();
        }
    }

    /// <summary>Keeps what is in force, and where everything is.</summary>
    private void Keep()
    {
        lock (_keeping)
        {
            if (_store is not null && !_ended)
            {
                Keep(_store);
            }
        }
    }

    private void Keep(GenerationStore store)
    {
        IReadOnlyList<GenerationManifest> good = [.. store.List().Where(one => one.GoodAt is not null)];
        GenerationManifest? before = good.FirstOrDefault(one => one.ContentHash == _plane.Live.ContentHash);
        LastKnownGood = good.FirstOrDefault();
        if (before is not null && _state.Live.Stage == RoadStage.Bake)
        {
            // It has proved itself before, under another number.
            SetState(_state with { Live = _state.Live.Enter(RoadStage.Good, Now) });
            _bake.End();
        }

        DateTimeOffset? goodAt = _state.Live.Stage != RoadStage.Good ? null : before?.GoodAt ?? Now;
        store.Keep(_plane.Live, _document, _state.Live.PromotedAt ?? Now, goodAt, pinned: 0);
        store.Journal.Write(_state, running: true);
    }

    /// <summary>What is in force has proved itself, if it is still the same.</summary>
    private async Task ProveAsync(long number)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_state.Live.Number == number && _state.Live.Stage == RoadStage.Bake)
            {
                SetState(_state with
                {
                    Live = _state.Live.Enter(RoadStage.Good, Now),
                    Crashed = [.. _state.Crashed.Where(one => one.ContentHash != _state.Live.ContentHash)],
                });
                Keep();
                Log.Proved(_log, number, _plane.Live.Hash);
            }
        }
        catch (Exception exception)
        {
            Log.Fault(_log, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private ConfigDiagnostic CrashedBefore(Generation candidate)
    {
        CrashedContent crashed = _state.Crashed.First(one => one.ContentHash == candidate.ContentHash);
        return ConfigDiagnostic.Error(
            candidate.Config.Position, $"the process crashed under this content when it was generation {crashed.Number}, before it had proved itself",
            "find out why and change it; or `breakwater reload --confirm` to try it again");
    }

    private RoadResult Refuse(GenerationRecord record, IReadOnlyList<ConfigDiagnostic> found, bool isTrial)
    {
        ConfigDiagnostic[] errors = [.. found.Where(one => one.Severity == DiagnosticSeverity.Error)];
        record = record.Enter(RoadStage.Refused, Now) with { Problems = [.. found.Select(one => one.ToString())] };
        if (isTrial)
        {
            SetState(_state with { Candidate = null });
            return new RoadResult(RoadOutcome.Refused, record, found);
        }

        SetState(_state.Ended(record));
        _plane.Metrics.GenerationRefused();
        Log.Refused(_log, WhatOf(record), _plane.Live.Number, RoadText.Word(record.EndedIn!.Value), errors[0], RoadText.Further(errors.Length - 1));
        return new RoadResult(RoadOutcome.Refused, record, found);
    }

    private static string WhatOf(GenerationRecord record) =>
        record.Origin.StartsWith("changed file", StringComparison.Ordinal) ? $"the {record.Origin}" : "the new configuration";

    private GenerationRecord SetCandidate(GenerationRecord record)
    {
        SetState(_state with { Candidate = record });
        return record;
    }

    private void SetState(RoadState state) => Volatile.Write(ref _state, state);

    /// <summary>On a timer's thread: notes it, and lets the road see to it soon.</summary>
    private void OnFilesChanged(IReadOnlyCollection<string> paths)
    {
        lock (_changedLock)
        {
            bool seenTo = _changed.Count > 0;
            _changed.UnionWith(paths);
            if (!seenTo && _changed.Count > 0)
            {
                _ = Task.Run(TakeFilesAsync);
            }
        }
    }

    /// <summary>Takes all files that have changed, together; and if that fails, those that belong together, one unit after the other.</summary>
    private async Task TakeFilesAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            HashSet<string> changed;
            lock (_changedLock)
            {
                (changed, _changed) = (_changed, new HashSet<string>(StringComparer.Ordinal));
            }

            string[][] units = [.. FilesInForce.Units(_plane.Live, changed.Where(IsNew))];
            if (units.Length > 1 && TakeFiles([.. units.SelectMany(unit => unit)], isTrial: true).Succeeded)
            {
                return;
            }

            foreach (string[] unit in units)
            {
                TakeFiles(unit, isTrial: false);
            }
        }
        catch (Exception exception)
        {
            Log.Fault(_log, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private RoadResult TakeFiles(string[] paths, bool isTrial) =>
        Travel(new RoadRequest(new ChangeOrigin(ChangeSource.Files, string.Join(", ", paths))), paths, isTrial);

    /// <summary>Whether a file of the generation in force holds something else now, or nothing at all.</summary>
    private bool IsNew(string path)
    {
        if (_plane.Live.Files.FirstOrDefault(file => file.Path == path) is not { } known)
        {
            return false;
        }

        try
        {
            return FileContent.Of(path, ConfigurationFiles.ReadNow(path, Array.MaxLength)).Hash != known.Hash;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return true;
        }
    }

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

        [LoggerMessage(EventId = 799, Level = LogLevel.Error, Message = "Fault in the edge on a generation's road; the one in force stays. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, Exception exception);
    }
}
