using System.Buffers;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// Splits a value into tokens of HTML much as the HTML standard's tokenizer does (section 13.2.5), with what old browsers took besides: NUL within
/// names and between attributes, back-quoted values, <c>&lt;%</c>. Text, end tags and the ends of tags are passed over. Every byte is looked
/// at a constant number of times. Owned by one scan.
/// </summary>
internal ref struct MarkupTokenizer
{
    private static readonly SearchValues<byte> TagNameEnds = SearchValues.Create(" \t\n\v\f\r/>"u8);
    private static readonly SearchValues<byte> AttributeNameEnds = SearchValues.Create(" \t\n\v\f\r\0/=>"u8);
    private static readonly SearchValues<byte> BareValueEnds = SearchValues.Create(" \t\n\v\f\r\0>"u8);
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\n\v\f\r\0/"u8);
    private static readonly SearchValues<byte> White = SearchValues.Create(" \t\n\v\f\r\0"u8);

    private readonly ReadOnlySpan<byte> _text;
    private State _state;
    private MarkupToken _token;
    private int _at;

    /// <summary>Within an end tag. As observed, that ends only at a <c>></c> right behind a name; so the tag behind <c>&lt;/a x></c> is no start tag.</summary>
    private bool _isEndTag;

    public MarkupTokenizer(ReadOnlySpan<byte> text, MarkupContext context)
    {
        _text = text;
        _state = context switch
        {
            MarkupContext.Text => State.Data,
            MarkupContext.Tag => State.BeforeAttributeName,
            MarkupContext.SingleQuotes => State.SingleQuoted,
            MarkupContext.DoubleQuotes => State.DoubleQuoted,
            _ => State.BackQuoted,
        };
    }

    private enum State : byte
    {
        Data,
        TagOpen,
        EndTagOpen,
        TagName,
        TagEnd,
        SelfClosing,
        BeforeAttributeName,
        AttributeName,
        AfterAttributeName,
        BeforeValue,
        SingleQuoted,
        DoubleQuoted,
        BackQuoted,
        BareValue,
        AfterQuotedValue,
        Declaration,
        BogusComment,
        PercentComment,
        Comment,
        Cdata,
        Doctype,
        End,
    }

    /// <summary>The next token; false at the end.</summary>
    public bool TryNext(out MarkupToken token)
    {
        bool isToken = false;
        while (!isToken && _state != State.End) isToken = Step();
        token = _token;
        return isToken;
    }

    /// <summary>Leaves the state that it is in; true with a token.</summary>
    private bool Step() => _state switch
    {
        State.Data => Data(),
        State.TagOpen => TagOpen(),
        State.EndTagOpen => EndTagOpen(),
        State.TagName => TagName(),
        State.TagEnd => TagEnd(),
        State.SelfClosing => SelfClosing(),
        State.BeforeAttributeName => BeforeAttributeName(),
        State.AttributeName => AttributeName(),
        State.AfterAttributeName => AfterAttributeName(),
        State.BeforeValue => BeforeValue(),
        State.SingleQuoted => Quoted((byte)'\''),
        State.DoubleQuoted => Quoted((byte)'"'),
        State.BackQuoted => Quoted((byte)'`'),
        State.BareValue => BareValue(),
        State.AfterQuotedValue => AfterQuotedValue(),
        State.Declaration => Declaration(),
        State.BogusComment => UpTo(MarkupTokenKind.Comment, ">"u8),
        State.PercentComment => UpTo(MarkupTokenKind.Comment, "%>"u8),
        State.Comment => Comment(),
        State.Cdata => Cdata(),
        _ => UpTo(MarkupTokenKind.Doctype, ">"u8),
    };

    /// <summary>No token; goes on so many bytes further.</summary>
    private bool Go(State state, int skip = 0)
    {
        _at += skip;
        _state = state;
        return false;
    }

    /// <summary>A token of so many bytes; goes on behind it, so many bytes further.</summary>
    private bool Give(MarkupTokenKind kind, int length, State then, int skip = 0)
    {
        _token = new MarkupToken(kind, _text.Slice(_at, length));
        _at += length + skip;
        _state = then;
        return true;
    }

    private bool UpTo(MarkupTokenKind kind, ReadOnlySpan<byte> end)
    {
        int length = _text[_at..].IndexOf(end);
        return length < 0 ? GiveRest(kind) : Give(kind, length, State.Data, end.Length);
    }

    private bool GiveRest(MarkupTokenKind kind) => Give(kind, _text.Length - _at, State.End);

    private readonly bool IsAtEnd => _at >= _text.Length;

    private static bool IsWhite(byte b) => b is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r') or 0;

    /// <summary>False where nothing but blanks was left.</summary>
    private bool SkipWhite()
    {
        // A value that is made to have many tokens has short ones: one look often tells what a search would.
        if (!IsAtEnd && !IsWhite(_text[_at])) return true;
        int length = _text[_at..].IndexOfAnyExcept(White);
        _at = length < 0 ? _text.Length : _at + length;
        return length >= 0;
    }

    /// <summary>How far it is from a place to one of some bytes; -1 where there is none.</summary>
    private readonly int IndexOfEnd(int from, SearchValues<byte> ends)
    {
        ReadOnlySpan<byte> rest = _text[from..];
        if (rest.Length > 1)
        {
            if (ends.Contains(rest[0])) return 0;
            if (ends.Contains(rest[1])) return 1;
        }

        return rest.IndexOfAny(ends);
    }

    private bool Data()
    {
        int length = _text[_at..].IndexOf((byte)'<');
        return length < 0 ? Go(State.End) : Go(State.TagOpen, length + 1);
    }

    private bool TagOpen()
    {
        if (IsAtEnd) return Go(State.End);
        switch (_text[_at])
        {
            case (byte)'!':
                return Go(State.Declaration, 1);
            case (byte)'/':
                _isEndTag = true;
                return Go(State.EndTagOpen, 1);
            case (byte)'?':
                return Go(State.BogusComment, 1);
            case (byte)'%':
                return Go(State.PercentComment, 1);
            case byte b when b == 0 || char.IsAsciiLetter((char)b):
                return Go(State.TagName);
            default:
                return Go(State.Data);
        }
    }

    private bool EndTagOpen()
    {
        if (IsAtEnd) return Go(State.End);
        byte b = _text[_at];
        if (b == '>') return Go(State.Data);
        if (char.IsAsciiLetter((char)b)) return Go(State.TagName);
        _isEndTag = false;
        return Go(State.BogusComment);
    }

    private bool TagName()
    {
        int length = IndexOfEnd(_at, TagNameEnds);
        if (length < 0) return GiveRest(MarkupTokenKind.TagName);
        byte end = _text[_at + length];
        if (end == '/') return Give(MarkupTokenKind.TagName, length, State.SelfClosing, 1);
        if (end != '>') return Give(MarkupTokenKind.TagName, length, State.BeforeAttributeName, 1);
        if (!_isEndTag) return Give(MarkupTokenKind.TagName, length, State.TagEnd);
        _isEndTag = false;
        return Go(State.Data, length + 1);
    }

    private bool TagEnd()
    {
        _isEndTag = false;
        return Go(State.Data, 1);
    }

    private bool SelfClosing()
    {
        if (IsAtEnd) return Go(State.End);
        return _text[_at] == '>' ? Go(State.Data, 1) : Go(State.BeforeAttributeName);
    }

    private bool BeforeAttributeName()
    {
        if (!SkipToLastName()) return Go(State.End);
        return _text[_at] switch
        {
            (byte)'/' => Go(State.SelfClosing, 1),
            (byte)'>' => Go(State.Data, 1),
            _ => Go(State.AttributeName),
        };
    }

    /// <summary>
    /// To the last of the names before the next value or the end of the tag: those before it have no value, so they can do no harm. False
    /// where there is neither: then nothing more can.
    /// </summary>
    private bool SkipToLastName()
    {
        if (!IsAtEnd && _text[_at] is (byte)'=' or (byte)'>') return true;
        int length = _text[_at..].IndexOfAny((byte)'=', (byte)'>');
        if (length < 0) return false;
        ReadOnlySpan<byte> names = _text.Slice(_at, length);
        int nameEnd = names.LastIndexOfAnyExcept(White) + 1;
        int nameStart = names[..nameEnd].LastIndexOfAny(NameEnds) + 1;
        // No name stands right before the mark: blanks and slashes do.
        _at += nameStart < nameEnd ? nameStart : length;
        return true;
    }

    private bool AttributeName()
    {
        // A name has at least one byte, whatever it is.
        int length = IndexOfEnd(_at + 1, AttributeNameEnds) + 1;
        if (length == 0) return GiveRest(MarkupTokenKind.AttributeName);
        return _text[_at + length] switch
        {
            (byte)'/' => Give(MarkupTokenKind.AttributeName, length, State.SelfClosing, 1),
            (byte)'=' => Give(MarkupTokenKind.AttributeName, length, State.BeforeValue, 1),
            (byte)'>' => Give(MarkupTokenKind.AttributeName, length, State.TagEnd),
            _ => Give(MarkupTokenKind.AttributeName, length, State.AfterAttributeName, 1),
        };
    }

    private bool AfterAttributeName()
    {
        if (!SkipWhite()) return Go(State.End);
        return _text[_at] switch
        {
            (byte)'/' => Go(State.SelfClosing, 1),
            (byte)'=' => Go(State.BeforeValue, 1),
            (byte)'>' => Go(State.TagEnd),
            _ => Go(State.AttributeName),
        };
    }

    private bool BeforeValue()
    {
        if (!SkipWhite()) return Go(State.End);
        return _text[_at] switch
        {
            (byte)'"' => Go(State.DoubleQuoted),
            (byte)'\'' => Go(State.SingleQuoted),
            (byte)'`' => Go(State.BackQuoted),
            _ => Go(State.BareValue),
        };
    }

    private bool Quoted(byte quote)
    {
        // At the very start the quote stands before the value.
        if (_at > 0) _at++;
        int length = _text[_at..].IndexOf(quote);
        return length < 0 ? GiveRest(MarkupTokenKind.AttributeValue) : Give(MarkupTokenKind.AttributeValue, length, State.AfterQuotedValue, 1);
    }

    private bool BareValue()
    {
        int length = IndexOfEnd(_at, BareValueEnds);
        if (length < 0) return GiveRest(MarkupTokenKind.AttributeValue);
        return _text[_at + length] == '>'
            ? Give(MarkupTokenKind.AttributeValue, length, State.TagEnd)
            : Give(MarkupTokenKind.AttributeValue, length, State.BeforeAttributeName, 1);
    }

    private bool AfterQuotedValue()
    {
        if (IsAtEnd) return Go(State.End);
        return _text[_at] switch
        {
            (byte)'/' => Go(State.SelfClosing, 1),
            (byte)'>' => Go(State.Data, 1),
            byte b => Go(State.BeforeAttributeName, IsWhite(b) ? 1 : 0),
        };
    }

    private bool Declaration()
    {
        ReadOnlySpan<byte> rest = _text[_at..];
        if (rest.Length >= 7 && System.Text.Ascii.EqualsIgnoreCase(rest[..7], "DOCTYPE"u8)) return Go(State.Doctype);
        if (rest.StartsWith("[CDATA["u8)) return Go(State.Cdata, 7);
        return rest.StartsWith("--"u8) ? Go(State.Comment, 2) : Go(State.BogusComment);
    }

    /// <summary>Up to <c>--></c> or <c>-!></c>, with NULs behind the first dash.</summary>
    private bool Comment()
    {
        for (int dash = IndexOfDash(_at); dash >= 0; dash = IndexOfDash(dash + 1))
        {
            int second = dash + 1 < _text.Length && _text[dash + 1] != 0 ? 0 : _text[(dash + 1)..].IndexOfAnyExcept((byte)0);
            int end = dash + 1 + second + 1;
            if (second < 0 || end >= _text.Length) break;
            if (_text[end - 1] is (byte)'-' or (byte)'!' && _text[end] == '>') return Give(MarkupTokenKind.Comment, dash - _at, State.Data, end + 1 - dash);
        }

        return GiveRest(MarkupTokenKind.Comment);
    }

    /// <summary>The next dash from a place on, or -1; where dashes are many it is here.</summary>
    private readonly int IndexOfDash(int from)
    {
        if (from < _text.Length && _text[from] == '-') return from;
        int found = _text[from..].IndexOf((byte)'-');
        return found < 0 ? -1 : from + found;
    }

    private bool Cdata()
    {
        int length = _text[_at..].IndexOf("]]>"u8);
        return length < 0 ? Go(State.End) : Go(State.Data, length + 3);
    }
}
