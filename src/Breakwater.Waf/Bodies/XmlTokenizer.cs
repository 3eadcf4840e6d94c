namespace Breakwater.Waf.Bodies;

/// <summary>What <see cref="XmlTokenizer"/> found.</summary>
internal enum XmlToken
{
    End,
    Text,
    Cdata,
    StartTag,
    EmptyTag,
    EndTag,
    DocumentType,
    Other,
}

/// <summary>
/// The pieces of an XML document (XML 1.0, fifth edition) as they stand, without resolving anything. Never stops before the end: what
/// breaks the rules is taken for what it most looks like and noted in <see cref="IsBroken"/>. Owned by the caller's stack frame.
/// </summary>
internal ref struct XmlTokenizer
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    public XmlTokenizer(ReadOnlySpan<byte> text)
    {
        _text = text;
        _at = 0;
        Content = default;
        IsBroken = false;
        IsUnfinished = false;
    }

    /// <summary>
    /// The piece: text; what is inside of CDATA, a comment or a document type; a tag without its brackets and its slash.
    /// </summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether a piece was not well-formed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the document ends inside of a piece.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>Reads the next piece.</summary>
    public XmlToken Next()
    {
        ReadOnlySpan<byte> rest = _text[_at..];
        if (rest.IsEmpty) return XmlToken.End;
        if (rest[0] != '<')
        {
            int length = rest.IndexOf((byte)'<');
            return Take(XmlToken.Text, 0, length < 0 ? rest.Length : length, 0);
        }

        if (rest.StartsWith("<!--"u8)) return TakeUntil(XmlToken.Other, 4, "-->"u8);
        if (rest.StartsWith("<![CDATA["u8)) return TakeUntil(XmlToken.Cdata, 9, "]]>"u8);
        if (rest.StartsWith("<?"u8)) return TakeUntil(XmlToken.Other, 2, "?>"u8);
        if (rest.StartsWith("<!DOCTYPE"u8)) return TakeDocumentType();
        if (rest.StartsWith("</"u8)) return TakeUntil(XmlToken.EndTag, 2, ">"u8);
        return TakeStartTag();
    }

    private XmlToken Take(XmlToken token, int before, int length, int after)
    {
        Content = _text.Slice(_at + before, length);
        _at += before + length + after;
        return token;
    }

    private XmlToken TakeUntil(XmlToken token, int before, ReadOnlySpan<byte> end)
    {
        ReadOnlySpan<byte> rest = _text[(_at + before)..];
        int length = rest.IndexOf(end);
        IsUnfinished |= length < 0;
        return length < 0 ? Take(token, before, rest.Length, 0) : Take(token, before, length, end.Length);
    }

    private XmlToken TakeStartTag()
    {
        ReadOnlySpan<byte> rest = _text[(_at + 1)..];
        if (rest.IsEmpty || !IsNameStart(rest[0]))
        {
            // A bracket that opens nothing.
            IsBroken = true;
            int next = rest.IndexOf((byte)'<');
            return Take(XmlToken.Text, 0, next < 0 ? rest.Length + 1 : next + 1, 0);
        }

        int end = TagEnd(rest);
        IsUnfinished |= end < 0;
        if (end < 0) return Take(XmlToken.StartTag, 1, rest.Length, 0);
        bool isEmpty = end > 0 && rest[end - 1] == '/';
        return isEmpty ? Take(XmlToken.EmptyTag, 1, end - 1, 2) : Take(XmlToken.StartTag, 1, end, 1);
    }

    private XmlToken TakeDocumentType()
    {
        ReadOnlySpan<byte> rest = _text[_at..];
        int depth = 0;
        for (int i = 9; i < rest.Length; i++)
        {
            byte b = rest[i];
            if (b is (byte)'"' or (byte)'\'')
            {
                int close = rest[(i + 1)..].IndexOf(b);
                if (close < 0) break;
                i += close + 1;
            }
            else if (b == '[')
            {
                depth++;
            }
            else if (b == ']')
            {
                depth--;
            }
            else if (b == '>' && depth <= 0)
            {
                return Take(XmlToken.DocumentType, 9, i - 9, 1);
            }
        }

        IsUnfinished = true;
        return Take(XmlToken.DocumentType, 9, rest.Length - 9, 0);
    }

    /// <summary>The bracket that ends a tag: the first that stands in no quotes; -1 when there is none.</summary>
    private static int TagEnd(ReadOnlySpan<byte> rest)
    {
        int at = 0;
        while (true)
        {
            int next = rest[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (next < 0) return -1;
            at += next;
            if (rest[at] == '>') return at;
            int close = rest[(at + 1)..].IndexOf(rest[at]);
            if (close < 0) return -1;
            at += close + 2;
        }
    }

    /// <summary>Whether a byte can start a name; every byte beyond ASCII may.</summary>
    public static bool IsNameStart(byte b) => char.IsAsciiLetter((char)b) || b is (byte)'_' or (byte)':' or >= 0x80;

    /// <summary>Whether a byte can be part of a name.</summary>
    public static bool IsNameByte(byte b) => IsNameStart(b) || char.IsAsciiDigit((char)b) || b is (byte)'-' or (byte)'.';

    /// <summary>Whether a byte is white space (XML 1.0 §2.3).</summary>
    public static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
}
