using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Breakwater.Http;

/// <summary>
/// The parsing algorithms of RFC 9651 §4.2, one method each. Owned by the caller's stack frame. After a method has answered false the
/// reader stands anywhere and is of no further use.
/// </summary>
internal ref struct StructuredReader
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

    private bool TryBareItem(out BareItem value)
    {
        value = default;
        return Next switch
        {
            '"' => TryString(out value),
            ':' => TryBytes(out value),
            '?' => TryBoolean(out value),
            '@' => TryDate(out value),
            '%' => TryDisplayString(out value),
            '-' or (>= '0' and <= '9') => TryNumber(out value),
            var first when StructuredText.IsTokenStart(first) => TryToken(out value),
            _ => false,
        };
    }

    /// <summary>At most 15 digits, or at most 12, a point and one to three more.</summary>
    private bool TryNumber(out BareItem value)
    {
        value = default;
        bool negative = Take('-');
        int digits = TakeDigits(16, out long number);
        if (digits is 0 or > 15)
        {
            return false;
        }

        if (!Take('.'))
        {
            value = BareItem.FromInteger(negative ? -number : number);
            return true;
        }

        int places = TakeDigits(4, out long fraction);
        if (digits > 12 || places is 0 or > 3)
        {
            return false;
        }

        long thousandths = number * 1000 + fraction * (places == 1 ? 100 : places == 2 ? 10 : 1);
        value = BareItem.FromThousandths(negative ? -thousandths : thousandths);
        return true;
    }

    private int TakeDigits(int most, out long number)
    {
        number = 0;
        int digits = 0;
        for (; digits < most && Next is >= '0' and <= '9'; digits++, _at++)
        {
            number = number * 10 + (Next - '0');
        }

        return digits;
    }

    private bool TryString(out BareItem value)
    {
        value = default;
        StringBuilder text = new();
        for (_at++; Next is >= 0x20 and < 0x7F; _at++)
        {
            if (Next == '"')
            {
                _at++;
                value = BareItem.FromString(text.ToString());
                return true;
            }

            if (Next == '\\')
            {
                _at++;
                if (Next is not ('"' or '\\'))
                {
                    return false;
                }
            }

            text.Append((char)Next);
        }

        return false;
    }

    private bool TryToken(out BareItem value)
    {
        int start = _at;
        while (StructuredText.IsTokenByte(Next))
        {
            _at++;
        }

        value = BareItem.FromToken(Encoding.ASCII.GetString(_field[start.._at]));
        return true;
    }

    /// <summary>Base64 between colons. Missing padding and stray bits at the end are no error (RFC 9651 §4.2.7).</summary>
    private bool TryBytes(out BareItem value)
    {
        value = default;
        ReadOnlySpan<byte> rest = _field[(_at + 1)..];
        int end = rest.IndexOf((byte)':');
        if (end < 0)
        {
            return false;
        }

        _at += end + 2;
        ReadOnlySpan<byte> text = rest[..end];
        int padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        text = text[..^padding];
        if (text.Length % 4 == 1 || (padding > 0 && (text.Length + padding) % 4 != 0))
        {
            return false;
        }

        byte[] bytes = new byte[text.Length * 3 / 4];
        int written = 0;
        int bits = 0;
        int held = 0;
        foreach (byte letter in text)
        {
            int sextet = Sextet(letter);
            if (sextet < 0)
            {
                return false;
            }

            held = (held << 6 | sextet) & 0xFFF;
            bits += 6;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[written++] = (byte)(held >> bits);
            }
        }

        value = BareItem.FromBytes(bytes);
        return true;
    }

    private static int Sextet(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => letter - 'A',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };

    private bool TryBoolean(out BareItem value)
    {
        _at++;
        int digit = Next;
        _at++;
        value = BareItem.FromBoolean(digit == '1');
        return digit is '0' or '1';
    }

    private bool TryDate(out BareItem value)
    {
        _at++;
        if (Next is not ('-' or (>= '0' and <= '9')) || !TryNumber(out value) || value.Kind != BareItemKind.Integer)
        {
            value = default;
            return false;
        }

        value = BareItem.FromDateSeconds(value.Integer);
        return true;
    }

    /// <summary>Percent-encoded UTF-8 between <c>%"</c> and a quote; the digits must be lower-case (RFC 9651 §4.2.10).</summary>
    private bool TryDisplayString(out BareItem value)
    {
        value = default;
        _at++;
        if (!Take('"'))
        {
            return false;
        }

        int length = _field[_at..].IndexOf((byte)'"');
        if (length < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> text = _field.Slice(_at, length);
        _at += length + 1;
        byte[] bytes = new byte[length];
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte octet = text[i];
            if (octet is < 0x20 or >= 0x7F)
            {
                return false;
            }

            if (octet == '%')
            {
                if (i + 2 >= text.Length || !IsLowerHex(text[i + 1]) || !IsLowerHex(text[i + 2]))
                {
                    return false;
                }

                octet = (byte)(Octets.HexValue(text[i + 1]) << 4 | Octets.HexValue(text[i + 2]));
                i += 2;
            }

            bytes[written++] = octet;
        }

        return TryDecode(bytes.AsSpan(0, written), out value);
    }

    private static bool TryDecode(ReadOnlySpan<byte> utf8, out BareItem value)
    {
        bool valid = Utf8.IsValid(utf8);
        value = valid ? BareItem.FromDisplayString(Encoding.UTF8.GetString(utf8)) : default;
        return valid;
    }

    private static bool IsLowerHex(byte value) => value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f');

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
