using Breakwater.Config;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Generations.Feeds;

/// <summary>
/// Decides for each feed of a configuration which content it is to have: the file's, if that is sound; else, and where the feed is left alone,
/// that which is in force. Immutable.
/// </summary>
/// <param name="Contents">The contents; a feed that has none, neither on disk nor in force, is left out.</param>
/// <param name="Records">What is known of feeds from now on.</param>
/// <param name="Refused">Those of them whose content was refused now, for the first time.</param>
/// <param name="Doubts">What an operator who asked for the change should know.</param>
/// <param name="Errors">What cannot be used and has nothing in its place.</param>
internal sealed record FeedResolution(
    IReadOnlyList<FileContent> Contents, IReadOnlyList<FeedRecord> Records, IReadOnlyList<FeedRecord> Refused, IReadOnlyList<ConfigDiagnostic> Doubts,
    IReadOnlyList<ConfigDiagnostic> Errors)
{
    /// <summary>Decides.</summary>
    public static FeedResolution Of(FeedQuestion question)
    {
        var records = question.Records.ToDictionary(record => record.Path, StringComparer.Ordinal);
        var contents = new List<FileContent>();
        var refused = new List<FeedRecord>();
        List<ConfigDiagnostic> doubts = [], errors = [];
        foreach (Feed feed in Feed.Of(question.Config))
        {
            FeedRecord record = records.GetValueOrDefault(feed.Path) ?? new FeedRecord { Path = feed.Path };
            FileContent? good = question.Good(feed.Path);
            if (good is not null && (record.IsStill || !question.Reads(feed.Path)))
            {
                contents.Add(good);
                continue;
            }

            FileContent? content = FeedDoor.Read(feed, question.Bounds, out FeedRejection? rejection);
            if (content is not null && content.Hash != good?.Hash)
            {
                rejection = JudgeSafely(feed, content, good, question);
            }

            if (rejection is null)
            {
                contents.Add(content!.Hash == good?.Hash ? good : content);
                if (records.ContainsKey(feed.Path))
                {
                    records[feed.Path] = record.Accepted();
                }
            }
            else if (good is not null)
            {
                contents.Add(good);
                bool isKnown = record.IsBad && record.LastFault == rejection.Fault && record.LastHash == content?.Hash;
                FeedRecord now = isKnown ? record : record.Rejected(rejection, content?.Hash, question.Bounds.FreezeAfter, question.Now);
                records[feed.Path] = now;
                doubts.Add(ConfigDiagnostic.Warning(
                    new SourcePosition(feed.Path, rejection.Line, rejection.Line > 0 ? 1 : 0), $"{rejection.What}: what was read of it before stays", rejection.Remedy));
                if (!isKnown)
                {
                    refused.Add(now);
                }
            }
            else if (rejection.Fault is not (FeedFault.Missing or FeedFault.Unreadable or FeedFault.WrongSchema))
            {
                // Those three compiling tells too, with all that is wrong.
                errors.Add(ConfigDiagnostic.Error(new SourcePosition(feed.Path, rejection.Line, 0), rejection.What, rejection.Remedy));
            }
            else if (content is not null)
            {
                contents.Add(content);
            }
        }

        return new FeedResolution(contents, [.. records.Values], refused, doubts, errors);
    }

    private static FeedRejection? JudgeSafely(Feed feed, FileContent content, FileContent? good, FeedQuestion question)
    {
        try
        {
            return FeedDoor.Judge(feed, content, good, question.Bounds, question.Confirmed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was kept of the content in force is gone; what it was like is not known, and no reason to refuse what is here.
            return FeedDoor.Judge(feed, content, good: null, question.Bounds, question.Confirmed);
        }
    }
}

/// <summary>What a <see cref="FeedResolution"/> is made from. Immutable.</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Bounds">What contents must be like.</param>
/// <param name="Records">What is known of feeds so far.</param>
/// <param name="Now">The present.</param>
internal sealed record FeedQuestion(BreakwaterConfig Config, FeedsConfig Bounds, IReadOnlyList<FeedRecord> Records, DateTimeOffset Now)
{
    /// <summary>The content of a feed that is in force; null when there is none.</summary>
    public required Func<string, FileContent?> Good { get; init; }

    /// <summary>Whether a feed is to be looked at; otherwise its content stays.</summary>
    public Func<string, bool> Reads { get; init; } = _ => true;

    /// <summary>Whether an operator means it, empty or repetitive as a content may be.</summary>
    public bool Confirmed { get; init; }
}
