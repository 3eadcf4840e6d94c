using System.Text;

namespace Breakwater.Matching;

internal ref partial struct RegexParser
{
    private const string BackreferenceMessage =
        "Backreferences are not supported (but for a whole word said again, as PCRE's \\b(\\w+)\\b…\\b\\1\\b): they cannot be matched in linear time. "
        + "Write the alternatives out.";

    /// <summary>What an escape stands for: one of a byte, a character, a set or a condition.</summary>
    private readonly record struct Escape(int Byte = -1, Rune? Character = null, ByteSet? Set = null, RegexNode? Node = null);

    private RegexNode? ParseEscapedAtom(out bool quantifiable)
    {
        quantifiable = true;
        int start = _pos;
        if (!_rust && Skip(@"\E"u8))
        {
            quantifiable = false;
            return EmptyNode.Instance;
        }
        if (!_rust && Skip(@"\Q"u8))
            return ParseQuoted(out quantifiable);
        if (!ParseEscape(inClass: false, out var escape))
            return null;
        if (escape.Node is { } node)
            return node;
        if (escape.Set is { } set)
            return new SetNode(set);
        return escape.Character is { } rune ? Character(rune, start) : Byte(escape.Byte);
    }

    /// <summary>PCRE's <c>\Q…\E</c>. A quantifier after it belongs to the last byte, which is therefore read as an atom of its own.</summary>
    private RegexNode ParseQuoted(out bool quantifiable)
    {
        int end = _pattern[_pos..].IndexOf(@"\E"u8);
        int stop = end < 0 ? _pattern.Length : _pos + end;
        quantifiable = false;
        if (stop == _pos)
        {
            _pos = end < 0 ? stop : stop + 2;
            return EmptyNode.Instance;
        }
        List<RegexNode> items = [];
        while (_pos < stop)
            items.Add(Byte(_pattern[_pos++]));
        _pos = end < 0 ? stop : stop + 2;
        int count = _pos;
        if (ParseQuantifiers(items[^1], count) is { } last)
            items[^1] = last;
        return Concat(items);
    }

    /// <summary>Reads an escape, in a class or outside. False with the error noted.</summary>
    private bool ParseEscape(bool inClass, out Escape escape)
    {
        int start = _pos++;
        escape = default;
        if (AtEnd)
        {
            Fail(start, @"The pattern ends in a lone '\'. Write \\ to match a backslash.");
            return false;
        }
        byte value = _pattern[_pos];
        if (CommonEscape(value, inClass) is { } common)
        {
            _pos++;
            escape = common;
            return true;
        }
        bool read = _rust ? RustEscape(start, value, inClass, ref escape) : PcreEscape(start, value, inClass, ref escape);
        return read && _error is null;
    }

    /// <summary>The escapes that mean the same in both dialects.</summary>
    private static Escape? CommonEscape(byte value, bool inClass) => (char)value switch
    {
        'a' => new Escape(0x07),
        'f' => new Escape(0x0C),
        'n' => new Escape('\n'),
        'r' => new Escape('\r'),
        't' => new Escape('\t'),
        'd' => new Escape(Set: ByteSet.Digit),
        'D' => new Escape(Set: ~ByteSet.Digit),
        's' => new Escape(Set: ByteSet.Space),
        'S' => new Escape(Set: ~ByteSet.Space),
        'w' => new Escape(Set: ByteSet.Word),
        'W' => new Escape(Set: ~ByteSet.Word),
        'A' when !inClass => Condition(LookKind.StartText),
        'z' when !inClass => Condition(LookKind.EndText),
        'B' when !inClass => Condition(LookKind.NotWordBoundary),
        _ => null,
    };

    private static Escape Condition(LookKind kind) => new(Node: new LookNode(new Look(kind)));

    private bool RustEscape(int start, byte value, bool inClass, ref Escape escape)
    {
        switch ((char)value)
        {
            case 'v':
                _pos++;
                escape = new Escape(0x0B);
                return true;
            case 'x' or 'u' or 'U':
                return RustHex(start, value, ref escape);
            case 'p' or 'P':
                Fail(start, @"Unicode classes (\p{…}) are not supported: patterns work on bytes. Write an ASCII class such as [[:alpha:]].");
                return false;
            case >= '0' and <= '9':
                Fail(start, value == '0' ? @"Octal escapes are not supported. Write \x00." : BackreferenceMessage);
                return false;
            case 'b' or '<' or '>' when !inClass:
                _pos++;
                escape = Condition(value == '<' ? LookKind.WordStart : value == '>' ? LookKind.WordEnd : WordBoundary());
                return true;
            case 'A' or 'z' or 'b' or 'B' or '<' or '>' when inClass:
                Fail(start, @"A class holds characters; a condition such as \b cannot stand in it. Move it outside of the [ ].");
                return false;
        }
        if (value >= 0x80 || ByteSet.Word.Contains(value) && value != '_')
            return Unknown(start);
        _pos++;
        escape = new Escape(value);
        return true;
    }

    private bool Unknown(int start)
    {
        Fail(start, @"Unknown escape. Write \\ to match a backslash, or drop it if the character after it stands for itself.");
        return false;
    }

    /// <summary><c>\b</c> and its variants <c>\b{start}</c>, <c>\b{end}</c>, <c>\b{start-half}</c>, <c>\b{end-half}</c>.</summary>
    private LookKind WordBoundary() =>
        Skip("{start}"u8) ? LookKind.WordStart
        : Skip("{end}"u8) ? LookKind.WordEnd
        : Skip("{start-half}"u8) ? LookKind.WordStartHalf
        : Skip("{end-half}"u8) ? LookKind.WordEndHalf
        : LookKind.WordBoundary;

    /// <summary><c>\x7F</c> is a byte; <c>\x{…}</c>, <c>\u1234</c>, <c>\U00012345</c> and <c>\u{…}</c> are characters.</summary>
    private bool RustHex(int start, byte kind, ref Escape escape)
    {
        _pos++;
        int number = 0, digits = 0;
        bool braces = Current == '{';
        int wanted = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
        if (braces)
            _pos++;
        while (!AtEnd && char.IsAsciiHexDigit((char)Current) && (braces || digits < wanted))
        {
            number = Math.Min(number * 16 + HexValue(_pattern[_pos++]), 0x110000);
            digits++;
        }
        if (digits == 0 || !braces && digits < wanted || braces && Current != '}')
        {
            Fail(start, @"This escape needs hexadecimal digits: \x7F, \x{7F}, \u007F or \U0000007F.");
            return false;
        }
        if (braces)
            _pos++;
        if (kind == 'x' && !braces)
            escape = new Escape(number);
        else if (Rune.IsValid(number))
            escape = new Escape(Character: new Rune(number));
        else
            Fail(start, @"There is no character with this number. Write \xHH for a single byte.");
        return _error is null;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private bool PcreEscape(int start, byte value, bool inClass, ref Escape escape)
    {
        _pos++;
        switch ((char)value)
        {
            case 'e':
                escape = new Escape(0x1B);
                return true;
            case 'v' or 'V':
                var vertical = ByteSet.Range(0x0A, 0x0D) | ByteSet.Of(0x85);
                escape = new Escape(Set: value == 'v' ? vertical : ~vertical);
                return true;
            case 'h' or 'H':
                var horizontal = ByteSet.Of('\t') | ByteSet.Of(' ') | ByteSet.Of(0xA0);
                escape = new Escape(Set: value == 'h' ? horizontal : ~horizontal);
                return true;
            case 'b':
                escape = inClass ? new Escape(0x08) : Condition(LookKind.WordBoundary);
                return true;
            case 'Z' when !inClass:
                escape = new Escape(Node: EndOrFinalNewline());
                return true;
            case 'N' when !inClass:
                escape = new Escape(Set: ~ByteSet.Of('\n'));
                return true;
            case 'C' when !inClass:
                escape = new Escape(Set: ByteSet.All);
                return true;
            case 'R' when !inClass:
                escape = new Escape(Node: LineBreak());
                return true;
            case 'x':
                return PcreHex(start, ref escape);
            case 'c':
                return PcreControl(start, ref escape);
            case 'o' or >= '0' and <= '9':
                return PcreNumber(start, value, inClass, ref escape);
            case 'g' or 'k':
                Fail(start, BackreferenceMessage);
                return false;
            case 'p' or 'P' or 'X':
                Fail(start, @"Unicode classes (\p{…}, \X) are not supported: patterns work on bytes. Write an ASCII class such as [[:alpha:]].");
                return false;
            case 'G' or 'K':
                Fail(start, $@"\{(char)value} is not supported. Anchor with \A, or take the part you want from a group.");
                return false;
        }
        if (ByteSet.Word.Contains(value) && value != '_')
            return Unknown(start);
        escape = new Escape(value);
        return true;
    }

    /// <summary>PCRE's <c>\R</c>: CR LF taken together and never apart, or one vertical space.</summary>
    private static AlternateNode LineBreak() => new([
        new ConcatNode([new SetNode(ByteSet.Of('\r')), new SetNode(ByteSet.Of('\n'))]),
        new ConcatNode([new SetNode(ByteSet.Of('\r')), new LookNode(new Look(LookKind.NextNotIn, ByteSet.Of('\n')))]),
        new SetNode(ByteSet.Range(0x0A, 0x0C) | ByteSet.Of(0x85)),
    ]);

    /// <summary><c>\xH</c>, <c>\xHH</c> (no digit: NUL) and <c>\x{H…}</c>, always one byte.</summary>
    private bool PcreHex(int start, ref Escape escape)
    {
        int close = Current == '{' ? _pattern[_pos..].IndexOf((byte)'}') : -1;
        int from = close > 0 ? _pos + 1 : _pos;
        int limit = close > 0 ? _pos + close : Math.Min(_pos + 2, _pattern.Length);
        int number = 0;
        for (_pos = from; _pos < limit && char.IsAsciiHexDigit((char)Current); _pos++)
            number = Math.Min(number * 16 + HexValue(_pattern[_pos]), 0x100);
        if (close > 0)
        {
            if (_pos != limit || _pos == from || number > 0xFF)
            {
                Fail(start, @"\x{…} holds one or two hexadecimal digits here: patterns work on bytes. Write a longer character as its UTF-8 bytes.");
                return false;
            }
            _pos++;
        }
        escape = new Escape(number);
        return true;
    }

    private bool PcreControl(int start, ref Escape escape)
    {
        if (Current is < 0x20 or > 0x7E)
        {
            Fail(start, @"\c needs a printable ASCII character after it, as in \cM.");
            return false;
        }
        int value = _pattern[_pos++];
        escape = new Escape((value is >= 'a' and <= 'z' ? value - 0x20 : value) ^ 0x40);
        return true;
    }

    /// <summary>Octal (<c>\0</c>, <c>\012</c>, <c>\o{12}</c>) or a backreference, by PCRE's rules.</summary>
    private bool PcreNumber(int start, byte first, bool inClass, ref Escape escape)
    {
        bool braces = first == 'o';
        if (braces && Current != '{')
        {
            Fail(start, @"Octal digits go in braces: \o{12}.");
            return false;
        }
        if (!braces && !inClass && IsBackreference(first))
            return PcreBackreference(start, first, ref escape);
        if (!braces)
            _pos--;
        else
            _pos++;
        int number = 0, from = _pos;
        while (Current is >= '0' and <= '7' && (braces || _pos - from < 3))
            number = Math.Min(number * 8 + _pattern[_pos++] - '0', 0x100);
        if (_pos == from || number > 0xFF || braces && Current != '}')
        {
            Fail(start, @"An octal escape stands for one byte: \0 to \377. Write \xHH.");
            return false;
        }
        if (braces)
            _pos++;
        escape = new Escape(number);
        return true;
    }

    /// <summary>A reference back by one digit; whether it can be followed is decided when the whole pattern is known.</summary>
    private bool PcreBackreference(int start, byte digit, ref Escape escape)
    {
        if (Current is >= '0' and <= '9' || digit - '0' >= _groupNames.Count)
        {
            Fail(start, BackreferenceMessage);
            return false;
        }
        var node = new BackreferenceNode(digit - '0', Has(Flags.IgnoreCase));
        if (_backreferences.Count == 0)
            _firstBackreference = start;
        _backreferences.Add(node);
        escape = new Escape(Node: node);
        return true;
    }

    /// <summary>After a backslash: one digit other than 0 always refers back; more do when they are no octal number or so many groups came before.</summary>
    private readonly bool IsBackreference(byte first)
    {
        if (first == '0')
            return false;
        int number = first - '0', pos = _pos;
        for (; pos < _pattern.Length && _pattern[pos] is >= (byte)'0' and <= (byte)'9' && number < 1000; pos++)
            number = number * 10 + _pattern[pos] - '0';
        return number < 10 || first >= '8' || number < _groupNames.Count;
    }
}
