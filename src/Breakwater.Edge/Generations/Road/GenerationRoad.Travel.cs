using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Generations.Taste;

namespace Breakwater.Edge.Generations.Road;

/// <content>The stages, one after the other. All of it runs under the turn.</content>
internal sealed partial class GenerationRoad
{
    /// <summary>Files that changed while they were tasted make one more try worth while, not a third.</summary>
    private const int MaxTries = 2;

    /// <summary>How much shorter an urgent road is.</summary>
    private const int UrgentPart = 5;

    /// <summary>A bug on the way is the candidate's end, not the edge's.</summary>
    private async Task<RoadResult> TravelSafelyAsync(RoadRequest request, IReadOnlyCollection<string> changed, bool isTrial = false)
    {
        var trip = new Trip(request, changed, isTrial, _plane.Live) { Record = GenerationRecord.SetOut(request.Origin, Now) };
        try
        {
            return await TravelAsync(trip).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.Fault(_log, exception);
            ConfigDiagnostic fault = ConfigDiagnostic.Error(
                SourcePosition.Of("edge"), $"a fault of the edge: {exception.Message}", "this is a bug in Breakwater; please report it with the lines of the log");
            return trip.Record.Stage switch
            {
                RoadStage.Canary => TakeBack(trip, fault.Problem, ""),

                // It is in force; what failed came after that.
                RoadStage.Bake => new RoadResult(RoadOutcome.Promoted, trip.Record, trip.Found),
                _ => Refuse(trip, [fault]),
            };
        }
    }

    private async Task<RoadResult> TravelAsync(Trip trip)
    {
        SetCandidate(trip.Record);
        if (PinnedAgainst(trip.Request) is { } pinned)
        {
            return Refuse(trip, [pinned]);
        }

        GenerationDocument document = trip.Request.Kept?.Document ?? trip.Request.Read?.Invoke() ?? _document;
        if (!document.WasRead)
        {
            return Refuse(trip, document.Diagnostics);
        }

        Enter(trip, RoadStage.Validate);
        if (document.Config is not { } config)
        {
            return Refuse(trip, document.Diagnostics);
        }

        Enter(trip, RoadStage.Compile);
        for (int tries = 1; ; tries++)
        {
            trip.Found.Clear();
            trip.Found.AddRange(trip.Request.ReadsDocument ? document.Diagnostics : []);
            trip.Stamps = FilesInForce.Look(config);
            List<FileContent> given = Given(trip, config);
            if (trip.HasErrors)
            {
                return Refuse(trip, trip.Found);
            }

            if (IsInForce(config, given))
            {
                if (trip.Request.ReadsDocument)
                {
                    // For what is doubtful in it: whoever asks is told again.
                    Compile(trip, config, given);
                }

                return Unchanged(trip, document);
            }

            var order = new TasteOrder(document, _plane.Recent.Take(trip.Request.Urgent ? Bounds.Taste.Samples / UrgentPart : Bounds.Taste.Samples))
            {
                Given = given,
                IsComplete = trip.Request.Kept is not null,
                DataDirectory = _parts.DataDirectory,
                Bounds = Bounds.Taste,
                IsUrgent = trip.Request.Urgent,
            };
            (TasteFindings? findings, TimeSpan took, RoadResult? refused) = await HaveTastedAsync(trip, order, config).ConfigureAwait(false);
            if (refused is not null)
            {
                return refused;
            }

            if (Compile(trip, config, given) is not { } candidate)
            {
                return Refuse(trip, trip.Found);
            }

            if (candidate.ContentHash == trip.Live.ContentHash)
            {
                return Unchanged(trip, document);
            }

            if (findings is not null && findings.ContentHash != candidate.ContentHash)
            {
                if (tries < MaxTries)
                {
                    continue;
                }

                return Refuse(trip, [ConfigDiagnostic.Error(config.Position, "files that it names change faster than they can be tasted", "write them to another name first, then rename them")]);
            }

            return await GoOnAsync(trip, document, candidate, order, findings, took).ConfigureAwait(false);
        }
    }

    /// <summary>The bounds in force: a change is not judged by the ones that it brings.</summary>
    private GenerationsConfig Bounds => _plane.Live.Config.Generations;

