using System.Globalization;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Lists;
using ListKind = Breakwater.Edge.Lists.ListKind;

namespace Breakwater.Edge.Generations.Feeds;

/// <summary>
/// Looks at the content of a feed before anything is made of it. A feed of one's own making is an input like any other: caps, schema, and what
/// it was before. Stateless.
/// </summary>
internal static class FeedDoor
{
    /// <summary>Lists with fewer lines repeat what they like.</summary>
    private const int MinLinesForDuplicates = 20;

    /// <summary>Ends the part of a database with what it says of itself; without it the file is cut off, or none.</summary>
    private static readonly byte[] DatabaseMark = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    /// <summary>Reads a feed as it is on disk now. Null when it is refused.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="rejection">Why it is.</param>
    public static FileContent? Read(Feed feed, FeedsConfig bounds, out FeedRejection? rejection)
    {
        long max = feed.IsDatabase ? GeoFile.MaxBytes : Math.Min(bounds.MaxSize, ListReader.MaxFileBytes);
        try
        {
            rejection = null;
            return FileContent.Of(feed.Path, ConfigurationFiles.ReadNow(feed.Path, max));
        }
        catch (FileTooLargeException)
        {
            rejection = new FeedRejection(
                FeedFault.TooLarge, 0, string.Create(CultureInfo.InvariantCulture, $"it is larger than {max >> 10} KiB"),
                "look at what makes it; generations.feeds.max_size is the bound");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            rejection = new FeedRejection(FeedFault.Missing, 0, "there is no such file", "put it back, or take it out of the configuration");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            rejection = new FeedRejection(FeedFault.Unreadable, 0, $"it cannot be read: {exception.Message}", "see to its permissions and to the disk");
        }

        return null;
    }

    /// <summary>What is wrong with a content; null when it may go on.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="good">Its content in force; null = it is a new one.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="confirmed">Whether an operator means it, empty or repetitive as it is.</param>
    /// <exception cref="IOException">What was kept of the content in force is gone.</exception>
    public static FeedRejection? Judge(Feed feed, FileContent content, FileContent? good, FeedsConfig bounds, bool confirmed)
    {
        byte[] bytes = content.Read();
        return feed.IsDatabase ? JudgeDatabase(feed, content, good) : JudgeList(feed, bytes, good, bounds, confirmed);
    }

    private static FeedRejection? JudgeDatabase(Feed feed, FileContent content, FileContent? good)
    {
        if (GeoFile.Read(feed.Path, new ConfigurationFiles([content], isComplete: true), before: null, out FileProblem? problem) is not null)
        {
            return null;
        }

        // A text in its place, such as the page of a server that has no such file, is no piece of a database.
        ReadOnlySpan<byte> bytes = content.Read();
        bool isText = !bytes[..Math.Min(bytes.Length, 64)].ContainsAnyExceptInRange((byte)'\t', (byte)'~');
        bool isCutOff = good is not null && content.Length < good.Length && !isText && bytes.LastIndexOf(DatabaseMark) < 0;
        return isCutOff
            ? new FeedRejection(FeedFault.Truncated, 0, $"it is cut off: {content.Length} bytes of what was {good!.Length}", "copy it again, to another name first, then rename it")
            : new FeedRejection(FeedFault.WrongSchema, 0, problem!.What, "look at what makes it");
    }

    private static FeedRejection? JudgeList(Feed feed, byte[] bytes, FileContent? good, FeedsConfig bounds, bool confirmed)
    {
        var distinct = new HashSet<ulong>();
        int entries = ListEntries.Add(bytes, distinct);
        if (entries > bounds.MaxItems)
        {
            return new FeedRejection(
                FeedFault.TooManyEntries, 0, string.Create(CultureInfo.InvariantCulture, $"it has {entries} entries, {bounds.MaxItems} are allowed"),
                "look at what makes it; generations.feeds.max_items is the bound");
        }

        byte[] before = good?.Read() ?? [];
        foreach (ListKind kind in feed.Kinds)
        {
            if (SchemaFault(feed, kind, bytes) is { } fault)
            {
                // Half an address is no address; that the line has no end says why.
                return IsCutOff(bytes, before) && fault.Line == bytes.AsSpan().Count((byte)'\n') + 1 ? CutOff(bytes, before, fault.Line) : fault;
            }
        }

        return confirmed ? null : JudgeShape(bytes, entries, distinct.Count, before, bounds);
    }

    /// <summary>What an operator may mean, but a program that makes lists hardly ever does.</summary>
    private static FeedRejection? JudgeShape(byte[] bytes, int entries, int distinct, byte[] before, FeedsConfig bounds)
    {
        if (entries == 0 && ListEntries.Add(before, []) > 0)
        {
            return new FeedRejection(FeedFault.Empty, 0, "it is empty, and was not", "look at what makes it; `breakwater reload --confirm` takes it all the same");
        }

        if (IsCutOff(bytes, before))
        {
            return CutOff(bytes, before, line: 0);
        }

        return entries >= MinLinesForDuplicates && entries - distinct > bounds.MaxDuplicates * entries
            ? new FeedRejection(
                FeedFault.Duplicates, 0, $"{entries - distinct} of its {entries} entries repeat others",
                "look at what makes it; generations.feeds.max_duplicates is the bound, and `breakwater reload --confirm` takes it all the same")
            : null;
    }

    /// <summary>Whether a list is shorter than before, and its last line has no end though it had.</summary>
    private static bool IsCutOff(byte[] bytes, byte[] before) => before is [.., (byte)'\n'] && bytes is [.., not (byte)'\n'] && bytes.Length < before.Length;

    /// <param name="bytes">What is there.</param>
    /// <param name="before">What was.</param>
    /// <param name="line">The line that cannot be read for it; 0 = the last one can be.</param>
    private static FeedRejection CutOff(byte[] bytes, byte[] before, int line) => new(
        FeedFault.Truncated, line, $"it is cut off: {bytes.Length} bytes of what was {before.Length}, and no end of the last line",
        "write it to another name first, then rename it" + (line > 0 ? "" : "; `breakwater reload --confirm` takes it all the same"));

    private static FeedRejection? SchemaFault(Feed feed, ListKind kind, byte[] bytes)
    {
        var definition = new ListDefinition(feed.Names[0], kind) { File = feed.Path };
        IReadOnlyList<FileProblem> problems;
        bool isGood = kind == ListKind.Redirect
            ? ListReader.ReadRedirects(definition, bytes, out problems) is not null
            : ListReader.ReadItems(definition, bytes, out problems) is not null;
        return isGood ? null
            : new FeedRejection(
                FeedFault.WrongSchema, problems[0].Line, problems[0].What + Road.RoadText.Further(problems.Count - 1), "mend the line, or look at what makes the file");
    }
}
