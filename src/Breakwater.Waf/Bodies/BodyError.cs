namespace Breakwater.Waf.Bodies;

/// <summary>Why a request's body is not what it says it is. What was read before stays in the collections.</summary>
public enum BodyError
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Names and values of the body need more memory than a transaction may have.</summary>
    TooLarge,

    /// <summary>More arguments than SecArgumentsLimit.</summary>
    TooManyArguments,

    /// <summary>JSON: the text breaks the grammar of RFC 8259.</summary>
    JsonSyntax,

    /// <summary>JSON: a string that is not UTF-8.</summary>
    JsonEncoding,

    /// <summary>JSON: nested deeper than SecRequestBodyJsonDepthLimit.</summary>
    JsonDepth,

    /// <summary>JSON: the text ends too early.</summary>
    JsonIncomplete,

    /// <summary>XML: not well-formed.</summary>
    XmlSyntax,

    /// <summary>XML: the document ends too early, or has no element.</summary>
    XmlIncomplete,

    /// <summary>XML: nested too deep.</summary>
    XmlDepth,

    /// <summary>XML: an encoding that cannot be inspected.</summary>
    XmlEncoding,

    /// <summary>XML: declares or uses entities, which are never expanded.</summary>
    XmlEntity,

    /// <summary>Multipart: the Content-Type field has no usable boundary.</summary>
    MultipartContentType,

    /// <summary>Multipart: a boundary line that is wrong.</summary>
    MultipartBoundary,

    /// <summary>Multipart: a part's header that is wrong.</summary>
    MultipartHeader,

    /// <summary>Multipart: a part's Content-Disposition field is missing or wrong.</summary>
    MultipartDisposition,

    /// <summary>Multipart: the last boundary is missing.</summary>
    MultipartIncomplete,
}

/// <summary>The texts of <see cref="BodyError"/> for rules and people (REQBODY_ERROR_MSG). Stateless.</summary>
public static class BodyErrors
{
    private static readonly byte[][] Texts = [.. Enum.GetValues<BodyError>().Select(e => System.Text.Encoding.UTF8.GetBytes(Describe(e)))];

    /// <summary>The error in words; empty for none.</summary>
    public static ReadOnlySpan<byte> TextOf(BodyError error) => Texts[(int)error];

    private static string Describe(BodyError error) => error switch
    {
        BodyError.None => "",
        BodyError.TooLarge => "Body needs more memory than allowed.",
        BodyError.TooManyArguments => "More arguments than SecArgumentsLimit.",
        BodyError.JsonSyntax => "JSON parsing error: syntax.",
        BodyError.JsonEncoding => "JSON parsing error: invalid UTF-8 in string.",
        BodyError.JsonDepth => "JSON parsing error: depth limit exceeded.",
        BodyError.JsonIncomplete => "JSON parsing error: premature end.",
        BodyError.XmlSyntax => "XML parsing error: not well-formed.",
        BodyError.XmlIncomplete => "XML parsing error: premature end.",
        BodyError.XmlDepth => "XML parsing error: depth limit exceeded.",
        BodyError.XmlEncoding => "XML parsing error: unsupported encoding.",
        BodyError.XmlEntity => "XML parsing error: entities are not expanded.",
        BodyError.MultipartContentType => "Multipart parsing error: invalid boundary in Content-Type.",
        BodyError.MultipartBoundary => "Multipart parsing error: invalid boundary.",
        BodyError.MultipartHeader => "Multipart parsing error: invalid part header.",
        BodyError.MultipartDisposition => "Multipart parsing error: invalid Content-Disposition.",
        _ => "Multipart parsing error: final boundary missing.",
    };
}
