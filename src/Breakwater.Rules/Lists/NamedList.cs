namespace Breakwater.Rules;

/// <summary>
/// A list that expressions name as <c>$name</c>. Thread-safe: an expression keeps the list, and its owner may swap its content while
/// requests are evaluated; one lookup sees one content.
/// </summary>
public abstract class NamedList
{
    /// <summary>Type of the items: <see cref="TypeKind.Ip"/>, <see cref="TypeKind.Int"/> or <see cref="TypeKind.Bytes"/>.</summary>
    public abstract TypeKind ItemKind { get; }

    /// <summary>Whether an address is in the list or in one of its prefixes.</summary>
    public virtual bool Contains(in IpValue address) => false;

    /// <summary>Whether a number is in the list.</summary>
    public virtual bool Contains(long number) => false;

    /// <summary>Whether a string is in the list.</summary>
    public virtual bool Contains(ReadOnlySpan<byte> text) => false;
}

/// <summary>Finds lists by name while expressions are compiled.</summary>
public interface INamedLists
{
    /// <summary>Names that exist, for suggestions.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Finds a list by its name, without the dollar sign.</summary>
    bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NamedList? list);
}
