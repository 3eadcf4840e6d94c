using System.Text;
using System.Text.Unicode;

namespace Breakwater.Http;

/// <content>Bare items (RFC 9651 §4.2.3.1).</content>
internal ref partial struct StructuredReader
{
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
}
