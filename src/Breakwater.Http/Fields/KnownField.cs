#pragma warning disable CS1591 // Each member is the field of that name; KnownFields.Name gives its spelling.
namespace Breakwater.Http;

/// <summary>
/// Fields that are recognised when a head is read, so that looking one up compares a number instead of a name.
/// A field that is not here is found by its name.
/// </summary>
public enum KnownField : byte
{
    /// <summary>Any other field.</summary>
    None,

    Accept, AcceptCharset, AcceptEncoding, AcceptLanguage, AcceptRanges, AccessControlAllowOrigin, AccessControlRequestHeaders,
    AccessControlRequestMethod, Age, Allow, AltSvc, Authorization, BreakwaterRay, CacheControl, CacheStatus, CdnCacheControl,
    Connection, ContentDisposition, ContentEncoding, ContentLanguage, ContentLength, ContentLocation, ContentRange,
    ContentSecurityPolicy, ContentType, Cookie, Date, Dnt, EarlyData, ETag, Expect, Expires, Forwarded, From, Host, Http2Settings,
    IfMatch, IfModifiedSince, IfNoneMatch, IfRange, IfUnmodifiedSince, KeepAlive, LastModified, Link, Location, MaxForwards, Origin,
    Pragma, Priority, ProxyAuthenticate, ProxyAuthenticationInfo, ProxyAuthorization, ProxyConnection, ProxyStatus, Range, Referer,
    RetryAfter, SecChUa, SecChUaMobile, SecChUaPlatform, SecFetchDest, SecFetchMode, SecFetchSite, SecFetchUser, SecWebSocketAccept,
    SecWebSocketExtensions, SecWebSocketKey, SecWebSocketProtocol, SecWebSocketVersion, Server, ServerTiming, SetCookie, Signature,
    SignatureAgent, SignatureInput, StrictTransportSecurity, SurrogateControl, Te, TraceParent, TraceState, Trailer,
    TransferEncoding, TrueClientIp, Upgrade, UpgradeInsecureRequests, UserAgent, Vary, Via, Warning, WwwAuthenticate,
    XContentTypeOptions, XForwardedFor, XForwardedHost, XForwardedPort, XForwardedProto, XFrameOptions, XHttpMethodOverride, XPoweredBy,
    XRealIp, XRequestedWith, XRequestId,
}
