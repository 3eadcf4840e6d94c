namespace Breakwater.Waf.Transformations;

/// <summary>
/// Groups of bytes of which a transformation needs one to change anything. A group may hold more bytes than its name says, never fewer: it
/// answers "maybe" too often at most.
/// </summary>
[Flags]
public enum ByteClasses
{
    /// <summary>No byte of any group.</summary>
    None = 0,

    /// <summary><c>%</c></summary>
    Percent = 1 << 0,

    /// <summary><c>+</c></summary>
    Plus = 1 << 1,

    /// <summary><c>\</c></summary>
    Backslash = 1 << 2,

    /// <summary><c>&amp;</c></summary>
    Ampersand = 1 << 3,

    /// <summary>NUL.</summary>
    Nul = 1 << 4,

    /// <summary>Capital letters.</summary>
    Capital = 1 << 5,

    /// <summary>Small letters.</summary>
    Small = 1 << 6,

    /// <summary>White space.</summary>
    Blank = 1 << 7,

    /// <summary>Bytes from 80 on.</summary>
    High = 1 << 8,

    /// <summary><c>*</c></summary>
    Star = 1 << 9,

    /// <summary><c>-</c></summary>
    Dash = 1 << 10,

    /// <summary><c>#</c></summary>
    Hash = 1 << 11,

    /// <summary><c>/</c></summary>
    Slash = 1 << 12,

    /// <summary><c>.</c></summary>
    Dot = 1 << 13,

    /// <summary>Quotes and <c>^</c>.</summary>
    Quote = 1 << 14,

    /// <summary><c>,</c> and <c>;</c></summary>
    Separator = 1 << 15,

    /// <summary>Any value whatever: the transformation changes all.</summary>
    Always = 1 << 16,
}
