namespace Breakwater.Waf.Operators.Injection;

/// <summary>Where a value stands in the page that it may have been put into.</summary>
internal enum MarkupContext : byte
{
    Text,
    Tag,
    SingleQuotes,
    DoubleQuotes,
    BackQuotes,
}

/// <summary>The kinds of token that can do harm.</summary>
internal enum MarkupTokenKind : byte
{
    TagName,
    AttributeName,
    AttributeValue,
    Comment,
    Doctype,
}

/// <summary>A token of HTML, without its delimiters. A view into the value.</summary>
internal readonly ref struct MarkupToken(MarkupTokenKind kind, ReadOnlySpan<byte> text)
{
    public MarkupTokenKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Text { get; } = text;
}
