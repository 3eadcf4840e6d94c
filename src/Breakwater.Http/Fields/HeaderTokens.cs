using System.Text;

namespace Breakwater.Http;

/// <summary>Lists in field values (the #rule of RFC 9110 §5.6.1), over bytes and without allocation. Immutable.</summary>
public static class HeaderTokens
{
    /// <summary>
    /// The elements of a comma-separated list: trimmed, empty ones skipped. A comma inside a quoted string does not separate.
    /// Elements are not checked any further.
    /// </summary>
    public static Enumerator Enumerate(ReadOnlySpan<byte> list) => new(list);

    /// <summary>Whether one element of the list is this token, in any case.</summary>
    public static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        foreach (ReadOnlySpan<byte> element in Enumerate(list))
        {
            if (Ascii.EqualsIgnoreCase(element, token))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the text is a token, which is what a field name has to be (RFC 9110 §5.1, §5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => Octets.IsToken(text);

    /// <summary>Whether the text may be a field value (RFC 9110 §5.5): it has no control bytes but tabs.</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> text) => !text.ContainsAny(Octets.Control);

    /// <summary>Takes optional whitespace (RFC 9110 §5.6.3) off both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => Octets.Trim(text);

    /// <summary>Walks a list. Owned by the caller's stack frame.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> list)
        {
            _rest = list;
            Current = default;
        }

        /// <summary>The element at which the walk stands.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Makes <c>foreach</c> work.</summary>
        public readonly Enumerator GetEnumerator() => this;

        /// <summary>Goes to the next element that is not empty.</summary>
        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                int end = ElementEnd(_rest);
                Current = Octets.Trim(_rest[..end]);
                _rest = end < _rest.Length ? _rest[(end + 1)..] : default;
                if (!Current.IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }

        private static int ElementEnd(ReadOnlySpan<byte> list)
        {
            int at = list.IndexOfAny((byte)',', (byte)'"');
            if (at < 0)
            {
                return list.Length;
            }

            bool quoted = false;
            for (; at < list.Length; at++)
            {
                byte value = list[at];
                if (quoted && value == '\\')
                {
                    at++;
                }
                else if (value == '"')
                {
                    quoted = !quoted;
                }
                else if (value == ',' && !quoted)
                {
                    return at;
                }
            }

            return list.Length;
        }
    }
}
