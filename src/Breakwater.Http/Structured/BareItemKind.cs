namespace Breakwater.Http;

/// <summary>The types of a bare item (RFC 9651 §3.3).</summary>
public enum BareItemKind : byte
{
    /// <summary>A whole number of at most 15 digits.</summary>
    Integer,

    /// <summary>A number of at most 12 digits before the point and 3 behind it.</summary>
    Decimal,

    /// <summary>Printable ASCII in quotes.</summary>
    String,

    /// <summary>A short word without quotes.</summary>
    Token,

    /// <summary>Bytes, base64-encoded on the wire.</summary>
    ByteSequence,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A time, in whole seconds since 1970.</summary>
    Date,

    /// <summary>Text in Unicode.</summary>
    DisplayString,
}
