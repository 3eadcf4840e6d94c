using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Generations.Taste;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations;

/// <summary>
/// Decides what an edge starts with: what it is configured to, and if that cannot be used, or crashed before it had proved itself, the last known
/// good, then the ones before. Never less than that: an edge with an empty or minimal configuration is an outage. Owned by the start.
/// </summary>
/// <param name="parts">What the road is made of.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Where it is told.</param>
internal sealed partial class GenerationStart(RoadParts parts, EdgeClock clock, ILogger log)
{
    private readonly GenerationStore? _store = parts.Store;
    private readonly JournalEntry? _before = parts.Store?.Journal.Before;

    private DateTimeOffset Now => clock.UtcNow;

    /// <summary>Has something in force.</summary>
    /// <param name="document">What the edge is configured to.</param>
    /// <param name="withPrevious">Whether what was in force crashed too often, so that something older is wanted.</param>
    /// <exception cref="ConfigurationException">That cannot be used, and nothing is kept that can; all the reasons are in it.</exception>
    public async Task<RoadStart> ChooseAsync(GenerationDocument document, bool withPrevious = false)
    {
        IReadOnlyList<GenerationManifest> kept = _store?.List() ?? [];
        RoadState? before = FindCrash(kept);
        if (withPrevious)
        {
            before = Blame(before, kept);
        }

        if (before?.Pinned is { } pin && kept.FirstOrDefault(one => one.Number == pin.Number) is { } pinned && !before.HasCrashed(pinned.ContentHash)
            && StartPinned(pinned, pin, before, kept) is { } still)
        {
            return still;
        }

        var failed = new Failure(document.Diagnostics, document.WasRead ? RoadStage.Validate : RoadStage.Read);
        if (document.Config is { } config)
        {
            (RoadStart? start, failed) = await TryConfiguredAsync(document, config, before, kept).ConfigureAwait(false);
            if (start is not null)
            {
                return start;
            }
        }

        bool HasCrashed(GenerationManifest one) => before?.HasCrashed(one.ContentHash) == true;
        foreach (GenerationManifest manifest in kept.Where(one => !HasCrashed(one)).OrderByDescending(one => one.GoodAt is not null)
            .Concat(kept.Where(one => one.GoodAt is not null && HasCrashed(one))))
        {
            if (TryStart(manifest, before, kept, failed) is { } start)
            {
                return start;
            }
        }

        // A crash alone, with nothing to go back to, keeps no edge from starting.
        return failed.Generation is { } again ? Begin(again, document, before, kept) : throw new ConfigurationException(failed.Found);
    }

    private async Task<(RoadStart? Start, Failure Failed)> TryConfiguredAsync(
        GenerationDocument document, BreakwaterConfig config, RoadState? before, IReadOnlyList<GenerationManifest> kept)
    {
        IReadOnlyDictionary<string, FileStamp> stamps = FilesInForce.Look(config);
        FeedResolution feeds = Feeds(config, before, kept);
        if (feeds.Errors.Count > 0)
        {
            return (null, new Failure(feeds.Errors, RoadStage.Compile));
        }

        if (await TasteAsync(document, config, feeds.Contents, kept).ConfigureAwait(false) is { } tasted)
        {
            return (null, tasted);
        }

        CompileResult compiled = Compile(config, new ConfigurationFiles(feeds.Contents));
        if (compiled.Generation is not { } generation)
        {
            return (null, new Failure(compiled.Diagnostics, RoadStage.Compile));
        }

        if (before?.HasCrashed(generation.ContentHash) == true)
        {
            return (null, Crash(generation, before));
        }

        RoadStart start = Begin(generation, document, before, kept);
        foreach (FeedRecord refused in feeds.Refused)
        {
            Log.FeedRefused(log, refused.LastReason!);
        }

        return (start with { Stamps = stamps, Doubts = [.. feeds.Doubts, .. compiled.Diagnostics], State = start.State with { Feeds = feeds.Records } }, default!);
    }

    /// <summary>
    /// Where there is something to fall back on, nothing that was never in force is loaded here before it has been loaded elsewhere. Without that
    /// this process might as well try it itself.
    /// </summary>
    private async Task<Failure?> TasteAsync(GenerationDocument document, BreakwaterConfig config, IReadOnlyList<FileContent> given, IReadOnlyList<GenerationManifest> kept)
    {
        if (parts.Taster is not { } taster || kept.Count == 0 || document.IsMade || kept.Any(one => IsSame(one, document, given)))
        {
            return null;
        }

        var order = new TasteOrder(document, []) { Given = given, DataDirectory = parts.DataDirectory, Bounds = config.Generations.Taste };
        TasteResult result = await taster.TasteAsync(order, given.Sum(file => file.Length)).ConfigureAwait(false);
        if (result.Failure == TasteFailure.NotStarted)
        {
            return null;
        }

        if (result.Findings is not { } findings)
        {
            return new Failure([TasteJudge.Explain(result, order.Bounds, config.Position)], RoadStage.Taste);
        }

        ConfigDiagnostic[] found = [.. findings.Diagnostics.Select(line => line.ToDiagnostic())];
        return found.Any(one => one.Severity == DiagnosticSeverity.Error) ? new Failure(found, RoadStage.Compile)
            : TasteJudge.Judge(findings, TasteControl.None, order, result.Took, config.Position).Problem is { } problem ? new Failure([problem], RoadStage.Taste)
            : null;
    }

