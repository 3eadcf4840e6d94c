namespace Breakwater.Config;

/// <summary>
/// The web application firewall of a zone. Immutable. A zone's is complete: what it does not set it has from the document's; its exclusions
/// come after the document's.
/// </summary>
public sealed record WafConfig : ConfigNode
{
    /// <summary>None: what a zone has that no document made.</summary>
    public static WafConfig Off { get; } = new() { Mode = WafMode.Off };

    /// <summary>Which rules run.</summary>
    public WafRulesSource Rules { get; init; } = WafRulesSource.Builtin;

    /// <summary>What becomes of a request that they refuse.</summary>
    public WafMode Mode { get; init; } = WafMode.Block;

    /// <summary>The paranoia level up to which a match adds to the score that is judged: 1 to 4.</summary>
    public int Paranoia { get; init; } = 1;

    /// <summary>The paranoia level up to which rules run and tell; null = as <see cref="Paranoia"/>.</summary>
    public int? DetectionParanoia { get; init; }

    /// <summary>The score from which a request is refused; null = what the rules say.</summary>
    public int? Threshold { get; init; }

    /// <summary>The score from which a response is refused; null = what the rules say.</summary>
    public int? OutboundThreshold { get; init; }

    /// <summary>What rules shall not look at.</summary>
    public ConfigList<WafExclusionConfig> Exclusions { get; init; } = [];

    /// <summary>How much of a request's body is inspected, bytes.</summary>
    public int BodyLimit { get; init; } = 1 << 20;

    /// <summary>What becomes of a longer one.</summary>
    public WafLargeBody OnLargeBody { get; init; } = WafLargeBody.InspectFirstPart;

    /// <summary>Whether responses are inspected: their heads, and the bodies of text.</summary>
    public bool InspectResponses { get; init; }

    /// <summary>What becomes of an exchange that could not be inspected.</summary>
    public WafFail Fail { get; init; } = WafFail.Open;
}

/// <summary>What becomes of a request that the firewall's rules refuse.</summary>
public enum WafMode
{
    /// <summary>It is refused.</summary>
    Block,

    /// <summary>It is told, and passes.</summary>
    Detect,

    /// <summary>No rule runs.</summary>
    Off,
}

/// <summary>What becomes of a request whose body is longer than what is inspected.</summary>
public enum WafLargeBody
{
    /// <summary>Its first part is inspected, the rest passes.</summary>
    InspectFirstPart,

    /// <summary>It is refused (413).</summary>
    Refuse,
}

/// <summary>What becomes of an exchange that the firewall could not inspect: no memory, no budget left, a fault.</summary>
public enum WafFail
{
    /// <summary>It passes.</summary>
    Open,

    /// <summary>It is refused.</summary>
    Closed,
}

/// <summary>Which rules.</summary>
public enum WafRulesKind
{
    /// <summary>Those that come with the edge.</summary>
    Builtin,

    /// <summary>The OWASP Core Rule Set, where the operator or the distribution put it.</summary>
    Crs,

    /// <summary>A directory of the operator's: a release of the Core Rule Set, or a folder of <c>.conf</c> files.</summary>
    Directory,
}

/// <summary>Where rules come from: <c>builtin</c>, <c>crs</c> or a directory. Immutable.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Path">The directory, absolute; empty for the others.</param>
public readonly record struct WafRulesSource(WafRulesKind Kind, string Path)
{
    /// <summary>Those that come with the edge.</summary>
    public static WafRulesSource Builtin => new(WafRulesKind.Builtin, "");

    /// <summary>The OWASP Core Rule Set.</summary>
    public static WafRulesSource Crs => new(WafRulesKind.Crs, "");

    /// <summary>As the document writes it.</summary>
    public override string ToString() => Kind switch { WafRulesKind.Builtin => "builtin", WafRulesKind.Crs => "crs", _ => Path };
}

/// <summary>Ids of rules: one, or a range.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
public readonly record struct WafRuleIds(int First, int Last)
{
    /// <summary>As the document writes them.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}

/// <summary>Something that some rules shall not look at. Immutable.</summary>
public sealed record WafExclusionConfig : ConfigNode
{
    /// <summary>The rules, by id; null = by <see cref="Tag"/>, or all of them.</summary>
    public WafRuleIds? Rule { get; init; }

    /// <summary>The rules, by tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The part of the request that they leave out, such as <c>args.comment</c>; null = the whole of it.</summary>
    public ConfigText? In { get; init; }

    /// <summary>The paths on which they do, with <c>*</c> for any text; null = all.</summary>
    public string? Path { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? Description { get; init; }
}
