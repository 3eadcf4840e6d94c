using Breakwater.Config;
using ListKind = Breakwater.Edge.Lists.ListKind;

namespace Breakwater.Edge.Generations.Feeds;

/// <summary>
/// A file that others change by themselves: the file of a list, or a database of places. Immutable.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Names">What people call it: the lists that it is the file of, or the file's name.</param>
/// <param name="Kinds">What its lines are, for each list that it is the file of; empty for a database.</param>
internal sealed record Feed(string Path, IReadOnlyList<string> Names, IReadOnlyList<ListKind> Kinds)
{
    /// <summary>Whether it is a database of places.</summary>
    public bool IsDatabase => Kinds.Count == 0;

    /// <summary>The feeds of a configuration.</summary>
    public static IReadOnlyList<Feed> Of(BreakwaterConfig config)
    {
        var lists = config.Lists.Where(list => list.List.File is not null).GroupBy(list => list.List.File!, StringComparer.Ordinal)
            .Select(group => new Feed(group.Key, [.. group.Select(list => list.Name.Text)], [.. group.Select(list => KindOf(list.List.Kind)).Distinct()]));
        var databases = config.Geo.Databases.Distinct(StringComparer.Ordinal)
            .Select(path => new Feed(path, [System.IO.Path.GetFileName(path)], []));
        return [.. lists, .. databases];
    }

    /// <summary>Whether people may mean it by a name: a list's, the file's, or the whole path.</summary>
    public bool IsCalled(string name) => Names.Contains(name) || name == Path || name == System.IO.Path.GetFileName(Path);

    private static ListKind KindOf(Config.ListKind kind) => kind switch
    {
        Config.ListKind.Hostname => ListKind.Hostname,
        Config.ListKind.Asn => ListKind.Asn,
        Config.ListKind.Redirect => ListKind.Redirect,
        _ => ListKind.Ip,
    };
}
