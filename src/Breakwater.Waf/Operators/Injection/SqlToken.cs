namespace Breakwater.Waf.Operators.Injection;

/// <summary>A token of SQL: its type, and where its value lies. A plain value; owned by one scan.</summary>
internal struct SqlToken
{
    /// <summary>Of a value's bytes only so many count; what lies behind them says nothing about the kind of the token.</summary>
    public const int MaxLength = 31;

    public SqlTokenType Type;

    /// <summary>The mark that opened a string: its quote, <c>u</c>, <c>q</c>, <c>$</c>; 0 where it began before the value.</summary>
    public byte Open;

    /// <summary>The mark that closed it; 0 where the value ended first.</summary>
    public byte Close;

    /// <summary>Bytes of the value, at most <see cref="MaxLength"/>.</summary>
    public byte Length;

    /// <summary>The value's first byte; 0 where it is empty.</summary>
    public byte First;

    /// <summary>Where the value starts in the text; not used by a phrase.</summary>
    public int Start;

    /// <summary>Its entry in <see cref="SqlWords"/>, or -1.</summary>
    public short Word;

    /// <summary>Two words became one: the value is that of <see cref="Word"/> and no part of the text.</summary>
    public bool IsPhrase;

    public readonly ReadOnlySpan<byte> ValueIn(ReadOnlySpan<byte> text) => IsPhrase ? SqlWords.Shared.TextOf(Word) : text.Slice(Start, Length);

    /// <summary>Whether the value is a word, in either case.</summary>
    public readonly bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> text) =>
        Length == word.Length && System.Text.Ascii.EqualsIgnoreCase(ValueIn(text), word);
}