    /// <summary>Whether this same program has had exactly this in force before.</summary>
    private static bool IsSame(GenerationManifest kept, GenerationDocument document, IReadOnlyList<FileContent> given)
    {
        var contents = given.ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        return kept.Program == EdgeVersion.Text && kept.DocumentName == document.Name && kept.Directory == document.Directory
            && kept.DocumentHash == (document.Text is null ? null : FileContent.Of("", Encoding.UTF8.GetBytes(document.Text)).Hash)
            && kept.Settings.SequenceEqual(document.Overrides.Given)
            && kept.Files.All(file => (contents.TryGetValue(file.Path, out string? hash) ? hash : FileContent.TryHash(file.Path)) == file.Hash);
    }

    /// <summary>The contents of feeds: those on disk, if they are sound, else those that were in force.</summary>
    private FeedResolution Feeds(BreakwaterConfig config, RoadState? before, IReadOnlyList<GenerationManifest> kept)
    {
        GenerationManifest? last = kept.FirstOrDefault(one => one.Number == before?.Live.Number);
        return FeedResolution.Of(new FeedQuestion(config, config.Generations.Feeds, before?.Feeds ?? [], Now)
        {
            Good = path => last?.Files.FirstOrDefault(file => file.Path == path) is { } file && _store!.TryOpen(file, out FileContent? content) ? content : null,
        });
    }

    private RoadStart? StartPinned(GenerationManifest manifest, PinRecord pin, RoadState before, IReadOnlyList<GenerationManifest> kept)
    {
        if (!_store!.TryOpen(manifest, out KeptGeneration? opened, out _)
            || opened.Document.Config is not { } config || Compile(config, opened.Files).Generation is not { } generation)
        {
            return null;
        }

        Log.Pinned(log, pin.Number, pin.Why);
        RoadStart start = Begin(generation, opened.Document, before, kept);
        return start with
        {
            Instead = $"everything is pinned to generation {pin.Number} ({pin.Why})",
            State = start.State with { Pinned = pin with { Number = start.Generation.Number } },
        };
    }

    private CompileResult Compile(BreakwaterConfig config, ConfigurationFiles files) =>
        parts.Compiler.Compile(new CompileOrder(config, Number: 0) { DataDirectory = parts.DataDirectory, Files = files });

    /// <summary>
    /// What the last process left. If it ended in the middle of things, with something in force, or on canary, that had not proved itself, then
    /// that is to blame until somebody says otherwise.
    /// </summary>
    private RoadState? FindCrash(IReadOnlyList<GenerationManifest> kept)
    {
        if (_before?.State is not { } state || !_store!.Journal.EndedBadly)
        {
            return _before?.State;
        }

        GenerationRecord? suspect = state.Candidate is { Stage: RoadStage.Canary } candidate ? candidate : state.Live.Stage == RoadStage.Bake ? state.Live : null;
        if (suspect is null || kept.Any(one => one.GoodAt is not null && one.ContentHash == suspect.ContentHash))
        {
            return state with { Candidate = null };
        }

        Log.Crashed(log, suspect.Number, suspect.Hash, RoadText.Word(suspect.Stage));
        GenerationRecord reverted = suspect.Enter(RoadStage.Reverted, Now) with { Problems = ["the process ended while it had not proved itself"] };
        return state.Ended(reverted).WithCrash(new CrashedContent(suspect.ContentHash, suspect.Number, Now));
    }

    /// <summary>Holds what was in force to be the cause of crashes, as long as something else is there that has proved itself.</summary>
    private RoadState? Blame(RoadState? before, IReadOnlyList<GenerationManifest> kept) =>
        before is { Live: { } live } && !before.HasCrashed(live.ContentHash)
            && kept.Any(one => one.GoodAt is not null && one.ContentHash != live.ContentHash && !before.HasCrashed(one.ContentHash))
            ? before.WithCrash(new CrashedContent(live.ContentHash, live.Number, Now)) : before;

    private static Failure Crash(Generation generation, RoadState before)
    {
        CrashedContent crashed = before.Crashed.First(one => one.ContentHash == generation.ContentHash);
        return new Failure(
            [
                ConfigDiagnostic.Error(
                    generation.Config.Position, $"the process crashed under this content when it was generation {crashed.Number}, before it had proved itself",
                    "find out why and change it; or `breakwater reload --confirm` to try it again"),
            ],
            RoadStage.Bake)
        {
            Generation = generation,
        };
    }

