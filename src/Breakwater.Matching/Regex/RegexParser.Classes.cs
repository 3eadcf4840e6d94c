namespace Breakwater.Matching;

internal ref partial struct RegexParser
{
    private bool ParseClass(int nesting, out ByteSet set) => _rust ? ParseRustClass(nesting, out set) : ParsePcreClass(out set);

    private readonly ByteSet Folded(ByteSet set) => Has(Flags.IgnoreCase) ? set.FoldCase() : set;

    private bool Refuse(int offset, string message)
    {
        Fail(offset, message);
        return false;
    }

    /// <summary>
    /// <c>[…]</c> of the Rust dialect: classes nest, and <c>&amp;&amp;</c> (both), <c>--</c> (first but not second) and <c>~~</c> (one of
    /// the two) combine what stands left with what stands right, from left to right.
    /// </summary>
    private bool ParseRustClass(int nesting, out ByteSet result)
    {
        int start = _pos++;
        result = default;
        if (nesting >= MaxNesting)
            return Refuse(start, $"Classes nest more than {MaxNesting} deep. Take the class apart.");
        SkipExtended();
        bool negate = Skip("^"u8);
        SkipExtended();
        ByteSet left = default, items = default;
        char operation = '\0';
        bool any = false;
        while (Skip("-"u8))
        {
            items |= ByteSet.Of('-');
            any = true;
            SkipExtended();
        }
        if (!any && Skip("]"u8))
            items |= ByteSet.Of(']');
        while (true)
        {
            SkipExtended();
            if (AtEnd)
                return Refuse(start, @"This class is not closed. Add a ']', or write \[ to match the bracket as it stands.");
            if (Skip("]"u8))
                break;
            if (At("&&"u8) || At("--"u8) || At("~~"u8))
            {
                left = Combine(operation, left, Folded(items));
                operation = (char)_pattern[_pos];
                items = default;
                _pos += 2;
                continue;
            }
            ByteSet item;
            if (Current == '[')
            {
                if (!ParsePosix(out item) && (_error is not null || !ParseRustClass(nesting + 1, out item)))
                    return false;
            }
            else if (!ParseRange(start, out item))
            {
                return false;
            }
            items |= item;
        }
        result = Folded(Combine(operation, left, Folded(items)));
        if (negate)
            result = ~result;
        return true;
    }

    private static ByteSet Combine(char operation, ByteSet left, ByteSet right) => operation switch
    {
        '&' => left & right,
        '-' => left & ~right,
        '~' => left ^ right,
        _ => right,
    };

    /// <summary>A single member of a class, or a range of two.</summary>
    private bool ParseRange(int classStart, out ByteSet set)
    {
        int start = _pos;
        set = default;
        if (!ParseMember(out int low, out var members))
            return false;
        SkipClassSpace();
        int next = _pos + 1 < _pattern.Length ? _pattern[_pos + 1] : -1;
        bool range = Current == '-' && next != ']' && !(_rust && next == '-') && next >= 0;
        if (!range)
        {
            set = low >= 0 ? ByteSet.Of(low) : members;
            return true;
        }
        if (low < 0)
        {
            if (_rust)
                return Refuse(start, @"A range goes from one character to another; a class such as \d cannot be its bound. Write \- for the hyphen.");
            set = members;
            return true;
        }
        _pos++;
        SkipClassSpace();
        if (AtEnd)
            return Refuse(classStart, @"This class is not closed. Add a ']', or write \[ to match the bracket as it stands.");
        if (!_rust && (At("[:"u8) || At(@"\Q"u8) || At(@"\E"u8)))
        {
            set = ByteSet.Of(low) | ByteSet.Of('-');
            return true;
        }
        if (!ParseMember(out int high, out members))
            return false;
        if (high < 0)
        {
            if (_rust)
                return Refuse(start, @"A range goes from one character to another; a class such as \d cannot be its bound. Write \- for the hyphen.");
            set = ByteSet.Of(low) | ByteSet.Of('-') | members;
            return true;
        }
        if (high < low)
            return Refuse(start, @"This range is empty: it ends before it starts. Swap its ends, or write \- for a hyphen.");
        set = ByteSet.Range(low, high);
        return true;
    }

    /// <summary>Extended mode reaches into a class in the Rust dialect only.</summary>
    private void SkipClassSpace()
    {
        if (_rust)
            SkipExtended();
    }

    /// <summary>One member: a byte, or (with -1 in <paramref name="value"/>) what an escape stands for.</summary>
    private bool ParseMember(out int value, out ByteSet set)
    {
        set = default;
        value = -1;
        int start = _pos;
        if (Current == '\\')
        {
            if (!ParseEscape(inClass: true, out var escape))
                return false;
            if (escape.Set is { } members)
            {
                set = members;
                return true;
            }
            if (escape.Character is not { } rune)
            {
                value = escape.Byte;
                return true;
            }
            value = rune.Value;
        }
        else
        {
            value = _pattern[_pos++];
        }
        if (_rust && value >= 0x80)
            return Refuse(start, @"A class holds single bytes; this character is several in UTF-8. Write an alternation such as (?:é|ü), or \xHH for a byte.");
        return true;
    }

    private static ReadOnlySpan<byte> PosixNames => "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit"u8;

    /// <summary>Reads <c>[:name:]</c> inside a class; false when it is none.</summary>
    private bool ParsePosix(out ByteSet set)
    {
        set = default;
        if (!At("[:"u8))
            return false;
        int start = _pos;
        int end = _pattern[(_pos + 2)..].IndexOf(":]"u8);
        if (end < 0)
            return false;
        var name = _pattern.Slice(_pos + 2, end);
        bool negate = name.StartsWith("^"u8);
        if (negate)
            name = name[1..];
        foreach (byte letter in name)
        {
            if (letter is < (byte)'a' or > (byte)'z')
                return false;
        }
        if (Posix(name) is not { } members)
        {
            if (!_rust)
                Fail(start, $"There is no class of this name. The names are {System.Text.Encoding.ASCII.GetString(PosixNames)}.");
            return false;
        }
        _pos += end + 4;
        set = negate ? ~members : members;
        return true;
    }

    private static ByteSet? Posix(ReadOnlySpan<byte> name)
    {
        var lower = ByteSet.Range('a', 'z');
        var upper = ByteSet.Range('A', 'Z');
        var alnum = lower | upper | ByteSet.Digit;
        if (name.SequenceEqual("alnum"u8))
            return alnum;
        if (name.SequenceEqual("alpha"u8))
            return lower | upper;
        if (name.SequenceEqual("ascii"u8))
            return ByteSet.Range(0, 0x7F);
        if (name.SequenceEqual("blank"u8))
            return ByteSet.Of('\t') | ByteSet.Of(' ');
        if (name.SequenceEqual("cntrl"u8))
            return ByteSet.Range(0, 0x1F) | ByteSet.Of(0x7F);
        if (name.SequenceEqual("digit"u8))
            return ByteSet.Digit;
        if (name.SequenceEqual("graph"u8))
            return ByteSet.Range('!', '~');
        if (name.SequenceEqual("lower"u8))
            return lower;
        if (name.SequenceEqual("print"u8))
            return ByteSet.Range(' ', '~');
        if (name.SequenceEqual("punct"u8))
            return ByteSet.Range('!', '~') & ~alnum;
        if (name.SequenceEqual("space"u8))
            return ByteSet.Space;
        if (name.SequenceEqual("upper"u8))
            return upper;
        if (name.SequenceEqual("word"u8))
            return ByteSet.Word;
        if (name.SequenceEqual("xdigit"u8))
            return ByteSet.Digit | ByteSet.Range('a', 'f') | ByteSet.Range('A', 'F');
        return null;
    }

    /// <summary><c>[…]</c> of PCRE: no nesting, a ']' that comes first is a member, and so is a '[' that opens no POSIX class.</summary>
    private bool ParsePcreClass(out ByteSet result)
    {
        int start = _pos++;
        result = default;
        bool negate = Skip("^"u8);
        var items = ByteSet.Empty;
        if (Skip("]"u8))
        {
            _pos--;
            if (!ParsePcreItem(start, ref items))
                return false;
        }
        while (!AtEnd && Current != ']')
        {
            if (!ParsePcreItem(start, ref items))
                return false;
        }
        if (AtEnd)
            return Refuse(start, @"This class is not closed. Add a ']', or write \[ to match the bracket as it stands.");
        _pos++;
        result = Folded(items);
        if (negate)
            result = ~result;
        return true;
    }

    private bool ParsePcreItem(int start, ref ByteSet items)
    {
        ByteSet item;
        if (Skip(@"\E"u8))
            return true;
        if (Skip(@"\Q"u8))
        {
            while (!AtEnd && !Skip(@"\E"u8))
                items |= ByteSet.Of(_pattern[_pos++]);
            return true;
        }
        if (Current == '[' && ParsePosix(out item))
        {
            items |= item;
            return true;
        }
        if (_error is not null || !ParseRange(start, out item))
            return false;
        items |= item;
        return true;
    }
}
