using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Breakwater.Http;

/// <summary>Named values attached to an item or inner list, in order (RFC 9651 §3.1.2). Immutable.</summary>
public sealed class StructuredParameters : IReadOnlyList<KeyValuePair<string, BareItem>>
{
    private readonly OrderedDictionary<string, BareItem> _values;

    /// <summary>Parameters of these names, which must be keys (RFC 9651 §3.1.2); the last of a name wins.</summary>
    public StructuredParameters(params ReadOnlySpan<KeyValuePair<string, BareItem>> values)
    {
        _values = new(StringComparer.Ordinal);
        foreach ((string key, BareItem value) in values)
        {
            _values[StructuredText.CheckedKey(key)] = value;
        }
    }

    internal StructuredParameters(OrderedDictionary<string, BareItem> values) => _values = values;

    /// <summary>No parameters.</summary>
    public static StructuredParameters None { get; } = new();

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, BareItem> this[int index] => _values.GetAt(index);

    /// <summary>The value of this name.</summary>
    public bool TryGet(string key, [MaybeNullWhen(false)] out BareItem value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, BareItem>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void AppendTo(StringBuilder output)
    {
        foreach ((string key, BareItem value) in _values)
        {
            output.Append(';').Append(key);
            if (value is not { Kind: BareItemKind.Boolean, Boolean: true })
            {
                output.Append('=');
                value.AppendTo(output);
            }
        }
    }
}
