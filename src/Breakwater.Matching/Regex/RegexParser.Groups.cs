using System.Text;

namespace Breakwater.Matching;

internal ref partial struct RegexParser
{
    private RegexNode? ParseGroup(int depth, out bool quantifiable)
    {
        quantifiable = true;
        int start = _pos++;
        if (depth >= MaxNesting)
            return Fail(start, $"Groups nest more than {MaxNesting} deep. Take the pattern apart.");
        if (Current == '*' && !_rust)
            return Fail(start, "Verbs such as (*UTF8) are not supported. Remove it; patterns always work on bytes.");
        if (Current != '?')
            return ParseCapture(start, depth, null);

        _pos++;
        if (_rust && (At("="u8) || At("!"u8) || At("<="u8) || At("<!"u8)))
            return Fail(start, "Lookaround is not part of this dialect. Split the expression in two, as in: a matches … and not a matches …");
        if (Skip("P<"u8) || (Skip("<"u8) && _rust))
            return ParseNamed(start, depth, '>');
        if (!_rust && ParsePcreGroup(start, depth, ref quantifiable, out var node))
            return node;
        return ParseFlags(start, depth, out quantifiable);
    }

    /// <summary>The groups that only PCRE has; false when this is none of them.</summary>
    private bool ParsePcreGroup(int start, int depth, ref bool quantifiable, out RegexNode? node)
    {
        if (_pos > start + 2)
            node = Current is '=' or '!' ? ParseLookaround(start, depth, ahead: false) : ParseNamed(start, depth, '>');
        else if (Current is '=' or '!')
            node = ParseLookaround(start, depth, ahead: true);
        else if (Skip("'"u8))
            node = ParseNamed(start, depth, '\'');
        else if (Skip(">"u8))
            node = ParseAtomic(start, depth);
        else if (Skip("#"u8))
            node = SkipComment(start, out quantifiable);
        else if (Current is '|' or '(' or '&' or 'R' or 'P' or 'C' or >= '0' and <= '9' || Current is '+' or '-' && _pos + 1 < _pattern.Length && _pattern[_pos + 1] is >= (byte)'0' and <= (byte)'9')
            node = Fail(start, "Recursion, conditions, callouts and branch reset are not supported: they cannot run in linear time. Write the parts out.");
        else
            return (node = null) is not null;
        return true;
    }

    private CaptureNode? ParseCapture(int start, int depth, string? name)
    {
        int index = _groupNames.Count;
        _groupNames.Add(name);
        return ParseBody(start, depth) is { } body ? new CaptureNode(body, index) : null;
    }

    private RegexNode? ParseNamed(int start, int depth, char close)
    {
        int from = _pos;
        while (!AtEnd && Current != close && IsNameByte(Current, _pos == from))
            _pos++;
        if (_pos == from || Current != close)
            return Fail(from, $"A group's name starts with a letter or an underscore, goes on with letters, digits and underscores, and ends with '{close}'.");
        string name = Encoding.ASCII.GetString(_pattern[from.._pos]);
        _pos++;
        if (_groupNames.Contains(name))
            return Fail(from, $"There is already a group named '{name}'. Choose another name.");
        return ParseCapture(start, depth, name);
    }

    private readonly bool IsNameByte(int value, bool first) =>
        first ? value < 0x80 && ByteSet.Word.Contains(value) && !ByteSet.Digit.Contains(value)
        : ByteSet.Word.Contains(value) || _rust && value is '.' or '[' or ']';

    /// <summary>The inside of a group, and its ')'.</summary>
    private RegexNode? ParseBody(int start, int depth)
    {
        var body = ParseAlternation(depth + 1);
        if (body is null)
            return null;
        if (Current != ')')
            return Fail(start, @"This group is not closed. Add a ')', or write \( to match the parenthesis as it stands.");
        _pos++;
        return body;
    }

    private RegexNode? ParseLookaround(int start, int depth, bool ahead)
    {
        bool negative = Current == '!';
        _pos++;
        int groups = _groupNames.Count;
        var body = ParseBody(start, depth);
        if (body is null)
            return null;
        if (_groupNames.Count > groups)
            return Fail(start, "Capturing groups inside a lookaround are not supported. Write (?:…) instead.");
        return new LookaroundNode(body, ahead, negative);
    }

    private RegexNode? ParseAtomic(int start, int depth)
    {
        var body = ParseBody(start, depth);
        return body switch
        {
            null => null,
            SetNode => body,
            RepeatNode { Greedy: true } repeat => Possessive(repeat.Item, repeat.Min, repeat.Max, start),
            _ => Possessive(body, 1, 1, start),
        };
    }

    private RegexNode? SkipComment(int start, out bool quantifiable)
    {
        quantifiable = false;
        int end = _pattern[_pos..].IndexOf((byte)')');
        if (end < 0)
            return Fail(start, "This comment is not closed. Add a ')'.");
        _pos += end + 1;
        return EmptyNode.Instance;
    }

    /// <summary>Reads <c>(?flags)</c>, which holds to the end of the enclosing group, or <c>(?flags:…)</c>.</summary>
    private RegexNode? ParseFlags(int start, int depth, out bool quantifiable)
    {
        quantifiable = true;
        var flags = _flags;
        bool on = true;
        int first = _pos;
        if (!_rust && Current == '^')
        {
            flags &= ~(Flags.IgnoreCase | Flags.DotAll | Flags.MultiLine | Flags.Extended);
            _pos++;
        }
        for (; ; _pos++)
        {
            if (AtEnd)
                return Fail(start, "This group is not closed. Add a ')'.");
            switch (Current)
            {
                case '-' when on:
                    on = false;
                    continue;
                case ')' when _pos > first && _pattern[_pos - 1] != '-':
                    _pos++;
                    _flags = flags;
                    quantifiable = false;
                    return EmptyNode.Instance;
                case ':' when _pos == first || _pattern[_pos - 1] != '-' || !_rust:
                    _pos++;
                    var outer = _flags;
                    _flags = flags;
                    var body = ParseBody(start, depth);
                    _flags = outer;
                    return body;
                case 'u' when _rust && !on:
                    continue;
                case 'u' when _rust:
                    return Fail(_pos, "Unicode mode is not supported: patterns work on bytes. Remove the 'u'; a character outside ASCII matches its UTF-8 bytes.");
            }
            if (FlagOf(Current) is not { } flag)
                return Fail(_pos, _rust
                    ? "Unknown flag. The flags are i, m, s, x, U and R, as in (?i) or (?i-s:…)."
                    : "Unknown flag or kind of group. The flags are i, m, s, x and U, as in (?i) or (?i-s:…).");
            flags = on ? flags | flag : flags & ~flag;
        }
    }

    private readonly Flags? FlagOf(int value) => value switch
    {
        'i' => Flags.IgnoreCase,
        'm' => Flags.MultiLine,
        's' => Flags.DotAll,
        'x' => Flags.Extended,
        'U' => Flags.SwapGreed,
        'R' when _rust => Flags.Crlf,
        _ => null,
    };
}
