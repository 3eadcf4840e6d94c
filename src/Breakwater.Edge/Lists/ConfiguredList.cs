using Breakwater.Edge.Files;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Lists;

/// <summary>
/// One list of the configuration, in force: its items and those of its file, which is read again when it changes. A file that cannot be read,
/// or has one bad line, leaves in force what was read before, and is said once. Thread-safe; lives across generations that define it alike.
/// </summary>
internal sealed class ConfiguredList : IWatchedFile
{
    private readonly ILogger _log;

    private ConfiguredList(ListDefinition definition, NamedList list, FileStamp stamp, ILogger log)
    {
        Definition = definition;
        List = list;
        Stamp = stamp;
        _log = log;
    }

    /// <summary>What it was made from.</summary>
    public ListDefinition Definition { get; }

    /// <summary>What rules ask: an <see cref="ItemList"/>, or a <see cref="RedirectList"/>.</summary>
    public NamedList List { get; }

    /// <summary>What the file looked like when the list was made.</summary>
    public FileStamp Stamp { get; }

    /// <inheritdoc/>
    public string Path => Definition.File ?? "";

    /// <summary>How many items it has now.</summary>
    public int Items => List is RedirectList redirects ? redirects.Content.Count : ((ItemList)List).Content.Items;

    /// <summary>Makes a list. Null when something is wrong with it; the problems say what.</summary>
    public static ConfiguredList? Create(ListDefinition definition, ILogger log, List<FileProblem> problems)
    {
        FileStamp stamp = definition.File is null ? default : FileWatch.StampOf(definition.File);
        NamedList? list;
        IReadOnlyList<FileProblem> found;
        if (definition.Kind == ListKind.Redirect)
        {
            list = ListReader.ReadRedirects(definition, out found) is { } table ? new RedirectList(definition.Name, table) : null;
        }
        else
        {
            list = ListReader.ReadItems(definition, out found) is { } content ? new ItemList(definition.Kind, content) : null;
        }

        problems.AddRange(found);
        return list is null ? null : new ConfiguredList(definition, list, stamp, log);
    }

    /// <inheritdoc/>
    public void OnChanged()
    {
        if (!TryRead(out IReadOnlyList<FileProblem> problems))
        {
            ListLog.Refused(_log, Definition.Name, problems[0], problems.Count - 1, Items);
            return;
        }

        ListLog.Replaced(_log, Definition.Name, Path, Items);
    }

    private bool TryRead(out IReadOnlyList<FileProblem> problems)
    {
        if (List is RedirectList redirects)
        {
            RedirectTable? table = ListReader.ReadRedirects(Definition, out problems);
            redirects.Content = table ?? redirects.Content;
            return table is not null;
        }

        var items = (ItemList)List;
        ListContent? content = ListReader.ReadItems(Definition, out problems);
        items.Content = content ?? items.Content;
        return content is not null;
    }
}

/// <summary>What is told of lists.</summary>
internal static partial class ListLog
{
    [LoggerMessage(EventId = 621, Level = LogLevel.Information, Message = "List ${Name} is in force as {Path} is now: {Items} items")]
    public static partial void Replaced(ILogger log, string name, string path, int items);

    [LoggerMessage(EventId = 622, Level = LogLevel.Error, Message = "List ${Name} not reloaded: {Problem} ({Further} further problems). What was read before stays in force: {Items} items")]
    public static partial void Refused(ILogger log, string name, FileProblem problem, int further, int items);
}
