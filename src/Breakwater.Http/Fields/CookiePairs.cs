namespace Breakwater.Http;

/// <summary>
/// Walks the pairs of a Cookie field (RFC 6265 §5.4) without allocation, names and values as they came, trimmed. Servers disagree about
/// what is not a plain pair, so nothing is hidden: a piece without an equals sign is a value without a name.
/// Owned by the caller's stack frame.
/// </summary>
public ref struct CookiePairs
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins before the first pair.</summary>
    public CookiePairs(ReadOnlySpan<byte> field)
    {
        _rest = field;
        Name = default;
        Value = default;
    }

    /// <summary>The name of the pair at which the walk stands.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value, with quotes where it has some.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next pair that is not empty.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = Octets.Trim(end < 0 ? _rest : _rest[..end]);
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (pair.IsEmpty)
            {
                continue;
            }

            int equals = pair.IndexOf((byte)'=');
            Name = equals < 0 ? default : Octets.Trim(pair[..equals]);
            Value = equals < 0 ? pair : Octets.Trim(pair[(equals + 1)..]);
            return true;
        }

        return false;
    }
}
