using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Breakwater.Http;

/// <summary>
/// The parsing algorithms of RFC 9651 §4.2, one method each. Owned by the caller's stack frame. After a method has answered false the
/// reader stands anywhere and is of no further use.
/// </summary>
internal ref partial struct StructuredReader
{
    private readonly ReadOnlySpan<byte> _field;
    private int _at;

    public StructuredReader(ReadOnlySpan<byte> field)
    {
        _field = field;
        _at = 0;
        SkipSpaces();
    }

    /// <summary>The next byte, or -1 at the end.</summary>
    private readonly int Next => _at < _field.Length ? _field[_at] : -1;

    /// <summary>Whether nothing but spaces follows.</summary>
    public bool AtEnd()
    {
        SkipSpaces();
        return Next < 0;
    }

    public bool TryList(out List<StructuredMember> members)
    {
        members = [];
        while (Next >= 0)
        {
            if (members.Count == StructuredFields.MaxMembers || !TryMember(out StructuredMember? member))
            {
                return false;
            }

            members.Add(member);
            if (!TrySeparator())
            {
                return false;
            }
        }

        return true;
    }

    public bool TryDictionary(out OrderedDictionary<string, StructuredMember> members)
    {
        members = new(StringComparer.Ordinal);
        while (Next >= 0)
        {
            if (!TryKey(out string? key))
            {
                return false;
            }

            StructuredMember? member;
            if (Take('='))
            {
                if (!TryMember(out member))
                {
                    return false;
                }
            }
            else if (TryParameters(out StructuredParameters? parameters))
            {
                member = new StructuredItem(BareItem.FromBoolean(true), parameters);
            }
            else
            {
                return false;
            }

            members[key] = member;
            if (members.Count > StructuredFields.MaxMembers || !TrySeparator())
            {
                return false;
            }
        }

        return true;
    }

    public bool TryItem([NotNullWhen(true)] out StructuredItem? item)
    {
        item = TryBareItem(out BareItem value) && TryParameters(out StructuredParameters? parameters) ? new(value, parameters) : null;
        return item is not null;
    }

    /// <summary>After a member: the end, or a comma that is followed by something.</summary>
    private bool TrySeparator()
    {
        SkipWhitespace();
        if (Next < 0)
        {
            return true;
        }

        if (!Take(','))
        {
            return false;
        }

        SkipWhitespace();
        return Next >= 0;
    }

    private bool TryMember([NotNullWhen(true)] out StructuredMember? member)
    {
        if (Next == '(')
        {
            bool read = TryInnerList(out StructuredInnerList? list);
            member = list;
            return read;
        }

        bool isItem = TryItem(out StructuredItem? item);
        member = item;
        return isItem;
    }

    private bool TryInnerList([NotNullWhen(true)] out StructuredInnerList? list)
    {
        list = null;
        _at++;
        List<StructuredItem> items = [];
        while (true)
        {
            SkipSpaces();
            if (Take(')'))
            {
                list = TryParameters(out StructuredParameters? parameters) ? new(items, parameters) : null;
                return list is not null;
            }

            if (items.Count == StructuredFields.MaxInnerItems || !TryItem(out StructuredItem? item) || Next is not (' ' or ')'))
            {
                return false;
            }

            items.Add(item);
        }
    }

    private bool TryParameters([NotNullWhen(true)] out StructuredParameters? parameters)
    {
        parameters = StructuredParameters.None;
        OrderedDictionary<string, BareItem>? values = null;
        while (Take(';'))
        {
            SkipSpaces();
            BareItem value = BareItem.FromBoolean(true);
            if (!TryKey(out string? key) || (Take('=') && !TryBareItem(out value)))
            {
                return false;
            }

            values ??= new(StringComparer.Ordinal);
            values[key] = value;
            if (values.Count > StructuredFields.MaxParameters)
            {
                return false;
            }
        }

        parameters = values is null ? StructuredParameters.None : new(values);
        return true;
    }

    private bool TryKey([NotNullWhen(true)] out string? key)
    {
        key = null;
        int start = _at;
        if (!StructuredText.IsKeyStart(Next))
        {
            return false;
        }

        while (StructuredText.IsKeyByte(Next))
        {
            _at++;
        }

        key = Encoding.ASCII.GetString(_field[start.._at]);
        return true;
    }

    private bool Take(char expected)
    {
        if (Next != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipSpaces()
    {
        while (Next == ' ')
        {
            _at++;
        }
    }

    private void SkipWhitespace()
    {
        while (Next is ' ' or '\t')
        {
            _at++;
        }
    }
}
