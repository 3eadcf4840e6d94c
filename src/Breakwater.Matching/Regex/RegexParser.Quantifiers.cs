namespace Breakwater.Matching;

internal ref partial struct RegexParser
{
    /// <summary>PCRE's own bound for a count. Rust's is 2^32 - 1; what is too large for the program is refused when it is compiled.</summary>
    private const int MaxPcreCount = 65535;

    private enum Greed : byte
    {
        Greedy,
        Lazy,
        Possessive,
    }

    private RegexNode? ParseQuantifiers(RegexNode atom, int start)
    {
        while (true)
        {
            SkipExtended();
            int at = _pos;
            if (!ParseCount(out int min, out int max))
                return _error is null ? atom : null;
            var greed = Has(Flags.SwapGreed) ? Greed.Lazy : Greed.Greedy;
            if (Current == '?')
            {
                _pos++;
                greed = Has(Flags.SwapGreed) ? Greed.Greedy : Greed.Lazy;
            }
            else if (!_rust && Current == '+')
            {
                _pos++;
                greed = Greed.Possessive;
            }
            var repeated = greed == Greed.Possessive ? Possessive(atom, min, max, start) : Repeat(atom, min, max, greed == Greed.Greedy);
            if (repeated is null || Checked(repeated) is null)
                return null;
            if (repeated.Size > _options.MaxProgramBytes / RegexProgram.InstructionBytes)
                return Fail(at, TooLarge(_options.MaxProgramBytes));
            atom = repeated;
            if (!_rust)
                return atom;
        }
    }

    internal static string TooLarge(int limit) =>
        $"With its repeats written out the pattern takes more than {limit:N0} bytes. Use smaller counts, or + and *.";

    private static RegexNode Repeat(RegexNode atom, int min, int max, bool greedy) =>
        max == 0 || atom is EmptyNode ? EmptyRepeat(atom)
        : min == 1 && max == 1 ? atom
        : new RepeatNode(atom, min, max, greedy);

    /// <summary>A group repeated zero times still counts as a group.</summary>
    private static RegexNode EmptyRepeat(RegexNode atom) => atom is EmptyNode ? atom : new RepeatNode(atom, 0, 0, true);

    /// <summary>
    /// A possessive repeat of a single set takes as much as there is and gives nothing back. That is the same as a greedy one followed by
    /// "the next byte is not in the set", except where its upper bound ended it, and needs no backtracking.
    /// </summary>
    private RegexNode? Possessive(RegexNode atom, int min, int max, int start)
    {
        if (SingleSet(atom) is not { } set)
        {
            return Fail(start, "Possessive quantifiers and atomic groups are supported around a single character or class only. "
                + "Drop the extra '+' where the text after it cannot begin like the repeated part; the engine is linear without it.");
        }
        if (min == max)
            return Repeat(atom, min, max, true);
        var end = new LookNode(new Look(LookKind.NextNotIn, set));
        if (max == RepeatNode.Infinite)
            return new ConcatNode([Repeat(atom, min, max, true), end]);
        return new AlternateNode([Repeat(atom, max, max, true), new ConcatNode([Repeat(atom, min, max - 1, true), end])]);
    }

    private static ByteSet? SingleSet(RegexNode node) => node switch
    {
        SetNode set => set.Set,
        _ => null,
    };

    /// <summary>Reads one quantifier without its greed; false when there is none, or with an error noted.</summary>
    private bool ParseCount(out int min, out int max)
    {
        (min, max) = (0, RepeatNode.Infinite);
        switch (Current)
        {
            case '*':
                _pos++;
                return true;
            case '+':
                _pos++;
                min = 1;
                return true;
            case '?':
                _pos++;
                max = 1;
                return true;
            case '{' when _rust || IsPcreCount(_pos):
                return ParseBraces(out min, out max);
            default:
                return false;
        }
    }

    private bool ParseBraces(out int min, out int max)
    {
        int start = _pos++;
        min = max = 0;
        SkipExtended();
        if (!ParseNumber(ref min))
        {
            Fail(start, @"A count is written {n}, {n,} or {n,m}. Write \{ to match the brace as it stands.");
            return false;
        }
        SkipExtended();
        max = min;
        if (Current == ',')
        {
            _pos++;
            SkipExtended();
            if (Current == '}')
                max = RepeatNode.Infinite;
            else if (!ParseNumber(ref max))
                max = -1;
            SkipExtended();
        }
        if (max < 0 || Current != '}')
        {
            Fail(start, @"A count is written {n}, {n,} or {n,m}. Write \{ to match the brace as it stands.");
            return false;
        }
        _pos++;
        if (max < min)
            Fail(start, "The count's upper bound is below its lower bound. Swap them.");
        else if (!_rust && (min > MaxPcreCount || max != RepeatNode.Infinite && max > MaxPcreCount))
            Fail(start, $"A count may not exceed {MaxPcreCount}.");
        return _error is null;
    }

    /// <summary>Reads digits; a number beyond what fits saturates just below "infinite".</summary>
    private bool ParseNumber(ref int value)
    {
        int start = _pos;
        long number = 0;
        while (Current is >= '0' and <= '9')
            number = Math.Min(number * 10 + _pattern[_pos++] - '0', RepeatNode.Infinite - 1);
        value = (int)number;
        return _pos > start;
    }

    /// <summary>PCRE takes a '{' that opens no count as a character.</summary>
    private readonly bool IsPcreCount(int pos)
    {
        int digits = ++pos;
        while (pos < _pattern.Length && _pattern[pos] is >= (byte)'0' and <= (byte)'9')
            pos++;
        if (pos == digits)
            return false;
        if (pos < _pattern.Length && _pattern[pos] == ',')
        {
            pos++;
            while (pos < _pattern.Length && _pattern[pos] is >= (byte)'0' and <= (byte)'9')
                pos++;
        }
        return pos < _pattern.Length && _pattern[pos] == '}';
    }
}
