using System.Collections.Immutable;

namespace Breakwater.Waf.Ftw;

/// <summary>A test of the Framework for Testing WAFs, schema 2 and the older one of CRS 3: requests, and what rules shall find. Immutable.</summary>
/// <param name="Id">Its name, such as <c>942100-3</c>.</param>
/// <param name="File">The file that holds it.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Stages">Its requests, one after the other.</param>
public sealed record FtwTest(string Id, string File, string Description, ImmutableArray<FtwStage> Stages);

/// <summary>One request of a test and what is expected of it. Immutable.</summary>
public sealed record FtwStage(FtwInput Input, FtwOutput Output);

/// <summary>What to send. Immutable.</summary>
public sealed record FtwInput
{
    /// <summary>The method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The request target.</summary>
    public string Uri { get; init; } = "/";

    /// <summary>The protocol.</summary>
    public string Version { get; init; } = "HTTP/1.1";

    /// <summary>Header fields, in the order in which they are sent.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>The whole request, Base64, in place of all others.</summary>
    public string? EncodedRequest { get; init; }

    /// <summary>Whether it is of the schema of CRS 3, whose runners left the length of an empty body and line ends of a multipart one alone.</summary>
    public bool IsOldSchema { get; init; }

    /// <summary>Whether Connection, Content-Length and Content-Type are added where they are missing.</summary>
    public bool Autocomplete { get; init; } = true;
}

/// <summary>What is expected. Immutable.</summary>
public sealed record FtwOutput
{
    /// <summary>The statuses that are right; empty for any.</summary>
    public ImmutableArray<int> Status { get; init; } = [];

    /// <summary>Rules that must match, all of them.</summary>
    public ImmutableArray<long> ExpectIds { get; init; } = [];

    /// <summary>Rules that must not match.</summary>
    public ImmutableArray<long> NoExpectIds { get; init; } = [];

    /// <summary>An expression that the log must match.</summary>
    public string? MatchRegex { get; init; }

    /// <summary>An expression that the log must not match.</summary>
    public string? NoMatchRegex { get; init; }

    /// <summary>An expression that the response's body must match.</summary>
    public string? ResponseContains { get; init; }

    /// <summary>Whether the connection must fail.</summary>
    public bool ExpectError { get; init; }

    /// <summary>Whether anything at all is expected.</summary>
    public bool IsEmpty =>
        Status.IsEmpty && ExpectIds.IsEmpty && NoExpectIds.IsEmpty && MatchRegex is null && NoMatchRegex is null && ResponseContains is null && !ExpectError;
}
