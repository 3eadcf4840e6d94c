using static Breakwater.Waf.Operators.Injection.SqlTokenType;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// Folds a value's tokens to at most <see cref="SqlFingerprint.MaxLength"/>: what leaves the shape of a statement as it is goes away, so that
/// <c>1+2+a</c> is a number and <c>UNION ALL</c> one word. Reads on only while there is room, so that a long value ends early. After a rule
/// has changed something, the tokens are looked at again from the first: never more than six, so the time stays linear. Owned by one scan.
/// </summary>
/// <param name="source">Gives the tokens.</param>
/// <param name="tokens">Room for <see cref="Room"/> of them; the first ones are the result.</param>
/// <param name="memory">What was folded before, for long values; null for others.</param>
internal ref partial struct SqlFolding(SqlTokenizer source, Span<SqlToken> tokens, SqlFoldingMemory? memory)
{
    /// <summary>One more than a fingerprint has, which helps to tell what the last one is, and two that a rule looks ahead.</summary>
    public const int Room = 8;

    private const int Most = SqlFingerprint.MaxLength;

    /// <summary>What <see cref="Fold"/> gives instead of the number of tokens that it needs.</summary>
    private const int Folded = 0, FoundEvil = -1;

    private readonly Span<SqlToken> _tokens = tokens;
    private SqlTokenizer _source = source;
    private SqlToken _lastComment;
    private bool _hasMore = true;

    /// <summary>Tokens held.</summary>
    private int _held;

    /// <summary>The first of the tokens that the rules look at.</summary>
    private int _at;

    /// <summary>Tokens read.</summary>
    public readonly int ReadCount => _source.Count;

    /// <inheritdoc cref="SqlTokenizer.IsDialectal"/>
    public readonly bool IsDialectal => _source.IsDialectal;

    private readonly ReadOnlySpan<byte> Text => _source.Text;

    /// <summary>Gives the number of tokens left.</summary>
    public int Run()
    {
        if (!SkipLead()) return 0;
        int wanted = Fold(2);
        if (memory is not null) wanted = FoldBy(memory, wanted);
        while (wanted > 0) wanted = Fold(Read() ? wanted : 2);
        if (wanted == FoundEvil) return _at + 2;
        // A comment counts where nothing follows it.
        if (_held < Most && _lastComment.Type == Comment) _tokens[_held++] = _lastComment;
        return Math.Min(_held, Most);
    }

    /// <summary>The first token that says something: no comment, parenthesis, sign or type's name.</summary>
    private bool SkipLead()
    {
        if (_source.CanSkip) SkipMarks();
        while (_source.TryNext(ref _tokens[0]))
        {
            if (_tokens[0].Type is Comment or LeftParenthesis or SqlType || IsUnary(_tokens[0])) continue;
            _held = 1;
            return true;
        }

        return false;
    }

    /// <summary>Passes over blanks, signs and parentheses, of which a value may have many.</summary>
    private void SkipMarks()
    {
        ReadOnlySpan<byte> text = Text;
        int at = _source.At, count = 0;
        for (; at < text.Length; at++)
        {
            int shape = SqlShape.OfLone(text[at], at + 1 < text.Length ? text[at + 1] : (byte)0);
            if (shape == SqlShape.Blank) continue;
            if (shape is not (SqlShape.Sign or SqlShape.Negation) && text[at] != '(') break;
            count++;
        }

        _source.GoTo(at, count);
    }

    /// <summary>Reads one token more; at the end of the value there is nothing more to fold.</summary>
    private bool Read()
    {
        ref SqlToken token = ref _tokens[_held];
        while (_source.TryNext(ref token))
        {
            if (token.Type != Comment)
            {
                _lastComment.Type = None;
                _held++;
                return true;
            }

            _lastComment = token;
        }

        _hasMore = false;
        _at = _held;
        return false;
    }

    /// <summary>Folds what is held, as far as it goes.</summary>
    /// <param name="wanted">What it gave before; 2 at first, and where the tokens have been changed or the value has ended.</param>
    /// <returns>How many tokens it needs at <see cref="_at"/> to go on, of which one is missing; or what became of it.</returns>
    private int Fold(int wanted)
    {
        bool isPast = wanted == 3;
        while (true)
        {
            if (!isPast)
            {
                if (_held >= Most && IsWholeExpression()) DropExpression();
                if (!_hasMore || _at >= Most) return Folded;
                if (_held - _at < 2)
                {
                    if (_held <= Most) return 2;
                    _at = _held;
                    continue;
                }

                Step step = FoldPair(ref _tokens[_at], ref _tokens[_at + 1]);
                if (step == Step.Evil) return FoundEvil;
                if (step == Step.Again) continue;
            }

            isPast = false;
            if (_held - _at < 3)
            {
                if (_held <= Most) return 3;
                _at = _held;
                continue;
            }

            if (!FoldTriple(ref _tokens[_at], ref _tokens[_at + 1], ref _tokens[_at + 2])) _at++;
        }
    }

    /// <summary>Five tokens that are one value: <c>1 + (1)</c>, <c>n + (n)</c>, <c>1),(1</c>, <c>n)+(n</c>.</summary>
    private readonly bool IsWholeExpression() => _tokens[0].Type is Number or Bareword
        && (_tokens[0].Type, _tokens[1].Type, _tokens[2].Type, _tokens[3].Type, _tokens[4].Type) switch
        {
            (Number, Operation or Comma, LeftParenthesis, Number, RightParenthesis) => true,
            (Bareword, Operation, LeftParenthesis, Bareword or Number, RightParenthesis) => true,
            (Number, RightParenthesis, Comma, LeftParenthesis, Number) => true,
            (Bareword, RightParenthesis, Operation, LeftParenthesis, Bareword) => true,
            _ => false,
        };

    private void DropExpression()
    {
        if (_held > Most) _tokens[1] = _tokens[Most];
        _held = _held > Most ? 2 : 1;
        _at = 0;
    }

    private Step Drop(int count, int goOnAt = 0)
    {
        _held -= count;
        _at = goOnAt;
        return Step.Again;
    }

    private readonly bool IsUnary(in SqlToken token) => token.Type == Operation && token.Length switch
    {
        1 => token.First is (byte)'+' or (byte)'-' or (byte)'!' or (byte)'~',
        2 => token.First == '!' && token.ValueIn(Text)[1] == '!',
        3 => token.Is("NOT"u8, Text),
        _ => false,
    };

    private enum Step
    {
        /// <summary>No rule changed anything.</summary>
        Past,
        Again,
        Evil,
    }
}
