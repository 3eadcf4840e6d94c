namespace Breakwater.Http;

/// <summary>The methods of RFC 9110 §9 and RFC 5789, and <see cref="Other"/> for any other token. Methods are case-sensitive.</summary>
public enum MethodKind : byte
{
    /// <summary>An extension method, or a known one in another case.</summary>
    Other,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>CONNECT. Refused in HTTP/1.1; in HTTP/2 and HTTP/3 only as extended CONNECT (RFC 8441).</summary>
    Connect,

    /// <summary>TRACE. Always refused.</summary>
    Trace,
}
