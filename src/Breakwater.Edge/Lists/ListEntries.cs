using System.Text;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Lists;

/// <summary>The entries of a list as a set of hashes, to compare contents by. Stateless.</summary>
internal static class ListEntries
{
    /// <summary>The entries of a list, its own and those of its file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HashSet<ulong> Of(ListDefinition definition, ConfigurationFiles files)
    {
        var entries = new HashSet<ulong>();
        Add(Encoding.UTF8.GetBytes(string.Join('\n', definition.Items)), entries);
        if (definition.File is { } path)
        {
            Add(files.Read(path, ListReader.MaxFileBytes), entries);
        }

        return entries;
    }

    /// <summary>Adds the entries of a text, one a line; what stands behind a comma is a description.</summary>
    /// <returns>How many there are, those included that repeat others.</returns>
    public static int Add(ReadOnlySpan<byte> text, HashSet<ulong> entries)
    {
        int count = 0;
        var items = new ListText(text);
        while (items.MoveNext())
        {
            int comma = items.Item.IndexOf((byte)',');
            entries.Add(Hash(comma < 0 ? items.Item : items.Item[..comma].TrimEnd(" \t"u8)));
            count++;
        }

        return count;
    }

    /// <summary>FNV-1a, 64 bits: nothing is at stake when two agree by chance.</summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte one in text)
        {
            hash = (hash ^ one) * 1099511628211;
        }

        return hash;
    }
}
