namespace Breakwater.Waf.Operators.Injection;

/// <summary>What a token of SQL is. The values are the letters that a fingerprint is written with.</summary>
internal enum SqlTokenType : byte
{
    None = 0,
    Keyword = (byte)'k',
    Union = (byte)'U',
    Group = (byte)'B',
    Expression = (byte)'E',
    SqlType = (byte)'t',
    Function = (byte)'f',
    Bareword = (byte)'n',
    Number = (byte)'1',
    Variable = (byte)'v',
    Literal = (byte)'s',
    Operation = (byte)'o',
    Logic = (byte)'&',
    Comment = (byte)'c',
    Collate = (byte)'A',
    LeftParenthesis = (byte)'(',
    RightParenthesis = (byte)')',
    LeftBrace = (byte)'{',
    RightBrace = (byte)'}',
    Dot = (byte)'.',
    Comma = (byte)',',
    Colon = (byte)':',
    Semicolon = (byte)';',

    /// <summary>A statement of Transact-SQL's control flow.</summary>
    TransactSql = (byte)'T',
    Unknown = (byte)'?',

    /// <summary>What databases read so differently that no honest value holds it, such as a comment within a comment.</summary>
    Evil = (byte)'X',
    Backslash = (byte)'\\',
}
