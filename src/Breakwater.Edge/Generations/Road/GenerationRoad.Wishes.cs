using Breakwater.Config;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Generations.Keeping;

namespace Breakwater.Edge.Generations.Road;

/// <content>What operators ask for besides changes: to go back, to leave things as they are.</content>
internal sealed partial class GenerationRoad
{
    /// <summary>What stands for everything, where a feed could be named.</summary>
    public const string Everything = "all";

    /// <summary>
    /// Goes back to a generation that was kept: its content, under a new number, by the same road, shortened. It is pinned, so that no newer
    /// file undoes it.
    /// </summary>
    /// <param name="number">Which; null = the last one that has proved itself and is not what is in force.</param>
    /// <param name="confirmed">The operator means it, however much it changes.</param>
    public async Task<RoadResult> RollBackAsync(long? number, bool confirmed)
    {
        GenerationManifest[] kept = [.. (Store?.List() ?? []).Where(one => one.ContentHash != _plane.Live.ContentHash)];
        GenerationManifest? wanted = number is null
            ? kept.OrderByDescending(one => one.GoodAt is not null).ThenByDescending(one => one.Number).FirstOrDefault()
            : kept.FirstOrDefault(one => one.Number == number);
        if (wanted is null)
        {
            string there = kept.Length == 0 ? "there is none" : $"there are {string.Join(", ", kept.Select(one => one.Number))}";
            return Impossible(number is null ? "there is no generation to go back to" : $"generation {number} is not kept, or is what is in force", $"see breakwater generations: {there}");
        }

        if (!Store!.TryOpen(wanted, out KeptGeneration? opened, out string? problem))
        {
            return Impossible($"what was kept of generation {wanted.Number} is damaged: {problem}", "go back to another one");
        }

        return await TakeAsync(new RoadRequest(new ChangeOrigin(ChangeSource.Rollback, $"generation {wanted.Number}"))
        {
            Kept = opened,
            Urgent = true,
            Confirmed = confirmed,
        }).ConfigureAwait(false);
    }

    /// <summary>Leaves a feed, or everything, as it is, until <see cref="UnpinAsync"/>; across restarts.</summary>
    /// <param name="what">A feed's name, or <see cref="Everything"/>.</param>
    public Task<PinResult> PinAsync(string what) => WishAsync(what, pins: true);

    /// <summary>Leaves a feed, or everything, to itself again; what has come meanwhile is taken now.</summary>
    /// <param name="what">A feed's name, or <see cref="Everything"/>.</param>
    public Task<PinResult> UnpinAsync(string what) => WishAsync(what, pins: false);

    private async Task<PinResult> WishAsync(string what, bool pins)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            Feed[] feeds = [.. Feed.Of(_plane.Live.Config)];
            if (what == Everything)
            {
                PinAll(pins);
                feeds = pins ? [] : feeds;
            }
            else
            {
                feeds = [.. feeds.Where(feed => feed.IsCalled(what))];
                if (feeds.Length == 0)
                {
                    string[] names = [.. Feed.Of(_plane.Live.Config).SelectMany(feed => feed.Names)];
                    return new PinResult(false, $"there is no feed '{what}'", $"write {string.Join(", ", names.Append(Everything))}", null);
                }
            }

            foreach (Feed feed in feeds)
            {
                FeedRecord record = _state.Feeds.FirstOrDefault(one => one.Path == feed.Path) ?? new FeedRecord { Path = feed.Path };
                SetFeed(pins ? record with { PinnedAt = record.PinnedAt ?? Now } : record.Freed());
                if (pins || record.IsStill)
                {
                    Tell(pins, $"the file {feed.Path}");
                }
            }

            Keep();
            if (!pins)
            {
                OnFilesChanged([.. _plane.Live.Files.Select(file => file.Path)]);
            }

            return new PinResult(true, what == Everything ? "everything" : string.Join(", ", feeds.Select(feed => feed.Path)), "", Store?.Problem);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void PinAll(bool pins)
    {
        if (pins || _state.Pinned is not null)
        {
            Tell(pins, "everything");
        }

        SetState(_state with { Pinned = pins ? _state.Pinned ?? new PinRecord(_plane.Live.Number, Now, "pinned by an operator") : null });
    }

    private void Tell(bool pins, string what)
    {
        if (pins)
        {
            Log.Pinned(_log, what, _plane.Live.Number);
        }
        else
        {
            Log.Unpinned(_log, what);
        }
    }

    /// <summary>What keeps a change from setting out because everything is pinned; null when nothing does.</summary>
    private ConfigDiagnostic? PinnedAgainst(RoadRequest request) => _state.Pinned is { } pin && request.Kept is null
        ? ConfigDiagnostic.Error(
            SourcePosition.Of("pin"), $"everything is pinned to generation {pin.Number} ({pin.Why})", "`breakwater unpin all`, then try again")
        : null;

    private static RoadResult Impossible(string problem, string remedy) =>
        new(RoadOutcome.Refused, null, [ConfigDiagnostic.Error(SourcePosition.Of("rollback"), problem, remedy)]);
}

/// <summary>What became of a wish to leave something as it is, or to itself. Immutable.</summary>
/// <param name="Done">Whether it was done.</param>
/// <param name="What">What it was done to; else what is wrong.</param>
/// <param name="Remedy">What to do where something is wrong.</param>
/// <param name="StorageProblem">Why it does not outlive the process; null when it does.</param>
internal sealed record PinResult(bool Done, string What, string Remedy, string? StorageProblem);
