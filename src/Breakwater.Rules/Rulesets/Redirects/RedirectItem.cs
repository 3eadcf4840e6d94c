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

    /// <summary>301, 302, 307 or 308.</summary>
    public int StatusCode { get; init; } = 301;

    /// <summary>Whether subdomains of the host are redirected too.</summary>
    public bool IncludeSubdomains { get; init; }

    /// <summary>Whether paths below the source's are redirected too.</summary>
    public bool SubpathMatching { get; init; }

    /// <summary>Whether the request's query is appended.</summary>
    public bool PreserveQuery { get; init; }

    /// <summary>With <see cref="SubpathMatching"/>: whether the rest of the path is appended to the target.</summary>
    public bool PreservePathSuffix { get; init; } = true;

    /// <summary>The target as the edge writes it.</summary>
    internal byte[] TargetBytes => field ??= System.Text.Encoding.UTF8.GetBytes(Target.Text);

    /// <summary>Bytes of the source's path: what a request's path has beyond it is its suffix.</summary>
    internal int SourcePathLength { get; init; }
}
