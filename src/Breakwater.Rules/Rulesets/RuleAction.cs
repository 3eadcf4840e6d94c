using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>What a rule does when it matches, with its parameters as they were written. Immutable.</summary>
/// <param name="Kind">Which action.</param>
public abstract record RuleAction(RuleActionKind Kind);

/// <summary>
/// An action without parameters: <c>log</c>, the challenges, <c>force_connection_close</c>, <c>ddos_dynamic</c>, and the actions whose
/// parameters nothing here can honour.
/// </summary>
/// <param name="Kind">Which action.</param>
public sealed record PlainAction(RuleActionKind Kind) : RuleAction(Kind);

/// <summary><c>block</c>: refuse.</summary>
/// <param name="Response">The answer; null = the edge's own, with 403, or 429 for a rate limit.</param>
public sealed record BlockAction(RuleResponse? Response = null) : RuleAction(RuleActionKind.Block);

/// <summary><c>serve_error</c>: answer with a page in place of an error.</summary>
/// <param name="Response">The page; a status of 0 keeps the one there is.</param>
public sealed record ServeErrorAction(RuleResponse Response) : RuleAction(RuleActionKind.ServeError);

/// <summary>A response that a rule holds. Immutable.</summary>
/// <param name="StatusCode">Its status; 0 = the one there is.</param>
/// <param name="Content">Its body.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record RuleResponse(int StatusCode, string Content, string ContentType)
{
    /// <summary>The media types that a response of a rule may have.</summary>
    public static IReadOnlyList<string> ContentTypes { get; } = ["text/html", "text/plain", "application/json", "text/xml"];
}

/// <summary><c>score</c>: add to the request's score.</summary>
/// <param name="Increment">What is added; may be negative.</param>
public sealed record ScoreAction(int Increment) : RuleAction(RuleActionKind.Score);

/// <summary><c>redirect</c> to an address.</summary>
/// <param name="Target">The address.</param>
/// <param name="StatusCode">301, 302, 303, 307 or 308.</param>
/// <param name="PreserveQuery">Whether the request's query is appended.</param>
public sealed record RedirectAction(RuleValue Target, int StatusCode, bool PreserveQuery) : RuleAction(RuleActionKind.Redirect)
{
    /// <summary>The longest address that a redirect leads to, in bytes. A rule that makes a longer one of a request does not match.</summary>
    public const int MaxLocation = 8 * 1024;

    /// <summary>Whether a redirect may have that status.</summary>
    public static bool IsStatus(int status) => status is 301 or 302 or 303 or 307 or 308;
}

/// <summary><c>redirect</c> to where a list says; a request of which the list knows nothing goes on.</summary>
/// <param name="List">The list's name.</param>
/// <param name="Key">The expression whose value is looked up.</param>
public sealed record BulkRedirectAction(string List, RuleText Key) : RuleAction(RuleActionKind.Redirect);

/// <summary><c>route</c>: where the request goes; null = as the zone has it.</summary>
/// <param name="HostHeader">The <c>Host</c> that the origin sees.</param>
/// <param name="OriginHost">Name or address of the origin.</param>
/// <param name="OriginPort">Port of the origin.</param>
/// <param name="Sni">The name in the TLS handshake with it.</param>
public sealed record RouteAction(string? HostHeader, string? OriginHost, int? OriginPort, string? Sni) : RuleAction(RuleActionKind.Route);

/// <summary><c>rewrite</c> of the URL, of request headers or of response headers, which depends on the phase.</summary>
/// <param name="Path">The new path; null = the old one.</param>
/// <param name="Query">The new query, without <c>?</c>; null = the old one.</param>
/// <param name="Headers">What is done to headers, in order.</param>
public sealed record RewriteAction(RuleValue? Path, RuleValue? Query, ImmutableArray<HeaderOperation> Headers)
    : RuleAction(RuleActionKind.Rewrite);

/// <summary>A change of one header field. Immutable.</summary>
/// <param name="Name">The field's name as written.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Value">The value; null when the field is removed.</param>
public sealed record HeaderOperation(string Name, HeaderOperationKind Operation, RuleValue? Value);

/// <summary>What is done to a header field.</summary>
public enum HeaderOperationKind : byte
{
    /// <summary>A line is added to those there are.</summary>
    Add,

    /// <summary>The lines there are become this one.</summary>
    Set,

    /// <summary>All lines of that name go.</summary>
    Remove,
}

/// <summary><c>set_config</c>: settings for this exchange, by the API's names.</summary>
/// <param name="Settings">The settings in the order they were written.</param>
public sealed record SetConfigAction(ImmutableArray<RuleSetting> Settings) : RuleAction(RuleActionKind.SetConfig);

/// <summary>A setting that a <c>set_config</c> changes. Immutable.</summary>
/// <param name="Name">The API's name, such as <c>security_level</c>; a part of a setting after a dot.</param>
/// <param name="Value">The value; booleans as <c>true</c> and <c>false</c>.</param>
/// <param name="Position">Where it stands.</param>
public sealed record RuleSetting(string Name, string Value, RulePosition Position);

/// <summary><c>compress_response</c>: the codings to choose from, the preferred first.</summary>
/// <param name="Algorithms">The codings.</param>
public sealed record CompressResponseAction(ImmutableArray<CompressionAlgorithm> Algorithms)
    : RuleAction(RuleActionKind.CompressResponse);

/// <summary>A content coding, or how it is chosen.</summary>
public enum CompressionAlgorithm : byte
{
    /// <summary><c>none</c>: as the origin sent it.</summary>
    None,

    /// <summary><c>auto</c>: the best that the client accepts.</summary>
    Auto,

    /// <summary><c>default</c>: as without the rule.</summary>
    Default,

    /// <summary><c>gzip</c>.</summary>
    Gzip,

    /// <summary><c>brotli</c>.</summary>
    Brotli,

    /// <summary><c>zstd</c>.</summary>
    Zstd,
}

/// <summary><c>log_custom_field</c>: fields that the access log shows besides its own.</summary>
/// <param name="RequestHeaders">Names of request headers, lower case.</param>
/// <param name="ResponseHeaders">Names of response headers, lower case.</param>
/// <param name="Cookies">Names of cookies.</param>
public sealed record LogCustomFieldAction(
    ImmutableArray<string> RequestHeaders, ImmutableArray<string> ResponseHeaders, ImmutableArray<string> Cookies)
    : RuleAction(RuleActionKind.LogCustomField);
