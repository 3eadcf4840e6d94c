using static Breakwater.Waf.Operators.Injection.SqlTokenType;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>The rules, by the type of the token on the left.</summary>
internal ref partial struct SqlFolding
{
    private Step FoldPair(ref SqlToken left, ref SqlToken right)
    {
        switch (left.Type)
        {
            case Literal when right.Type == Literal:
            case Semicolon when right.Type == Semicolon:
                return Drop(1, _at);
            // Transact-SQL's statement; elsewhere IF is a function.
            case Semicolon when right.Type == Function && right.Length > 1 && right.ValueIn(Text)[..2] is [(byte)'I' or (byte)'i', (byte)'F' or (byte)'f']:
                right.Type = TransactSql;
                return Step.Again;
            case LeftParenthesis when right.Type == LeftParenthesis:
            case RightParenthesis when right.Type == RightParenthesis:
            case Operation or Logic when right.Type == SqlType || IsUnary(right):
                return Drop(1);
            case LeftParenthesis when IsUnary(right):
            case Keyword or Bareword or Operation or Union or Function or Expression or TransactSql or SqlType when Joins(ref left, right):
                return Drop(1, Math.Max(_at - 1, 0));
            case Bareword or Variable when right.Type == LeftParenthesis && IsNameOrFunction(left):
                left.Type = Function;
                return Step.Again;
            case Keyword when left.Is("IN"u8, Text) || left.Is("NOT IN"u8, Text):
                left.Type = right.Type == LeftParenthesis ? Operation : Bareword;
                return Step.Again;
            case Operation when left.Is("LIKE"u8, Text) || left.Is("NOT LIKE"u8, Text):
                if (right.Type == LeftParenthesis) left.Type = Function;
                return Step.Past;
            case SqlType when right.Type is Bareword or Number or SqlType or LeftParenthesis or Function or Variable or Literal:
                left = right;
                return Drop(1);
            // There are too many collations to know; their names have an underscore.
            case Collate when right.Type == Bareword:
                if (HasUnderscore(right))
                {
                    right.Type = SqlType;
                    _at = 0;
                }

                return Step.Past;
            // To Transact-SQL \%1 is 0 % 1, and \1 is 1.
            case Backslash when IsArithmetic(right):
                left.Type = Number;
                _at = 0;
                return Step.Again;
            case Backslash:
                left = right;
                return Drop(1);
            // {``.``.id} is a name to MySQL; else what ODBC writes: {name value}.
            case LeftBrace when right is { Type: Bareword, Length: 0 }:
                right.Type = Evil;
                return Step.Evil;
            case LeftBrace when right.Type == Bareword:
                return Drop(2);
            default:
                return right.Type == RightBrace ? Drop(1) : Step.Past;
        }
    }

    private bool FoldTriple(ref SqlToken left, ref SqlToken middle, ref SqlToken right)
    {
        switch (left.Type, middle.Type, right.Type)
        {
            case (Number or Bareword, Operation, Number or Bareword):
            case (Variable, Operation, Variable or Number or Bareword):
            case (Operation, not LeftParenthesis, Operation):
            case (Logic, _, Logic):
            case (Number or Bareword or Literal or Variable, Comma, Number or Bareword or Literal or Variable):
            case (Bareword, Dot, Bareword):
            case (Number or Bareword or Literal or Variable, Operation, SqlType) when middle.ValueIn(Text).SequenceEqual("::"u8):
                Drop(2);
                return true;
            // 1,-1 is 1, like 1,1: the comma goes too, so that the rule of the comma sees the number before it.
            case (Comma, Operation, Number or Bareword or Literal or Variable) when IsUnary(middle):
                middle = right;
                Drop(3);
                return true;
            case (Expression or Group or Comma, Operation, LeftParenthesis) when IsUnary(middle):
            case (Expression or Group or Keyword, Operation, Number or Bareword or Literal or Variable or Function) when IsUnary(middle):
            case (Comma, Operation, Function) when IsUnary(middle):
            case (Expression, Dot, Bareword):
                middle = right;
                Drop(1);
                return true;
            // USER() is a function, USER(a) is none.
            case (Function, LeftParenthesis, not RightParenthesis) when left.Is("USER"u8, Text):
                left.Type = Bareword;
                return false;
            default:
                return false;
        }
    }

    /// <summary>Two words that are known as a phrase become one token.</summary>
    private readonly bool Joins(ref SqlToken left, in SqlToken right) =>
        SqlWords.Shared.LeadsPhrase(left.Word)
        && right.Type is Keyword or Bareword or Operation or Union or Function or Expression or TransactSql or SqlType or Logic
        && IsPhrase(ref left, right);

    private readonly bool IsPhrase(ref SqlToken left, in SqlToken right)
    {
        int length = left.Length + 1 + right.Length;
        if (length > SqlToken.MaxLength) return false;
        Span<byte> words = stackalloc byte[length];
        left.ValueIn(Text).CopyTo(words);
        words[left.Length] = (byte)' ';
        right.ValueIn(Text).CopyTo(words[(left.Length + 1)..]);
        short phrase = SqlWords.Shared.Find(words);
        SqlTokenType type = SqlWords.Shared.TypeOf(phrase);
        if (type == None) return false;
        left.Type = type;
        left.Length = (byte)length;
        left.Word = phrase;
        left.IsPhrase = true;
        return true;
    }

    /// <summary>Names that are functions with a parenthesis behind them, and often columns without.</summary>
    private readonly bool IsNameOrFunction(in SqlToken token) => token.Length switch
    {
        4 => token.Is("USER"u8, Text),
        7 => token.Is("USER_ID"u8, Text),
        8 => token.Is("DATABASE"u8, Text) || token.Is("PASSWORD"u8, Text),
        9 => token.Is("USER_NAME"u8, Text) || token.Is("LOCALTIME"u8, Text),
        12 => token.Is("CURRENT_USER"u8, Text) || token.Is("CURRENT_DATE"u8, Text) || token.Is("CURRENT_TIME"u8, Text),
        14 => token.Is("LOCALTIMESTAMP"u8, Text),
        17 => token.Is("CURRENT_TIMESTAMP"u8, Text),
        _ => false,
    };

    private static bool IsArithmetic(in SqlToken token) =>
        token is { Type: Operation, Length: 1 } && token.First is (byte)'*' or (byte)'/' or (byte)'-' or (byte)'+' or (byte)'%';

    private readonly bool HasUnderscore(in SqlToken token)
    {
        // A NUL ends a name.
        ReadOnlySpan<byte> value = token.ValueIn(Text);
        int found = value.IndexOfAny((byte)'_', (byte)0);
        return found >= 0 && value[found] == '_';
    }
}
