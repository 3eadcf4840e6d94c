namespace Breakwater.Edge.Errors;

/// <summary>The forms that the edge's own answers come in.</summary>
internal enum PageFormat : byte
{
    /// <summary>text/plain: short, for terminals and for whatever says that it takes anything.</summary>
    Plain,

    /// <summary>text/html, for browsers.</summary>
    Html,

    /// <summary>application/json, or application/problem+json (RFC 9457) for errors.</summary>
    Json,
}
