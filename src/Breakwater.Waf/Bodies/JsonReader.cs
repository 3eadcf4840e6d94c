using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Bodies;

/// <summary>The tokens of JSON (RFC 8259 §2, §6, §7). Owned by the caller's stack frame.</summary>
internal ref struct JsonReader
{
    // What ends a run of plain characters in a string.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    public JsonReader(ReadOnlySpan<byte> text)
    {
        _text = text;
        _at = 0;
    }

    /// <summary>Whether offences inside of strings are no errors of the body's.</summary>
    public bool IsLenient { get; init; }

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _text[_at..];

    /// <summary>Goes over white space; the byte that follows, or -1 at the end.</summary>
    public int SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') _at++;
        return _at < _text.Length ? _text[_at] : -1;
    }

    /// <summary>Goes over one byte.</summary>
    public void Skip() => _at++;

    /// <summary>Reads a number or one of the three words; where there is none, nothing is read.</summary>
    public BodyError Literal(out ReadOnlySpan<byte> literal)
    {
        int end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit((char)_text[end]) || _text[end] is (byte)'-' or (byte)'+' or (byte)'.')) end++;
        literal = _text[_at..end];
        bool isWord = literal.SequenceEqual("true"u8) || literal.SequenceEqual("false"u8) || literal.SequenceEqual("null"u8);
        if (!isWord && !IsNumber(literal)) return BodyError.JsonSyntax;
        _at = end;
        return BodyError.None;
    }

    /// <summary>
    /// Reads a string into the arena, with its escapes resolved. What is no string by the grammar but clear in meaning (a control
    /// character, an escape that is none) is noted and kept as it is; only the end of the text ends it too early.
    /// </summary>
    public BodyError String(InspectedBody into, out ByteSlice value)
    {
        int start = into.Arena.Used;
        value = default;
        _at++;
        while (true)
        {
            int run = _text[_at..].IndexOfAny(Special);
            ReadOnlySpan<byte> plain = run < 0 ? _text[_at..] : _text.Slice(_at, run);
            if (!into.TryKeep(plain, out _)) return into.Error;
            _at += plain.Length;
            if (run < 0 || _text[_at] == '"') break;
            if (!(_text[_at] == '\\' ? TryEscape(into) : TryControl(into))) return into.Error;
        }

        value = new ByteSlice(start, into.Arena.Used - start);
        if (!IsLenient && !Utf8.IsValid(into.Arena[value])) into.Fail(BodyError.JsonEncoding);
        if (_at == _text.Length) return BodyError.JsonIncomplete;
        _at++;
        return BodyError.None;
    }

    private bool TryControl(InspectedBody into)
    {
        if (!IsLenient) into.Fail(BodyError.JsonSyntax);
        return into.TryKeep(_text.Slice(_at++, 1), out _);
    }

    private bool TryEscape(InspectedBody into)
    {
        byte letter = _at + 1 < _text.Length ? _text[_at + 1] : (byte)0;
        ReadOnlySpan<byte> character = letter switch
        {
            (byte)'b' => "\b"u8,
            (byte)'f' => "\f"u8,
            (byte)'n' => "\n"u8,
            (byte)'r' => "\r"u8,
            (byte)'t' => "\t"u8,
            (byte)'"' => "\""u8,
            (byte)'\\' => "\\"u8,
            (byte)'/' => "/"u8,
            _ => default,
        };
        if (!character.IsEmpty)
        {
            _at += 2;
            return into.TryKeep(character, out _);
        }

        if (letter == 'u' && Hex.AreDigits(_text, _at + 2, 4)) return TryUnicode(into);
        int length = Math.Min(2, _text.Length - _at);
        if (length == 2 && !IsLenient) into.Fail(BodyError.JsonSyntax);
        _at += length;
        return into.TryKeep(_text.Slice(_at - length, length), out _);
    }

    private bool TryUnicode(InspectedBody into)
    {
        int code = Unit(_at + 2);
        _at += 6;
        if (char.IsHighSurrogate((char)code) && _at + 1 < _text.Length && _text[_at] == '\\' && _text[_at + 1] == 'u'
            && Hex.AreDigits(_text, _at + 2, 4) && char.IsLowSurrogate((char)Unit(_at + 2)))
        {
            code = char.ConvertToUtf32((char)code, (char)Unit(_at + 2));
            _at += 6;
        }

        // Half of a surrogate pair is no character.
        Rune rune = Rune.TryCreate(code, out Rune whole) ? whole : new Rune('?');
        Span<byte> bytes = stackalloc byte[4];
        return into.TryKeep(bytes[..rune.EncodeToUtf8(bytes)], out _);
    }

    private readonly int Unit(int at) => (Hex.Byte(_text, at) << 8) | Hex.Byte(_text, at + 2);

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        int at = 0;
        if (at < text.Length && text[at] == '-') at++;
        int whole = Digits(text, ref at);
        if (whole == 0 || (whole > 1 && text[at - whole] == '0')) return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (Digits(text, ref at) == 0) return false;
        }

        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
            if (Digits(text, ref at) == 0) return false;
        }

        return at == text.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        return at - start;
    }
}
