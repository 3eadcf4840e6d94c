namespace Breakwater.Http;

/// <summary>
/// Walks the arguments of a query or of form data (<c>a=1&amp;b=2</c>, WHATWG URL §5.1) without allocation: names and values as they came,
/// still encoded. Empty pieces between ampersands are skipped. Owned by the caller's stack frame.
/// </summary>
public ref struct QueryArguments
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins before the first argument.</summary>
    public QueryArguments(ReadOnlySpan<byte> query)
    {
        _rest = query;
        Name = default;
        Value = default;
    }

    /// <summary>The name of the argument at which the walk stands.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value; empty also where there is no equals sign.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next argument.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)'&');
            ReadOnlySpan<byte> argument = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (argument.IsEmpty)
            {
                continue;
            }

            int equals = argument.IndexOf((byte)'=');
            Name = equals < 0 ? argument : argument[..equals];
            Value = equals < 0 ? default : argument[(equals + 1)..];
            return true;
        }

        return false;
    }
}
