using Breakwater.Matching;
using Breakwater.Rules;

namespace Breakwater.Edge.Lists;

/// <summary>
/// A list of addresses, host names or numbers that rules name. Thread-safe: what it holds is swapped as a whole; a look-up sees one or the
/// other.
/// </summary>
internal sealed class ItemList(ListKind kind, ListContent content) : NamedList
{
    private ListContent _content = content;

    /// <summary>What it holds now.</summary>
    public ListContent Content
    {
        get => Volatile.Read(ref _content);
        set => Volatile.Write(ref _content, value);
    }

    /// <inheritdoc/>
    public override TypeKind ItemKind => kind switch
    {
        ListKind.Ip => TypeKind.Ip,
        ListKind.Asn => TypeKind.Int,
        _ => TypeKind.Bytes,
    };

    /// <inheritdoc/>
    public override bool Contains(in IpValue address) => Content.Contains(address);

    /// <inheritdoc/>
    public override bool Contains(long number) => Content.Contains(number);

    /// <inheritdoc/>
    public override bool Contains(ReadOnlySpan<byte> text) => Content.Contains(text);
}
