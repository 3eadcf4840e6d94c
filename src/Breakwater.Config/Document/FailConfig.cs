namespace Breakwater.Config;

/// <summary>What becomes of an exchange that a module failed, or that meets a module whose fuse is blown.</summary>
public enum FailMode
{
    /// <summary>It goes on as if the module were not there.</summary>
    Open,

    /// <summary>It is refused (503).</summary>
    Closed,
}

/// <summary>
/// What becomes of exchanges of a zone when one of its modules fails. Immutable. A zone's is complete: what it does not set it has from the document's.
/// The firewall's is <see cref="WafConfig.Fail"/>; what is not here can only be done without.
/// </summary>
public sealed record FailConfig : ConfigNode
{
    /// <summary>The redirect of plain requests to https.</summary>
    public FailMode HttpsRedirect { get; init; }

    /// <summary>Rules about the target and where it goes.</summary>
    public FailMode UrlRules { get; init; }

    /// <summary>The operator's rules, access rules among them.</summary>
    public FailMode CustomRules { get; init; }

    /// <summary>Rate limits.</summary>
    public FailMode RateLimits { get; init; }

    /// <summary>Rules about what goes on to the origin.</summary>
    public FailMode LateRules { get; init; }

    /// <summary>Rules about responses.</summary>
    public FailMode ResponseRules { get; init; }
}
