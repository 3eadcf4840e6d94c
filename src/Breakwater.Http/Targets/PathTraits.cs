namespace Breakwater.Http;

/// <summary>What was unusual about a path before it was normalised: each is harmless in most places and a trick in some.</summary>
[Flags]
public enum PathTraits : ushort
{
    /// <summary>The path was normal, or differed in nothing but the encoding of ordinary characters.</summary>
    None = 0,

    /// <summary>It had <c>.</c> or <c>..</c> segments, plain or encoded.</summary>
    DotSegments = 1,

    /// <summary>A <c>..</c> segment would have led above the root.</summary>
    AboveRoot = 2,

    /// <summary>It had empty segments (<c>//</c>).</summary>
    EmptySegments = 4,

    /// <summary>It had backslashes.</summary>
    Backslash = 8,

    /// <summary>It has an encoded slash (<c>%2F</c>), which stays encoded.</summary>
    EncodedSlash = 16,

    /// <summary>It has an encoded backslash (<c>%5C</c>), which stays encoded.</summary>
    EncodedBackslash = 32,

    /// <summary>It has an encoded control byte, NUL included.</summary>
    EncodedControl = 64,

    /// <summary>It had a percent sign without two hexadecimal digits.</summary>
    MalformedEncoding = 128,

    /// <summary>It had raw bytes from 0x80 up.</summary>
    NonAscii = 256,

    /// <summary>It had an encoded letter, digit, or one of <c>-._~</c>, which nobody needs to encode.</summary>
    EncodedUnreserved = 512,

    /// <summary>It has a segment such as <c>..;x</c>, which some servers take for <c>..</c> once they drop the parameter.</summary>
    DotSegmentWithParameter = 1024,
}
