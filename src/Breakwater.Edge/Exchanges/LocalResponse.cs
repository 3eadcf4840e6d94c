namespace Breakwater.Edge.Exchanges;

/// <summary>
/// An answer that the edge gives by itself: an error page, a redirect, a block page, the trace. Immutable. The front end adds
/// Date, Content-Length, Connection and Breakwater-Ray, and leaves the body out for HEAD.
/// </summary>
internal sealed class LocalResponse
{
    /// <summary>The status to send.</summary>
    public required int Status { get; init; }

    /// <summary>Field lines, each <c>Name: value\r\n</c>; no framing and no connection fields.</summary>
    public ReadOnlyMemory<byte> Fields { get; init; }

    /// <summary>The body; may be empty.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the connection is to be closed after it, because there is no safe point to go on from (HTTP/1.1 only).</summary>
    public bool Close { get; init; }
}
