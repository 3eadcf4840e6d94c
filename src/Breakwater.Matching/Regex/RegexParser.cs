using System.Text;
using System.Text.Unicode;

namespace Breakwater.Matching;

/// <summary>What a parser makes of a pattern. Immutable.</summary>
/// <param name="Root">The pattern, without the implied group 0.</param>
/// <param name="GroupNames">A name or null for each group; group 0 is the whole match.</param>
internal sealed record ParsedRegex(RegexNode Root, IReadOnlyList<string?> GroupNames);

/// <summary>
/// Reads a pattern of either dialect into <see cref="RegexNode"/>s. Never throws, whatever the pattern; time and depth are bounded.
/// The Rust dialect follows the syntax chapter of the <c>regex</c> crate's documentation (Unicode mode off), the PCRE dialect
/// pcre2pattern(3) without UTF. What no linear-time engine can do (backreferences, recursion) is refused with a sentence that says so.
/// </summary>
internal ref partial struct RegexParser
{
    /// <summary>How deep groups and classes may nest.</summary>
    private const int MaxNesting = 250;

    /// <summary>How high a tree may grow by repeats of repeats.</summary>
    private const int MaxHeight = 1000;

    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ByteRegexOptions _options;
    private readonly bool _rust;
    private readonly List<string?> _groupNames = [null];
    private readonly List<BackreferenceNode> _backreferences = [];
    private int _firstBackreference;
    private Flags _flags;
    private int _pos;
    private ByteRegexError? _error;

    private RegexParser(ReadOnlySpan<byte> pattern, ByteRegexOptions options)
    {
        _pattern = pattern;
        _options = options;
        _rust = options.Dialect == RegexDialect.Rust;
        _flags = (options.IgnoreCase ? Flags.IgnoreCase : 0)
            | (options.DotMatchesNewLine ? Flags.DotAll : 0)
            | (options.MultiLine ? Flags.MultiLine : 0);
    }

    [Flags]
    private enum Flags : byte
    {
        IgnoreCase = 1,
        DotAll = 2,
        MultiLine = 4,
        Extended = 8,
        SwapGreed = 16,
        Crlf = 32,
    }

    private readonly bool AtEnd => _pos >= _pattern.Length;

    private readonly int Current => _pos < _pattern.Length ? _pattern[_pos] : -1;

    public static ParsedRegex? Parse(ReadOnlySpan<byte> pattern, ByteRegexOptions options, out ByteRegexError error)
    {
        var parser = new RegexParser(pattern, options);
        RegexNode? root = null;
        if (parser._rust && !Utf8.IsValid(pattern))
            parser.Fail(InvalidUtf8Offset(pattern), @"The pattern is not valid UTF-8. Write a single byte as \xHH.");
        else
            root = parser.ParseAlternation(0);
        if (root is not null && !parser.AtEnd)
        {
            root = null;
            parser.Fail(parser._pos, @"This ')' closes no group. Write \) to match it as it stands.");
        }
        if (root is not null && parser._backreferences.Count > 0)
            root = WordReferences.Replace(root, parser._backreferences) ?? parser.Fail(parser._firstBackreference, BackreferenceMessage);
        error = parser._error ?? default;
        return root is null ? null : new ParsedRegex(root, parser._groupNames);
    }

    private static int InvalidUtf8Offset(ReadOnlySpan<byte> text)
    {
        int pos = 0;
        while (pos < text.Length && Rune.DecodeFromUtf8(text[pos..], out _, out int used) == System.Buffers.OperationStatus.Done)
            pos += used;
        return pos;
    }

    private readonly bool Has(Flags flag) => (_flags & flag) != 0;

    private readonly bool At(ReadOnlySpan<byte> text) => _pattern[_pos..].StartsWith(text);

    private bool Skip(ReadOnlySpan<byte> text)
    {
        if (!At(text))
            return false;
        _pos += text.Length;
        return true;
    }

    /// <summary>Notes the first error; always null, so that callers can return it.</summary>
    private RegexNode? Fail(int offset, string message)
    {
        _error ??= new ByteRegexError(offset, message);
        return null;
    }

    /// <summary>Parses up to the end or to the ')' that closes the group at hand; flags set inside end with it.</summary>
    private RegexNode? ParseAlternation(int depth)
    {
        var outer = _flags;
        List<RegexNode>? branches = null;
        List<RegexNode> items = [];
        while (true)
        {
            SkipExtended();
            if (AtEnd || Current == ')')
                break;
            if (Current == '|')
            {
                _pos++;
                (branches ??= []).Add(Concat(items));
                items = [];
                continue;
            }
            int start = _pos;
            var atom = ParseAtom(depth, out bool quantifiable);
            if (atom is null)
                return null;
            if (quantifiable)
            {
                atom = ParseQuantifiers(atom, start);
                if (atom is null)
                    return null;
                items.Add(atom);
            }
            else if (!ReferenceEquals(atom, EmptyNode.Instance))
            {
                items.Add(atom);
            }
        }
        _flags = outer;
        if (branches is null)
            return Checked(Concat(items));
        branches.Add(Concat(items));
        return Checked(Alternate(branches));
    }

    private RegexNode? Checked(RegexNode node) =>
        node.Height <= MaxHeight ? node : Fail(Math.Min(_pos, _pattern.Length), "The pattern nests too deeply. Take groups or repeats apart.");

    private static RegexNode Concat(List<RegexNode> items) => items.Count switch
    {
        0 => EmptyNode.Instance,
        1 => items[0],
        _ => new ConcatNode([.. items]),
    };

    /// <summary>Alternatives of one byte each that stand side by side become one set: which of them matched does not matter.</summary>
    private static RegexNode Alternate(List<RegexNode> branches)
    {
        List<RegexNode> merged = [];
        foreach (var branch in branches)
        {
            if (branch is SetNode set && merged.Count > 0 && merged[^1] is SetNode last)
                merged[^1] = new SetNode(last.Set | set.Set);
            else
                merged.Add(branch);
        }
        return merged.Count == 1 ? merged[0] : new AlternateNode([.. merged]);
    }

    /// <summary>In extended mode, skips white space and comments.</summary>
    private void SkipExtended()
    {
        while (Has(Flags.Extended) && !AtEnd)
        {
            if (ByteSet.Space.Contains(Current))
            {
                _pos++;
            }
            else if (Current == '#')
            {
                int end = _pattern[_pos..].IndexOf((byte)'\n');
                _pos = end < 0 ? _pattern.Length : _pos + end + 1;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>One unit that a quantifier could follow; flag settings and comments give the empty node and take none.</summary>
    private RegexNode? ParseAtom(int depth, out bool quantifiable)
    {
        quantifiable = true;
        int start = _pos;
        byte value = _pattern[_pos];
        switch ((char)value)
        {
            case '(':
                return ParseGroup(depth, out quantifiable);
            case '[':
                return ParseClass(0, out var set) ? new SetNode(set) : null;
            case '\\':
                return ParseEscapedAtom(out quantifiable);
            case '.':
                _pos++;
                return new SetNode(Has(Flags.DotAll) ? ByteSet.All : NotNewline());
            case '^':
                _pos++;
                return new LookNode(new Look(LineStart()));
            case '$':
                _pos++;
                return Dollar();
            case '*' or '+' or '?':
                return Fail(start, $"There is nothing before this '{(char)value}' to repeat. Write \\{(char)value} to match it as it stands.");
            case '{' when _rust || IsPcreCount(_pos):
                return Fail(start, @"There is nothing before this '{' to repeat. Write \{ to match it as it stands.");
        }
        return ParseLiteral();
    }

    private readonly LookKind LineStart() =>
        !Has(Flags.MultiLine) ? LookKind.StartText
        : !_rust ? LookKind.StartLineNotAtEnd
        : Has(Flags.Crlf) ? LookKind.StartLineCrlf
        : LookKind.StartLine;

    private readonly RegexNode Dollar() =>
        Has(Flags.MultiLine) ? new LookNode(new Look(Has(Flags.Crlf) ? LookKind.EndLineCrlf : LookKind.EndLine))
        : _rust || _options.DollarEndOnly ? new LookNode(new Look(LookKind.EndText))
        : EndOrFinalNewline();

    /// <summary>PCRE's <c>\Z</c>: at the end, or before a newline that is the last byte.</summary>
    private static LookaroundNode EndOrFinalNewline() =>
        new(new ConcatNode([new RepeatNode(new SetNode(ByteSet.Of('\n')), 0, 1, true), new LookNode(new Look(LookKind.EndText))]), true, false);

    private readonly ByteSet NotNewline() => ~(Has(Flags.Crlf) ? ByteSet.Of('\n') | ByteSet.Of('\r') : ByteSet.Of('\n'));

    private RegexNode? ParseLiteral()
    {
        int start = _pos;
        if (!_rust || _pattern[_pos] < 0x80)
            return Byte(_pattern[_pos++]);
        Rune.DecodeFromUtf8(_pattern[_pos..], out var rune, out int used);
        _pos += used;
        return Character(rune, start);
    }

    private readonly SetNode Byte(int value) => new(Has(Flags.IgnoreCase) ? ByteSet.Of(value).FoldCase() : ByteSet.Of(value));

    /// <summary>A character outside ASCII, in the Rust dialect: the bytes of its UTF-8 form.</summary>
    private RegexNode? Character(Rune rune, int start)
    {
        if (rune.IsAscii)
            return Byte(rune.Value);
        if (Has(Flags.IgnoreCase))
            return Fail(start, "Letters outside ASCII have no upper and lower case here (Unicode mode is off). Set (?-i) around it.");
        Span<byte> utf8 = stackalloc byte[4];
        int length = rune.EncodeToUtf8(utf8);
        var items = new RegexNode[length];
        for (int i = 0; i < length; i++)
            items[i] = new SetNode(ByteSet.Of(utf8[i]));
        return new ConcatNode(items);
    }
}
