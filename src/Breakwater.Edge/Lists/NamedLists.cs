using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Breakwater.Edge.Files;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Lists;

/// <summary>The lists that the rules of one generation may name. Immutable.</summary>
internal sealed class NamedLists : INamedLists
{
    private readonly FrozenDictionary<string, ConfiguredList> _lists;

    private NamedLists(IEnumerable<ConfiguredList> lists) =>
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

    /// <summary>Makes the lists of a generation. Null when something is wrong with one of them; the problems say what.</summary>
    /// <param name="definitions">What they are to be.</param>
    /// <param name="files">Where their files are read.</param>
    /// <param name="before">The lists in force: those that are made of the same are taken from there.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static NamedLists? Create(
        IReadOnlyList<ListDefinition> definitions, ConfigurationFiles files, NamedLists? before, ICollection<FileProblem> problems)
    {
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

            if (ConfiguredList.Create(definition, files, before?.Find(definition.Name), found) is { } list)
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
