using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Breakwater.Edge.Files;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Lists;

/// <summary>The lists that the rules of one generation may name. Immutable; what a list holds may change under it.</summary>
internal sealed class NamedLists : INamedLists
{
    private readonly FrozenDictionary<string, ConfiguredList> _lists;

    public NamedLists(IEnumerable<ConfiguredList> lists) =>
        _lists = lists.ToFrozenDictionary(list => list.Definition.Name, StringComparer.Ordinal);

    /// <summary>No lists.</summary>
    public static NamedLists None { get; } = new([]);

    /// <summary>All of them.</summary>
    public IReadOnlyList<ConfiguredList> All => _lists.Values;

    /// <summary>The lists of redirects, for rules that take their redirect from one.</summary>
    public IReadOnlyDictionary<string, RedirectList> Redirects => field ??= _lists.Values
        .Where(list => list.List is RedirectList)
        .ToFrozenDictionary(list => list.Definition.Name, list => (RedirectList)list.List, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> Names => _lists.Keys.Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool TryFind(string name, [NotNullWhen(true)] out NamedList? list)
    {
        bool found = _lists.TryGetValue(name, out ConfiguredList? configured);
        list = configured?.List;
        return found;
    }

    /// <summary>A list with what it was made from; null when there is none of that name.</summary>
    public ConfiguredList? Find(string name) => _lists.GetValueOrDefault(name);
}

/// <summary>
/// Where lists live: found by what defines them, whatever generation asks, so that a reload reads no file again that has not changed.
/// Thread-safe.
/// </summary>
/// <remarks>
/// In two steps, as with origins, so that a generation which is never promoted changes nothing: <see cref="Compose"/> finds or makes lists,
/// <see cref="Adopt"/> makes them the ones whose files are watched.
/// </remarks>
internal sealed class ListRegistry(FileWatch watch, ILogger<ListRegistry> log)
{
    private readonly Lock _lock = new();
    private NamedLists _adopted = NamedLists.None;

    /// <summary>Finds or makes lists. Null when something is wrong with one of them; the problems say what.</summary>
    public NamedLists? Compose(IReadOnlyList<ListDefinition> definitions, ICollection<FileProblem> problems)
    {
        NamedLists adopted;
        lock (_lock)
        {
            adopted = _adopted;
        }

        var lists = new List<ConfiguredList>();
        var found = new List<FileProblem>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ListDefinition definition in definitions)
        {
            if (!names.Add(definition.Name))
            {
                found.Add(new FileProblem($"list {definition.Name}", 0, "there is another list of that name; give each its own"));
                continue;
            }

            ConfiguredList? known = adopted.Find(definition.Name);
            ConfiguredList? list = known is not null && known.Definition == definition ? known : ConfiguredList.Create(definition, log, found);
            if (list is not null)
            {
                lists.Add(list);
            }
        }

        foreach (FileProblem problem in found)
        {
            problems.Add(problem);
        }

        return lists.Count == definitions.Count ? new NamedLists(lists) : null;
    }

    /// <summary>Makes these lists the ones in force: their files are watched, and those of no other.</summary>
    public void Adopt(NamedLists lists)
    {
        lock (_lock)
        {
            foreach (ConfiguredList list in _adopted.All.Except(lists.All))
            {
                watch.Remove(list);
            }

            foreach (ConfiguredList list in lists.All.Except(_adopted.All).Where(list => list.Definition.File is not null))
            {
                watch.Add(list, list.Stamp);
            }

            _adopted = lists;
        }
    }
}
