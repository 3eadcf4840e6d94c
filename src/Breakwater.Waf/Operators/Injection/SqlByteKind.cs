namespace Breakwater.Waf.Operators.Injection;

/// <summary>What the first byte of a token makes it.</summary>
internal enum SqlByteKind : byte
{
    Word,
    White,
    Digit,
    Quote,

    /// <summary>The byte is a type of its own.</summary>
    Mark,
    Operator,

    /// <summary>An operator that may have a second byte.</summary>
    LongOperator,
    Dash,
    Slash,
    Hash,
    Backslash,
    Variable,
    Money,
    Tick,
    Bracket,
    Other,

    /// <summary>This and all that follow: letters that may stand before a quoted text: <c>b'1'</c>, <c>x'4A'</c>, <c>e'..'</c>, <c>n'..'</c>, <c>q'[..]'</c>, <c>u&amp;'..'</c>.</summary>
    BitText,
    HexText,
    EscapedText,
    NationalText,
    QText,
    UnicodeText,
}