    private RoadStart? TryStart(GenerationManifest manifest, RoadState? before, IReadOnlyList<GenerationManifest> kept, Failure failed)
    {
        if (!_store!.TryOpen(manifest, out KeptGeneration? opened, out _))
        {
            return null;
        }

        if (opened.Document.Config is not { } config || Compile(config, opened.Files).Generation is not { } generation)
        {
            Log.Unusable(log, manifest.Number);
            return null;
        }

        string instead = failed.EndedIn == RoadStage.Bake ? "the configuration crashed before it had proved itself" : "the configuration cannot be used";
        RoadStart start = Begin(generation, opened.Document, before, kept) with { Instead = instead };
        GenerationRecord refused = GenerationRecord.SetOut(ChangeOrigin.Start, Now) with
        {
            ContentHash = failed.Generation?.ContentHash ?? "",
            Stage = failed.EndedIn == RoadStage.Bake ? RoadStage.Reverted : RoadStage.Refused,
            EndedIn = failed.EndedIn,
            Problems = [.. failed.Found.Select(one => one.ToString())],
        };
        Log.Instead(
            log, instead, start.Generation.Number, generation.Hash, manifest.Number, manifest.PromotedAt, failed.Found[0], RoadText.Further(failed.Found.Count - 1));
        PinRecord? pin = start.State.Pinned is { } pinned ? pinned with { Number = start.Generation.Number } : null;
        return start with { State = start.State.Ended(refused) with { Pinned = pin } };
    }

    /// <summary>A generation is in force from the start: the one from before, if it is the same, else a new one.</summary>
    private RoadStart Begin(Generation generation, GenerationDocument document, RoadState? before, IReadOnlyList<GenerationManifest> kept)
    {
        if (before is { Live: { } live } && live.ContentHash == generation.ContentHash && RoadStages.Serves(live.Stage) && !before.HasCrashed(live.ContentHash))
        {
            return new RoadStart(generation.As(live.Number, generation.Origin), document, before with { Candidate = null });
        }

        long number = Math.Max(before?.LastNumber ?? 0, _store?.HighestNumber ?? 0) + 1;
        GenerationRecord record = GenerationRecord.SetOut(generation.Origin, Now) with { Number = number, ContentHash = generation.ContentHash };
        foreach (RoadStage stage in new[] { RoadStage.Validate, RoadStage.Compile, RoadStage.Taste, RoadStage.Bake })
        {
            record = record.Enter(stage, Now);
        }

        if (kept.Any(one => one.GoodAt is not null && one.ContentHash == generation.ContentHash))
        {
            record = record.Enter(RoadStage.Good, Now);
        }

        RoadState state = before is null ? new RoadState(record) { LastNumber = number }
            : RoadStages.Serves(before.Live.Stage) && !before.HasCrashed(before.Live.ContentHash) ? before.Promoted(record, Now) with { LastRefusal = before.LastRefusal }
            : before with { Live = record, LastNumber = number, Candidate = null, ServedSeconds = 0, ServedRequests = 0 };
        return new RoadStart(generation.As(number, generation.Origin), document, state);
    }

    /// <summary>Why what is configured is not in force.</summary>
    private sealed record Failure(IReadOnlyList<ConfigDiagnostic> Diagnostics, RoadStage EndedIn)
    {
        /// <summary>What it compiles to, if that is not what is wrong with it.</summary>
        public Generation? Generation { get; init; }

        /// <summary>The errors.</summary>
        public IReadOnlyList<ConfigDiagnostic> Found => [.. Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)];
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 731, Level = LogLevel.Error, Message = "the process ended in the middle of things while generation {Number} ({Hash}) had not proved itself (it was at {Stage}): it is not used again unless confirmed")]
        public static partial void Crashed(ILogger log, long number, string hash, string stage);

        [LoggerMessage(EventId = 732, Level = LogLevel.Critical, Message = "{Why}: generation {Number} ({Hash}) is in force instead, with the content of generation {Kept} that served from {Since:u}. {Problem}{Further}")]
        public static partial void Instead(ILogger log, string why, long number, string hash, long kept, DateTimeOffset since, ConfigDiagnostic problem, string further);

        [LoggerMessage(EventId = 734, Level = LogLevel.Warning, Message = "everything is pinned to generation {Number} ({Why}): what is configured is not looked at until `breakwater unpin all`")]
        public static partial void Pinned(ILogger log, long number, string why);

        [LoggerMessage(EventId = 735, Level = LogLevel.Error, Message = "{Reason}. What was read of it before stays in force")]
        public static partial void FeedRefused(ILogger log, string reason);

        [LoggerMessage(EventId = 733, Level = LogLevel.Error, Message = "what was kept of generation {Number} is of no use to this version of the program, and passed over")]
        public static partial void Unusable(ILogger log, long number);
    }
}
