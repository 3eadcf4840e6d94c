namespace Breakwater.Http;

/// <summary>The forms of a request target (RFC 9112 §3.2) that are accepted. Authority-form belongs to CONNECT, which is refused.</summary>
public enum TargetForm : byte
{
    /// <summary><c>/path?query</c>.</summary>
    Origin,

    /// <summary><c>http://authority/path?query</c>.</summary>
    Absolute,

    /// <summary><c>*</c>, with OPTIONS only.</summary>
    Asterisk,
}
