using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Generations.Road;

/// <content>Files that change by themselves.</content>
internal sealed partial class GenerationRoad
{
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

            string[][] units = [.. FilesInForce.Units(_plane.Live, changed.Where(IsToBeTaken))];
            if (units.Length > 1 && (await TakeFilesAsync([.. units.SelectMany(unit => unit)], isTrial: true).ConfigureAwait(false)).Succeeded)
            {
                return;
            }

            foreach (string[] unit in units)
            {
                await TakeFilesAsync(unit, isTrial: false).ConfigureAwait(false);
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

    private Task<RoadResult> TakeFilesAsync(string[] paths, bool isTrial) =>
        TravelSafelyAsync(new RoadRequest(new ChangeOrigin(ChangeSource.Files, string.Join(", ", paths))), paths, isTrial);

    /// <summary>Whether a file of the generation in force has changed, and may.</summary>
    private bool IsToBeTaken(string path)
    {
        if (_ended || _plane.Live.Files.FirstOrDefault(file => file.Path == path) is not { } known)
        {
            return false;
        }

        if (!HasChanged(known))
        {
            // Good again, perhaps after it was bad.
            FeedRecord? record = _state.Feeds.FirstOrDefault(feed => feed.Path == path);
            if (record is { IsBad: true })
            {
                SetFeed(record.Accepted());
                WriteJournal();
            }

            return false;
        }

        if (WaitsFor(path) is { } why)
        {
            Log.FeedWaits(_log, path, why);
            return false;
        }

        return true;
    }

    /// <summary>Why a file that has changed is not looked at; null when it is.</summary>
    private string? WaitsFor(string path) =>
        _state.Pinned is { } pin ? $"everything is pinned to generation {pin.Number} ({pin.Why})"
        : _state.Feeds.FirstOrDefault(feed => feed.Path == path) switch
        {
            { PinnedAt: not null } => "it is pinned",
            { FrozenAt: not null } => "it is frozen, because it turned from good to bad too often",
            _ => null,
        };

    /// <summary>Whether a file holds something else than it did, or nothing at all.</summary>
    private static bool HasChanged(FileContent known) => FileContent.TryHash(known.Path) != known.Hash;

    /// <summary>What was found about feeds.</summary>
    private void Note(FeedResolution feeds)
    {
        SetState(_state with { Feeds = [.. feeds.Records.Where(IsWorthKeeping)] });
        foreach (FeedRecord refused in feeds.Refused)
        {
            Tell(refused);
        }

        if (feeds.Refused.Count > 0)
        {
            WriteJournal();
        }
    }

    /// <summary>A content that was sound in itself did not get through: that counts against the feed, too.</summary>
    private void NoteNotPromoted(Trip trip, string problem)
    {
        if (trip.Request.Origin.Source != ChangeSource.Files)
        {
            return;
        }

        foreach (Feed feed in Feed.Of(_plane.Live.Config).Where(feed => trip.Changed.Contains(feed.Path)))
        {
            FeedRecord record = _state.Feeds.FirstOrDefault(one => one.Path == feed.Path) ?? new FeedRecord { Path = feed.Path };
            if (record.IsBad)
            {
                continue;
            }

            FeedRejection rejection = new(FeedFault.NotPromoted, 0, problem, "see breakwater generations");
            record = record.Rejected(rejection, FileContent.TryHash(feed.Path), Bounds.Feeds.FreezeAfter, Now);
            SetFeed(record);
            if (record.FrozenAt is not null)
            {
                Tell(record);
            }
        }
    }

    private void Tell(FeedRecord record)
    {
        _plane.Metrics.FeedRefused(record.LastFault!.Value);
        if (record.LastFault != FeedFault.NotPromoted)
        {
            Log.FeedRefused(_log, record.Path, WordsOf<FeedFault>.Text((int)record.LastFault!.Value), record.LastReason!);
        }

        if (record.FrozenAt == record.LastRejectedAt)
        {
            Log.FeedFrozen(_log, record.Path, record.Flips);
        }
    }

    private void SetFeed(FeedRecord record) => SetState(_state with
    {
        Feeds = [.. _state.Feeds.Where(feed => feed.Path != record.Path), .. IsWorthKeeping(record) ? [record] : Array.Empty<FeedRecord>()],
    });

    private static bool IsWorthKeeping(FeedRecord record) => record.Rejections > 0 || record.IsStill;
}