    /// <summary>What is sound in itself is compared with what is in force, on requests of the past, then on those of the present.</summary>
    private async Task<RoadResult> GoOnAsync(
        Trip trip, GenerationDocument document, Generation candidate, TasteOrder order, TasteFindings? findings, TimeSpan took)
    {
        trip.Record = SetCandidate(trip.Record with { ContentHash = candidate.ContentHash });
        if (_state.HasCrashed(candidate.ContentHash) && !trip.Request.Confirmed)
        {
            return Refuse(trip, [.. trip.Found, CrashedBefore(candidate)]);
        }

        IReadOnlyList<ConfigDiagnostic> broad = trip.Request.Confirmed ? [] : BreadthBreaker.Check(trip.Live, candidate, Bounds.MaxRemoved);
        if (broad.Count > 0)
        {
            return Hold(trip, broad);
        }

        Enter(trip, RoadStage.Taste);
        TasteVerdict verdict = await Task.Run(() => Compare(trip.Live, candidate, order, findings, took)).ConfigureAwait(false);
        trip.Record = SetCandidate(trip.Record with { Taste = verdict.Summary });
        if (verdict.Problem is { } problem && !(verdict.IsHeld && trip.Request.Confirmed))
        {
            return verdict.IsHeld ? Hold(trip, [problem]) : Refuse(trip, [.. trip.Found, problem]);
        }

        candidate = candidate.As(Math.Max(_state.LastNumber, trip.Live.Number) + 1, trip.Request.Origin);
        CanaryEnd end = await CompareLiveAsync(trip, candidate).ConfigureAwait(false);
        return end.Harm is null && !end.Overtaken ? Promote(trip, document, candidate) : TakeBack(trip, end.Harm, end.Summary);
    }

    /// <summary>Contents that take the place of what is on disk: those of feeds, and of a generation's files where only some are to be read.</summary>
    private List<FileContent> Given(Trip trip, BreakwaterConfig config)
    {
        if (trip.Request.Kept is { } kept)
        {
            return [.. kept.Manifest.Files.Select(file => kept.Files.Given(file.Path))];
        }

        FeedResolution feeds = FeedResolution.Of(new FeedQuestion(config, Bounds.Feeds, _state.Feeds, Now)
        {
            Good = path => trip.Live.Files.FirstOrDefault(file => file.Path == path),
            Reads = path => trip.Request.ReadsDocument || trip.Changed.Contains(path),
            Confirmed = trip.Request.Confirmed,
        });
        Note(feeds);
        trip.Found.AddRange(feeds.Doubts);
        trip.Found.AddRange(feeds.Errors);
        List<FileContent> given = [.. feeds.Contents];
        if (!trip.Request.ReadsDocument)
        {
            var resolved = given.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
            given.AddRange(trip.Live.Files.Where(file => !resolved.Contains(file.Path) && !trip.Changed.Contains(file.Path)));
        }

        return given;
    }

    /// <summary>Whether a configuration with these contents, and what is on disk, is what is in force.</summary>
    private bool IsInForce(BreakwaterConfig config, IReadOnlyList<FileContent> given)
    {
        Generation live = _plane.Live;
        if (config != live.Config)
        {
            return false;
        }

        var known = given.ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        return live.Files.All(file => known.TryGetValue(file.Path, out string? hash) ? hash == file.Hash : !HasChanged(file));
    }

    /// <summary>The sacrificial process: nothing of the candidate is compiled in this one before it has survived there.</summary>
    private async Task<(TasteFindings? Findings, TimeSpan Took, RoadResult? Refused)> HaveTastedAsync(Trip trip, TasteOrder order, BreakwaterConfig config)
    {
        if (_parts.Taster is not { } taster || order.Document.IsMade)
        {
            return default;
        }

        TasteResult result = await taster.TasteAsync(order, SizeOfFeeds(config)).ConfigureAwait(false);
        if (result.Failure == TasteFailure.NotStarted)
        {
            Log.NoTaster(_log, result.Detail);
            return default;
        }

        if (result.Findings is not { } findings)
        {
            Enter(trip, RoadStage.Taste);
            return (null, default, Refuse(trip, [.. trip.Found, TasteJudge.Explain(result, order.Bounds, config.Position)]));
        }

        ConfigDiagnostic[] found = [.. findings.Diagnostics.Select(line => line.ToDiagnostic())];
        return found.Any(one => one.Severity == DiagnosticSeverity.Error)
            ? (null, default, Refuse(trip, [.. trip.Found, .. found]))
            : (findings, result.Took, null);
    }

    private static long SizeOfFeeds(BreakwaterConfig config) => Feed.Of(config).Sum(feed => FileWatch.StampOf(feed.Path).Length);

