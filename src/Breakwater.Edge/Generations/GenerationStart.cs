using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations;

/// <summary>
/// Decides what an edge starts with: what it is configured to, and if that cannot be used, or crashed before it had proved itself, the last known
/// good, then the ones before. Never less than that: an edge with an empty or minimal configuration is an outage. Owned by the start.
/// </summary>
/// <param name="compiler">Compiles.</param>
/// <param name="store">What is kept; null = nothing is.</param>
/// <param name="clock">The clock.</param>
/// <param name="dataDirectory">Where a development certificate is kept.</param>
/// <param name="log">Where it is told.</param>
internal sealed partial class GenerationStart(GenerationCompiler compiler, GenerationStore? store, EdgeClock clock, string? dataDirectory, ILogger log)
{
    private readonly JournalEntry? _before = store?.Journal.Before;

    private DateTimeOffset Now => clock.UtcNow;

    /// <summary>Has something in force.</summary>
    /// <param name="document">What the edge is configured to.</param>
    /// <exception cref="ConfigurationException">That cannot be used, and nothing is kept that can; all the reasons are in it.</exception>
    /// <param name="withPrevious">Whether what was in force crashed too often, so that something older is wanted.</param>
    public RoadStart Choose(GenerationDocument document, bool withPrevious = false)
    {
        IReadOnlyList<GenerationManifest> kept = store?.List() ?? [];
        RoadState? before = FindCrash(kept);
        if (withPrevious)
        {
            before = Blame(before, kept);
        }

        var failed = new Failure(document.Diagnostics, document.WasRead ? RoadStage.Validate : RoadStage.Read);
        if (document.Config is { } config)
        {
            IReadOnlyDictionary<string, FileStamp> stamps = FilesInForce.Look(config);
            CompileResult compiled = Compile(config, new ConfigurationFiles());
            if (compiled.Generation is { } generation && before?.HasCrashed(generation.ContentHash) != true)
            {
                return Begin(generation, document, before, kept) with { Stamps = stamps, Doubts = compiled.Diagnostics };
            }

            failed = compiled.Generation is { } crashed ? Crash(crashed, before!) : new Failure(compiled.Diagnostics, RoadStage.Compile);
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

    private CompileResult Compile(BreakwaterConfig config, ConfigurationFiles files) =>
        compiler.Compile(new CompileOrder(config, Number: 0) { DataDirectory = dataDirectory, Files = files });

    /// <summary>
    /// What the last process left. If it ended in the middle of things, with something in force, or on canary, that had not proved itself, then
    /// that is to blame until somebody says otherwise.
    /// </summary>
    private RoadState? FindCrash(IReadOnlyList<GenerationManifest> kept)
    {
        if (_before?.State is not { } state || !store!.Journal.EndedBadly)
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
            RoadStage.Bake) { Generation = generation };
    }

    private RoadStart? TryStart(GenerationManifest manifest, RoadState? before, IReadOnlyList<GenerationManifest> kept, Failure failed)
    {
        if (!store!.TryOpen(manifest, out KeptGeneration? opened, out _))
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
        return start with { State = start.State.Ended(refused) };
    }

    /// <summary>A generation is in force from the start: the one from before, if it is the same, else a new one.</summary>
    private RoadStart Begin(Generation generation, GenerationDocument document, RoadState? before, IReadOnlyList<GenerationManifest> kept)
    {
        if (before is { Live: { } live } && live.ContentHash == generation.ContentHash && RoadStages.Serves(live.Stage) && !before.HasCrashed(live.ContentHash))
        {
            return new RoadStart(generation.As(live.Number, generation.Origin), document, before with { Candidate = null });
        }

        long number = Math.Max(before?.LastNumber ?? 0, store?.HighestNumber ?? 0) + 1;
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

        [LoggerMessage(EventId = 733, Level = LogLevel.Error, Message = "what was kept of generation {Number} is of no use to this version of the program, and passed over")]
        public static partial void Unusable(ILogger log, long number);
    }
}
