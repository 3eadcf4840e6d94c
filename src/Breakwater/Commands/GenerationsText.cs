using System.Globalization;
using Breakwater.Edge.Admin;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary>A <see cref="GenerationsReport"/> for a person. Stateless.</summary>
internal static class GenerationsText
{
    /// <summary>Generations of the past that are shown; <c>--json</c> has them all.</summary>
    private const int MaxHistory = 10;

    /// <summary>Writes it.</summary>
    public static void Write(GenerationsReport report, TextWriter output, Palette palette, DateTimeOffset now)
    {
        foreach (string warning in new[] { report.StartedInstead, report.Pinned, report.StorageProblem }.OfType<string>())
        {
            output.WriteLine(palette.Red("! " + warning));
        }

        if (report.Candidate is { } candidate)
        {
            output.WriteLine(palette.Yellow($"on its way: {Name(candidate)} ({candidate.Origin}), {Said(candidate)}"));
        }

        Table table = new("generation", "hash", "stage", "since", "origin");
        foreach (GenerationEntry entry in report.History.Take(MaxHistory).Prepend(report.Live))
        {
            string stage = entry.EndedIn is { } ended ? $"{entry.Stage} ({ended})" : entry.Stage;
            table.Add(Name(entry), entry.Hash, stage, $"{StatusReport.Duration(now - entry.Since)} ago", entry.Origin);
        }

        table.WriteTo(output, palette);
        if (report.Bake is { } bake)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  generation {report.Live.Number} has served {bake.Seconds:F0} of {bake.NeededSeconds:F0} s and {bake.Requests} of {bake.NeededRequests} requests until it is the last known good"));
        }

        if (report.LastRefusal is { } refused)
        {
            output.WriteLine();
            output.WriteLine(palette.Yellow($"the last change ({refused.Origin}) was {refused.Stage} in {refused.EndedIn}, {StatusReport.Duration(now - refused.Since)} ago:"));
            foreach (string line in refused.Problems.Concat(new[] { refused.Taste, refused.Canary }.OfType<string>()))
            {
                output.WriteLine("  " + line);
            }
        }

        if (report.Feeds.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(palette.Bold("Feeds"));
            Table feeds = new("feed", "state", "hash", "bytes", "refused", "file");
            foreach (FeedEntry feed in report.Feeds)
            {
                feeds.Add(string.Join(", ", feed.Names), feed.State, feed.Hash, Number(feed.Bytes), Number(feed.Rejections), feed.Path);
            }

            feeds.WriteTo(output, palette);
            foreach (FeedEntry feed in report.Feeds.Where(feed => feed.State is "bad" or "frozen"))
            {
                output.WriteLine(palette.Yellow($"  {feed.LastFault}: {feed.LastReason}"));
            }
        }

        output.WriteLine();
        output.WriteLine(palette.Bold(report.Kept.Count > 0 ? "Kept to start from" : "Nothing is kept to start from"));
        if (report.Kept.Count > 0)
        {
            Table kept = new("generation", "hash", "in force since", "proved itself", "origin");
            foreach (KeptEntry entry in report.Kept)
            {
                kept.Add(Number(entry.Number), entry.Hash, Time(entry.PromotedAt), entry.GoodAt is { } good ? Time(good) : "not yet", entry.Origin);
            }

            kept.WriteTo(output, palette);
        }
    }

    private static string Name(GenerationEntry entry) => entry.Number == 0 ? "-" : Number(entry.Number);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Said(GenerationEntry entry) => entry.Canary ?? entry.Taste ?? entry.Stage;
}
