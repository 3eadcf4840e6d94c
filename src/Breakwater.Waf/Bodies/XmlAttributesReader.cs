namespace Breakwater.Waf.Bodies;

/// <summary>Walks the attributes of a start tag: <c>name a="1" b='2'</c>. Owned by the caller's stack frame.</summary>
internal ref struct XmlAttributesReader
{
    private ReadOnlySpan<byte> _rest;

    public XmlAttributesReader(ReadOnlySpan<byte> tag)
    {
        int name = 0;
        while (name < tag.Length && XmlTokenizer.IsNameByte(tag[name])) name++;
        TagName = tag[..name];
        _rest = tag[name..];
        Name = default;
        Value = default;
        IsBroken = name < tag.Length && !XmlTokenizer.IsBlank(tag[name]);
    }

    /// <summary>The element's name.</summary>
    public ReadOnlySpan<byte> TagName { get; }

    /// <summary>The attribute's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The attribute's value as it is written, without its quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether something was not well-formed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next attribute. What is none ends the walk, with the rest as a value without a name.</summary>
    public bool MoveNext()
    {
        _rest = TrimStart(_rest);
        if (_rest.IsEmpty) return false;
        int name = 0;
        while (name < _rest.Length && XmlTokenizer.IsNameByte(_rest[name])) name++;
        ReadOnlySpan<byte> after = TrimStart(_rest[name..]);
        if (name > 0 && after is [(byte)'=', ..])
        {
            ReadOnlySpan<byte> quoted = TrimStart(after[1..]);
            if (quoted is [(byte)'"' or (byte)'\'', ..])
            {
                int end = quoted[1..].IndexOf(quoted[0]);
                IsBroken |= end < 0;
                Name = _rest[..name];
                Value = end < 0 ? quoted[1..] : quoted.Slice(1, end);
                _rest = end < 0 ? default : quoted[(end + 2)..];
                return true;
            }
        }

        IsBroken = true;
        Name = default;
        Value = _rest;
        _rest = default;
        return true;
    }

    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && XmlTokenizer.IsBlank(text[at])) at++;
        return text[at..];
    }
}
