using System.Buffers;

namespace Breakwater.Rules.Rulesets;

/// <summary>One redirect of a list (a <em>bulk redirect</em>). Immutable.</summary>
public sealed record RedirectItem
{
    /// <summary>
    /// The URL that is redirected: <c>[scheme://]host[/path]</c>. Without a scheme it means both, without a path the host's root.
    /// </summary>
    public required RuleText Source { get; init; }

    /// <summary>Where it leads: an absolute http or https URL.</summary>
    public required RuleText Target { get; init; }

    /// <summary>301, 302, 303, 307 or 308.</summary>
    public int StatusCode { get; init; } = 301;

    /// <summary>Whether subdomains of the host are redirected too.</summary>
    public bool IncludeSubdomains { get; init; }

    /// <summary>Whether paths below the source's are redirected too.</summary>
    public bool SubpathMatching { get; init; }

    /// <summary>Whether the request's query is appended.</summary>
    public bool PreserveQuery { get; init; }

    /// <summary>With <see cref="SubpathMatching"/>: whether the rest of the path is appended to the target.</summary>
    public bool PreservePathSuffix { get; init; } = true;

    /// <summary>The source's path, without a final slash.</summary>
    internal byte[] SourcePath { get; init; } = [];

    /// <summary>The target up to its query.</summary>
    internal byte[] TargetPath { get; init; } = [];

    /// <summary>The target's query without <c>?</c>.</summary>
    internal byte[] TargetQuery { get; init; } = [];

    /// <summary>The target's fragment with <c>#</c>.</summary>
    internal byte[] TargetFragment { get; init; } = [];

    /// <summary>Writes where a request is sent: the value of <c>Location</c>.</summary>
    /// <param name="path">The request's path, percent-encoded as it came.</param>
    /// <param name="query">Its query without <c>?</c>; empty when it has none.</param>
    /// <param name="location">Takes the URL.</param>
    public void WriteLocation(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query, IBufferWriter<byte> location)
    {
        ArgumentNullException.ThrowIfNull(location);
        ReadOnlySpan<byte> target = TargetPath;
        if (SubpathMatching && PreservePathSuffix && path.Length > SourcePath.Length && path.StartsWith(SourcePath))
        {
            ReadOnlySpan<byte> suffix = path[SourcePath.Length..];
            location.Write(target.EndsWith("/"u8) && suffix.StartsWith("/"u8) ? target[..^1] : target);
            location.Write(suffix);
        }
        else location.Write(target);

        bool hasQuery = TargetQuery.Length > 0, keepsQuery = PreserveQuery && query.Length > 0;
        if (hasQuery || keepsQuery) location.Write("?"u8);
        location.Write(TargetQuery);
        if (hasQuery && keepsQuery) location.Write("&"u8);
        if (keepsQuery) location.Write(query);
        location.Write(TargetFragment);
    }
}
