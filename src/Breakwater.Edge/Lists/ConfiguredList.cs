using Breakwater.Edge.Files;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Lists;

/// <summary>One list of a generation: its items and those of its file. Immutable; shared by generations in which both are the same.</summary>
internal sealed class ConfiguredList
{
    private ConfiguredList(ListDefinition definition, string? fileHash, NamedList list)
    {
        Definition = definition;
        FileHash = fileHash;
        List = list;
    }

    /// <summary>What it was made from.</summary>
    public ListDefinition Definition { get; }

    /// <summary>SHA-256 of its file's content; null without a file.</summary>
    public string? FileHash { get; }

    /// <summary>What rules ask: an <see cref="ItemList"/>, or a <see cref="RedirectList"/>.</summary>
    public NamedList List { get; }

    /// <summary>How many items it has.</summary>
    public int Items => List is RedirectList redirects ? redirects.Content.Count : ((ItemList)List).Content.Items;

    /// <summary>Makes a list. Null when something is wrong with it; the problems say what.</summary>
    /// <param name="definition">What it is to be.</param>
    /// <param name="files">Where its file is read.</param>
    /// <param name="before">The list of that name in force: returned as it is when it is made of the same; null = none.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static ConfiguredList? Create(ListDefinition definition, ConfigurationFiles files, ConfiguredList? before, List<FileProblem> problems)
    {
        byte[]? text = ListReader.TextOf(definition, files, out IReadOnlyList<FileProblem> found);
        string? hash = definition.File is not null && files.TryFind(definition.File, out FileContent? file) ? file.Hash : null;
        NamedList? list = null;
        if (text is not null)
        {
            if (before is not null && before.Definition == definition && before.FileHash == hash)
            {
                return before;
            }

            if (definition.Kind == ListKind.Redirect)
            {
                list = ListReader.ReadRedirects(definition, text, out found) is { } table ? new RedirectList(definition.Name, table) : null;
            }
            else
            {
                list = ListReader.ReadItems(definition, text, out found) is { } content ? new ItemList(definition.Kind, content) : null;
            }
        }

        problems.AddRange(found);
        return list is null ? null : new ConfiguredList(definition, hash, list);
    }
}
