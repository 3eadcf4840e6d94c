using Breakwater.Matching;
using Breakwater.Rules;

namespace Breakwater.Edge.Lists;

/// <summary>A list of addresses, host names or numbers that rules name. Immutable.</summary>
internal sealed class ItemList(ListKind kind, ListContent content) : NamedList
{
    /// <summary>What it holds.</summary>
    public ListContent Content => content;

    /// <inheritdoc/>
    public override TypeKind ItemKind => kind switch
    {
        ListKind.Ip => TypeKind.Ip,
        ListKind.Asn => TypeKind.Int,
        _ => TypeKind.Bytes,
    };

    /// <inheritdoc/>
    public override bool Contains(in IpValue address) => content.Contains(address);

    /// <inheritdoc/>
    public override bool Contains(long number) => content.Contains(number);

    /// <inheritdoc/>
    public override bool Contains(ReadOnlySpan<byte> text) => content.Contains(text);
}
