using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Breakwater.Http;

/// <summary>
/// Structured field values (RFC 9651): items, lists and dictionaries, read strictly and written canonically. Immutable.
/// <para>
/// A field that comes in several lines is to be joined with commas first. Work and memory are linear in the length of the field;
/// a field with more parts than the RFC asks every reader to take (1,024 members, 256 items of an inner list, 256 parameters) is refused,
/// and nesting ends at inner lists by its grammar. What is malformed anywhere is refused as a whole (RFC 9651 §4.2).
/// </para>
/// </summary>
public static class StructuredFields
{
    /// <summary>The most members of a list or dictionary.</summary>
    public const int MaxMembers = 1024;

    /// <summary>The most items of an inner list.</summary>
    public const int MaxInnerItems = 256;

    /// <summary>The most parameters of one item or inner list.</summary>
    public const int MaxParameters = 256;

    /// <summary>Reads a field that is one item.</summary>
    public static bool TryParseItem(ReadOnlySpan<byte> field, [NotNullWhen(true)] out StructuredItem? item)
    {
        StructuredReader reader = new(field);
        return reader.TryItem(out item) && reader.AtEnd();
    }

    /// <summary>Reads a field that is a list. An empty field is an empty list.</summary>
    public static bool TryParseList(ReadOnlySpan<byte> field, [NotNullWhen(true)] out IReadOnlyList<StructuredMember>? list)
    {
        StructuredReader reader = new(field);
        bool read = reader.TryList(out List<StructuredMember> members);
        list = read ? members : null;
        return read;
    }

    /// <summary>Reads a field that is a dictionary, in its order. An empty field is an empty dictionary; the last of a key wins.</summary>
    public static bool TryParseDictionary(
        ReadOnlySpan<byte> field, [NotNullWhen(true)] out OrderedDictionary<string, StructuredMember>? dictionary)
    {
        StructuredReader reader = new(field);
        bool read = reader.TryDictionary(out OrderedDictionary<string, StructuredMember> members);
        dictionary = read ? members : null;
        return read;
    }

    /// <summary>Writes an item.</summary>
    public static string Write(StructuredItem item) => item.ToString();

    /// <summary>Writes a list. An empty one is the empty text: such a field is left out (RFC 9651 §4.1).</summary>
    public static string Write(IReadOnlyList<StructuredMember> list)
    {
        StringBuilder output = new();
        foreach (StructuredMember member in list)
        {
            output.Append(output.Length > 0 ? ", " : "");
            member.AppendTo(output);
        }

        return output.ToString();
    }

    /// <summary>Writes a dictionary, whose keys must be keys (RFC 9651 §3.1.2).</summary>
    public static string Write(OrderedDictionary<string, StructuredMember> dictionary)
    {
        StringBuilder output = new();
        foreach ((string key, StructuredMember member) in dictionary)
        {
            output.Append(output.Length > 0 ? ", " : "").Append(StructuredText.CheckedKey(key));
            if (member is StructuredItem { Value: { Kind: BareItemKind.Boolean, Boolean: true } })
            {
                member.Parameters.AppendTo(output);
            }
            else
            {
                output.Append('=');
                member.AppendTo(output);
            }
        }

        return output.ToString();
    }
}