    private Generation? Compile(Trip trip, BreakwaterConfig config, IReadOnlyList<FileContent> given)
    {
        CompileResult compiled = _parts.Compiler.Compile(new CompileOrder(config, Number: 0)
        {
            Files = new ConfigurationFiles(given, isComplete: trip.Request.Kept is not null),
            DataDirectory = _parts.DataDirectory,
            Before = trip.Live,
            Origin = trip.Request.Origin,
        });
        trip.Found.AddRange(compiled.Diagnostics);
        return compiled.Generation;
    }

    /// <summary>What tasting says, with what becomes of the same requests under the generation in force.</summary>
    private TasteVerdict Compare(Generation live, Generation candidate, TasteOrder order, TasteFindings? findings, TimeSpan took)
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        findings ??= Taster.Judge(candidate, order, [], isAlone: false);
        took = took == default ? System.Diagnostics.Stopwatch.GetElapsedTime(began) : took;
        var control = TasteControl.Of(live, _plane.Clock, order.Recent, SyntheticRequests.For(candidate.Config, order.IsUrgent), findings.Slowest);
        return TasteJudge.Judge(findings, control, order, took, candidate.Config.Position);
    }

    /// <summary>A share of the connections runs the candidate, until it is known whether it does harm.</summary>
    private async Task<CanaryEnd> CompareLiveAsync(Trip trip, Generation candidate)
    {
        CanaryConfig bounds = Bounds.Canary;
        TimeSpan time = _parts.CanaryTime ?? (trip.Request.Urgent ? bounds.Time / UrgentPart : bounds.Time);
        bounds = bounds with { Time = time, Requests = trip.Request.Urgent ? Math.Max(1, bounds.Requests / UrgentPart) : bounds.Requests };
        var run = new CanaryRun(candidate, bounds.Share);
        Enter(trip, RoadStage.Canary);
        trip.Record = SetCandidate(trip.Record with { Number = candidate.Number });
        SetState(_state with { LastNumber = candidate.Number });
        WriteJournal();
        _parts.Origins.Adopt(trip.Live.OriginGroups, candidate.OriginGroups);
        var watch = new CanaryWatch(run, bounds, trip.Request.Confirmed, _plane.Clock);
        _plane.InForce = new InForce(trip.Live, run);
        if (time == TimeSpan.Zero)
        {
            watch.OnHeartbeat(_plane.Clock.Micros);
        }
        else
        {
            Log.OnCanary(_log, candidate.Number, candidate.Hash, trip.Record.Origin, bounds.Share, time.TotalSeconds);
            _plane.Heartbeat.Add(watch);
            _canary = watch;
            if (_ended || Volatile.Read(ref _pressing) > 0)
            {
                watch.BreakOff();
            }
        }

        try
        {
            CanaryEnd end = await watch.Ended.ConfigureAwait(false);
            trip.Record = SetCandidate(trip.Record with { Canary = end.Summary });
            return end;
        }
        finally
        {
            _plane.Heartbeat.Remove(watch);
            _canary = null;
        }
    }

    /// <summary>From here on the candidate serves everybody. No exchange in progress notices.</summary>
    private RoadResult Promote(Trip trip, GenerationDocument document, Generation candidate)
    {
        _plane.InForce = new InForce(candidate);
        _parts.Origins.Adopt(candidate.OriginGroups);
        _plane.Metrics.GenerationPromoted(candidate.Number);
        _plane.Recent.Resize(Bounds.Taste.Samples);
        _document = document;
        _files.Follow(candidate, trip.Stamps);
        Instead = trip.Request.ReadsDocument ? null : Instead;
        Enter(trip, RoadStage.Bake);
        SetState(_state.Promoted(trip.Record, Now) with
        {
            Pinned = trip.Request.Kept is null ? _state.Pinned : new PinRecord(candidate.Number, Now, $"{trip.Request.Origin}"),
            Feeds = [.. _state.Feeds.Select(feed => trip.Changed.Contains(feed.Path) ? feed.Accepted() : feed)],
        });
        BeginBake();
        Keep();
        Log.Promoted(_log, candidate.Number, candidate.Hash, trip.Record.Origin);
        foreach (ConfigDiagnostic doubtful in trip.Found)
        {
            Log.Doubtful(_log, doubtful);
        }

        return new RoadResult(RoadOutcome.Promoted, trip.Record, trip.Found);
    }

    private RoadResult Unchanged(Trip trip, GenerationDocument document)
    {
        if (trip.Request.ReadsDocument)
        {
            _document = document;
            Instead = null;
            SetState(_state with { LastRefusal = null });
        }

        SetState(_state with { Candidate = null });
        return new RoadResult(RoadOutcome.Unchanged, null, trip.Found);
    }

    private RoadResult Refuse(Trip trip, IReadOnlyList<ConfigDiagnostic> found) => End(trip, RoadStage.Refused, RoadOutcome.Refused, found);

    private RoadResult Hold(Trip trip, IReadOnlyList<ConfigDiagnostic> why) => End(trip, RoadStage.Held, RoadOutcome.Held, [.. trip.Found, .. why]);

    /// <summary>The candidate is off the road before any visitor has met it.</summary>
    private RoadResult End(Trip trip, RoadStage stage, RoadOutcome outcome, IReadOnlyList<ConfigDiagnostic> found)
    {
        ConfigDiagnostic[] errors = [.. found.Where(one => one.Severity == DiagnosticSeverity.Error)];
        GenerationRecord record = trip.Record.Enter(stage, Now) with { Problems = [.. found.Select(one => one.ToString())] };
        var result = new RoadResult(outcome, record, found);
        if (trip.IsTrial)
        {
            SetState(_state with { Candidate = null });
            return result;
        }

        SetState(_state.Ended(record));
        string what = RoadText.What(trip.Request.Origin), where = RoadText.Word(record.EndedIn!.Value), further = RoadText.Further(errors.Length - 1);
        if (stage == RoadStage.Held)
        {
            _plane.Metrics.GenerationHeld();
            Log.Held(_log, what, _plane.Live.Number, where, errors[0], further);
        }
        else
        {
            _plane.Metrics.GenerationRefused();
            Log.Refused(_log, what, _plane.Live.Number, where, errors[0], further);
        }

        NoteNotPromoted(trip, errors[0].Problem);
        WriteJournal();
        return result;
    }

    /// <summary>A candidate that visitors have met is taken back from them.</summary>
    /// <param name="trip">The trip.</param>
    /// <param name="harm">What harm it did; null = none, but it has to make room.</param>
    /// <param name="figures">What was compared.</param>
    private RoadResult TakeBack(Trip trip, string? harm, string figures)
    {
        Generation live = trip.Live;
        _plane.InForce = new InForce(live);
        _parts.Origins.Adopt(live.OriginGroups);
        RoadStage stage = harm is null ? RoadStage.Replaced : RoadStage.Reverted;
        string problem = harm ?? "a change that cannot wait came before it was in force";
        GenerationRecord record = trip.Record.Enter(stage, Now) with { Problems = [.. trip.Found.Select(one => one.ToString()), problem] };
        SetState(_state.Ended(record));
        if (harm is null)
        {
            Log.Overtaken(_log, record.Number, record.Hash, record.Origin, live.Number);
        }
        else
        {
            _plane.Metrics.GenerationReverted();
            Log.Reverted(_log, record.Number, record.Hash, record.Origin, live.Number, harm, figures);
            NoteNotPromoted(trip, harm);
        }

        WriteJournal();
        ConfigDiagnostic error = ConfigDiagnostic.Error(SourcePosition.Of($"generation {record.Number}"), problem, "see breakwater generations");
        return new RoadResult(harm is null ? RoadOutcome.Replaced : RoadOutcome.Reverted, record, [.. trip.Found, error]);
    }

    private void Enter(Trip trip, RoadStage stage) => trip.Record = SetCandidate(trip.Record.Enter(stage, Now));

    private ConfigDiagnostic CrashedBefore(Generation candidate)
    {
        CrashedContent crashed = _state.Crashed.First(one => one.ContentHash == candidate.ContentHash);
        return ConfigDiagnostic.Error(
            candidate.Config.Position, $"the process crashed under this content when it was generation {crashed.Number}, before it had proved itself",
            "find out why and change it; or `breakwater reload --confirm` to try it again");
    }

    /// <summary>One change on its way. Owned by the turn.</summary>
    private sealed class Trip(RoadRequest request, IReadOnlyCollection<string> changed, bool isTrial, Generation live)
    {
        public RoadRequest Request => request;

        /// <summary>Files that are to be read anew; the others stay what they are, unless the document is read too.</summary>
        public IReadOnlyCollection<string> Changed => changed;

        /// <summary>Whether another way is tried if this one fails, so that nothing is told of it.</summary>
        public bool IsTrial => isTrial;

        /// <summary>What was in force when it set out, and is until it arrives.</summary>
        public Generation Live => live;

        public required GenerationRecord Record { get; set; }

        public List<ConfigDiagnostic> Found { get; } = [];

        public IReadOnlyDictionary<string, FileStamp> Stamps { get; set; } = new Dictionary<string, FileStamp>();

        public bool HasErrors => Found.Any(one => one.Severity == DiagnosticSeverity.Error);
    }
}
