namespace Breakwater.Http;

/// <summary>How far paths are made alike before they are compared.</summary>
public enum PathNormalisation : byte
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>
    /// RFC 3986 §6.2.2 and no more: encoded unreserved characters are decoded, other encodings get upper-case digits, what should be encoded
    /// is, dot segments are resolved. A backslash is an ordinary character (and gets encoded), and empty segments stay.
    /// </summary>
    Rfc3986,

    /// <summary>First backslashes become slashes and runs of slashes one, as many servers read them; then as <see cref="Rfc3986"/>.</summary>
    Merging,
}
