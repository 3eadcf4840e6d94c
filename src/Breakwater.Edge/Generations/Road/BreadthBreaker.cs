using System.Globalization;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Lists;
using Breakwater.Edge.Rules;
using ListKind = Breakwater.Edge.Lists.ListKind;

namespace Breakwater.Edge.Generations.Road;

/// <summary>
/// Finds what a change takes away. Deleting is slow: who removes much of anything, or all of it, has to say so twice. Stateless.
/// </summary>
internal static class BreadthBreaker
{
    /// <summary>Taking away one of something is an ordinary change, however few there are.</summary>
    private const int Ordinary = 1;

    /// <summary>Lists with fewer entries are written by hand: there an entry that is another one now is a correction, not a loss.</summary>
    private const int ManyEntries = 20;

    /// <summary>What a candidate takes too much of away; empty when it may go on.</summary>
    /// <param name="live">What is in force.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="maxShare">What may be taken away, 0 to 1.</param>
    public static IReadOnlyList<ConfigDiagnostic> Check(Generation live, Generation candidate, double maxShare)
    {
        var found = new List<ConfigDiagnostic>();
        BreakwaterConfig before = live.Config, after = candidate.Config;
        Judge("zones", before.Zones.Count, GoneZones(before, after), after.PositionOf("zones"), needsOne: true);
        Judge("origins", OriginsOf(before), OriginsOf(before) - OriginsOf(after), after.PositionOf("zones"), needsOne: true);
        Judge("certificates", before.Certificates.Count, before.Certificates.Count - after.Certificates.Count, after.PositionOf("certificates"), needsOne: true);
        Judge("rules", RulesOf(live), RulesOf(live) - RulesOf(candidate), after.PositionOf("rules"));
        foreach (ConfiguredList list in live.Lists.All)
        {
            // A list that is not defined any more is named by no rule either; the rules that named it are counted.
            if (candidate.Lists.Find(list.Definition.Name) is { } other && !ReferenceEquals(list, other) && list.Items > 0)
            {
                (int entries, int gone) = GoneEntries(list, live, other, candidate);
                Judge($"entries of the list '{list.Definition.Name}'", entries, gone, after.PositionOf("lists"));
            }
        }

        foreach (string path in before.Geo.Databases.Intersect(after.Geo.Databases))
        {
            long size = SizeOf(live, path), lost = size - SizeOf(candidate, path);
            if (size > 0 && lost > maxShare * size)
            {
                found.Add(Held($"the database {path} becomes {Percent(lost, size)} smaller", maxShare, after.Geo.PositionOf("databases")));
            }
        }

        return found;

        void Judge(string what, int count, int gone, SourcePosition at, bool needsOne = false)
        {
            bool isTooMuch = gone > Ordinary && (gone == count || gone > maxShare * count);
            if (isTooMuch || (needsOne && gone == count && count > 0))
            {
                string share = gone == count ? $"all {count}" : $"{gone} of {count}";
                found.Add(Held($"it takes away {share} {what} ({Percent(gone, count)})", maxShare, at));
            }
        }
    }

    private static ConfigDiagnostic Held(string what, double maxShare, SourcePosition at) => ConfigDiagnostic.Error(
        at, string.Create(CultureInfo.InvariantCulture, $"{what}; generations.max_removed allows {maxShare * 100:F0}%, and never all"),
        "if that is meant, add --confirm");

    private static string Percent(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F0}%");

    /// <summary>Zones whose name is gone, and none of whose hosts is served by another one.</summary>
    private static int GoneZones(BreakwaterConfig before, BreakwaterConfig after)
    {
        var names = after.Zones.Select(zone => zone.Name).ToHashSet(StringComparer.Ordinal);
        var hosts = after.Zones.SelectMany(zone => zone.Hosts).ToHashSet();
        return before.Zones.Count(zone => !names.Contains(zone.Name) && !zone.Hosts.Any(hosts.Contains));
    }

    private static int OriginsOf(BreakwaterConfig config) => config.Zones.Sum(zone => zone.Origins.Count);

    private static int RulesOf(Generation generation)
    {
        ZoneRules[] rules = [.. generation.Zones.All.Select(zone => zone.Rules).OfType<ZoneRules>()];
        return rules.Sum(one => one.Phases.Zone.Rules.Length) + (rules is [var first, ..] ? first.Phases.Account.Rules.Length : 0);
    }

    private static long SizeOf(Generation generation, string path) => generation.Files.FirstOrDefault(file => file.Path == path)?.Length ?? 0;

    /// <summary>How many entries there are, and how many of them are not in the other list. By their text: an entry written otherwise is another one.</summary>
    private static (int Entries, int Gone) GoneEntries(ConfiguredList list, Generation of, ConfiguredList other, Generation ofOther)
    {
        if (list.Definition.Kind == ListKind.Redirect || list.Items < ManyEntries)
        {
            return (list.Items, list.Items - other.Items);
        }

        try
        {
            HashSet<ulong> before = ListEntries.Of(list.Definition, FilesOf(of)), after = ListEntries.Of(other.Definition, FilesOf(ofOther));
            return (before.Count, before.Count(entry => !after.Contains(entry)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was kept of the old content is gone: then by number.
            return (list.Items, list.Items - other.Items);
        }

        static ConfigurationFiles FilesOf(Generation generation) => new(generation.Files, isComplete: true);
    }
}
