namespace Breakwater.Waf.Bodies;

/// <summary>What is unusual about a multipart body: the flags behind MULTIPART_STRICT_ERROR, and those that only describe.</summary>
[Flags]
public enum MultipartFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The body could not be read (REQBODY_PROCESSOR_ERROR).</summary>
    Error = 1 << 0,

    /// <summary>MULTIPART_BOUNDARY_QUOTED</summary>
    BoundaryQuoted = 1 << 1,

    /// <summary>MULTIPART_BOUNDARY_WHITESPACE</summary>
    BoundaryWhitespace = 1 << 2,

    /// <summary>MULTIPART_DATA_BEFORE: before the first boundary.</summary>
    DataBefore = 1 << 3,

    /// <summary>MULTIPART_DATA_AFTER: after the last boundary.</summary>
    DataAfter = 1 << 4,

    /// <summary>MULTIPART_HEADER_FOLDING</summary>
    HeaderFolding = 1 << 5,

    /// <summary>MULTIPART_INVALID_HEADER_FOLDING: folded with other characters than blanks and tabs.</summary>
    InvalidHeaderFolding = 1 << 6,

    /// <summary>MULTIPART_LF_LINE: a line that ends without CR.</summary>
    LfLine = 1 << 7,

    /// <summary>MULTIPART_MISSING_SEMICOLON: before the boundary parameter.</summary>
    MissingSemicolon = 1 << 8,

    /// <summary>MULTIPART_INVALID_QUOTING: single quotes around or inside names.</summary>
    InvalidQuoting = 1 << 9,

    /// <summary>MULTIPART_INVALID_PART: without a name, or a boundary where its data should begin.</summary>
    InvalidPart = 1 << 10,

    /// <summary>MULTIPART_FILE_LIMIT_EXCEEDED: more files than SecUploadFileLimit.</summary>
    FileLimitExceeded = 1 << 11,

    /// <summary>A line that ends with CRLF. With <see cref="LfLine"/> it is MULTIPART_CRLF_LF_LINES; alone it is right.</summary>
    CrlfLine = 1 << 12,

    /// <summary>All that make MULTIPART_STRICT_ERROR.</summary>
    Strict = CrlfLine - 1,
}
