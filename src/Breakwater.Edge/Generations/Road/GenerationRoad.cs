using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Canary;
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
    private readonly string? _dataDirectory;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly FilesInForce _files;
    private readonly Lock _changedLock = new();
    private HashSet<string> _changed = new(StringComparer.Ordinal);
    private GenerationDocument _document;
    private RoadState _state;

    /// <param name="plane">The data plane, which serves <paramref name="start"/>.</param>
    /// <param name="origins">Where origins live.</param>
    /// <param name="compiler">Compiles.</param>
    /// <param name="start">What the edge starts with.</param>
    /// <param name="dataDirectory">Where a development certificate is kept.</param>
    public GenerationRoad(DataPlane plane, OriginRegistry origins, GenerationCompiler compiler, RoadStart start, string? dataDirectory)
    {
        _plane = plane;
        _origins = origins;
        _compiler = compiler;
        _dataDirectory = dataDirectory;
        _log = plane.Loggers.CreateLogger("Breakwater.Generations");
        _document = start.Document;
        _state = new RoadState(start.Record);
        _files = new FilesInForce(plane.Clock, plane.Loggers, OnFilesChanged);
        _files.Follow(plane.Live, start.Stamps);
        plane.Metrics.GenerationPromoted(plane.Live.Number);
    }

    /// <summary>Where all generations are.</summary>
    public RoadState State => Volatile.Read(ref _state);

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

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

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
        CompileResult compiled = _compiler.Compile(new CompileOrder(config, live.Number + 1)
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
        if (candidate.ContentHash == live.ContentHash)
        {
            _document = document;
            SetState(_state with { Candidate = null, LastRefusal = request.Read is null ? _state.LastRefusal : null });
            return new RoadResult(RoadOutcome.Unchanged, null, found);
        }

        record = SetCandidate(record.Enter(RoadStage.Taste, Now));
        record = SetCandidate(record.Enter(RoadStage.Canary, Now) with { Number = candidate.Number });
        Promote(candidate);
        _document = document;
        _files.Follow(candidate, stamps);
        record = record.Enter(RoadStage.Bake, Now);
        SetState(_state.Promoted(record, Now));
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

        [LoggerMessage(EventId = 799, Level = LogLevel.Error, Message = "Fault in the edge on a generation's road; the one in force stays. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, Exception exception);
    }
}
