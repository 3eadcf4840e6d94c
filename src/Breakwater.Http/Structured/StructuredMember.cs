using System.Text;

namespace Breakwater.Http;

/// <summary>A member of a structured list or dictionary: an item or an inner list, with its parameters (RFC 9651 §3.1, §3.2). Immutable.</summary>
public abstract class StructuredMember
{
    private protected StructuredMember(StructuredParameters parameters) => Parameters = parameters;

    /// <summary>The parameters.</summary>
    public StructuredParameters Parameters { get; }

    /// <summary>The member as it stands in a field.</summary>
    public override string ToString()
    {
        StringBuilder output = new();
        AppendTo(output);
        return output.ToString();
    }

    internal abstract void AppendTo(StringBuilder output);
}

/// <summary>A value with parameters (RFC 9651 §3.3). Immutable.</summary>
public sealed class StructuredItem : StructuredMember
{
    /// <summary>Makes an item.</summary>
    public StructuredItem(BareItem value, StructuredParameters? parameters = null)
        : base(parameters ?? StructuredParameters.None) => Value = value;

    /// <summary>The value.</summary>
    public BareItem Value { get; }

    internal override void AppendTo(StringBuilder output)
    {
        Value.AppendTo(output);
        Parameters.AppendTo(output);
    }
}

/// <summary>A list in parentheses, whose items are never lists themselves (RFC 9651 §3.1.1). Immutable.</summary>
public sealed class StructuredInnerList : StructuredMember
{
    /// <summary>Makes an inner list.</summary>
    public StructuredInnerList(IReadOnlyList<StructuredItem> items, StructuredParameters? parameters = null)
        : base(parameters ?? StructuredParameters.None) => Items = items;

    /// <summary>The items, in order.</summary>
    public IReadOnlyList<StructuredItem> Items { get; }

    internal override void AppendTo(StringBuilder output)
    {
        output.Append('(');
        for (int i = 0; i < Items.Count; i++)
        {
            output.Append(i > 0 ? " " : "");
            Items[i].AppendTo(output);
        }

        output.Append(')');
        Parameters.AppendTo(output);
    }
}
