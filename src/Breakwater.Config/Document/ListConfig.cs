using System.Net;

namespace Breakwater.Config;

/// <summary>A named list that rules use. Immutable.</summary>
public sealed record ListConfig : ConfigNode
{
    /// <summary>What it holds.</summary>
    public ListKind Kind { get; init; } = ListKind.Ip;

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Its items; those of <see cref="File"/> come besides.</summary>
    public ConfigList<ListItem> Items { get; init; } = [];

    /// <summary>A file of further items, watched for changes. An absolute path.</summary>
    public string? File { get; init; }
}

/// <summary>What a list holds.</summary>
public enum ListKind
{
    /// <summary>Addresses and networks.</summary>
    Ip,

    /// <summary>Hosts, <c>*.</c> and a host for all below it.</summary>
    Hostname,

    /// <summary>Numbers of networks (autonomous systems).</summary>
    Asn,

    /// <summary>Redirects.</summary>
    Redirect,
}

/// <summary>An item of a list. Immutable, compared by value.</summary>
/// <param name="Text">An address, network, host or number; null for a redirect.</param>
/// <param name="Redirect">The redirect; null for all else.</param>
public sealed record ListItem(ConfigText? Text, RedirectConfig? Redirect);

/// <summary>A redirect in a list. Immutable.</summary>
public sealed record RedirectConfig : ConfigNode
{
    /// <summary>The URL that is redirected.</summary>
    public required ConfigText From { get; init; }

    /// <summary>Where it leads.</summary>
    public required ConfigText To { get; init; }

    /// <summary>301, 302, 303, 307 or 308.</summary>
    public int Status { get; init; } = 301;

    /// <summary>Whether the host's subdomains are redirected too.</summary>
    public bool IncludeSubdomains { get; init; }

    /// <summary>Whether paths below are redirected too.</summary>
    public bool SubpathMatching { get; init; }

    /// <summary>With <see cref="SubpathMatching"/>: whether the rest of the path is kept.</summary>
    public bool PreservePathSuffix { get; init; } = true;

    /// <summary>Whether the request's query is kept.</summary>
    public bool PreserveQuery { get; init; }
}

/// <summary>A named list with its name. Immutable, compared by value.</summary>
/// <param name="Name">The name, as <c>$name</c> in expressions.</param>
/// <param name="List">The list.</param>
public sealed record NamedListConfig(ConfigText Name, ListConfig List);

/// <summary>
/// A decision over some visitors before any rule; exactly one of its settings but the description is written. Immutable.
/// </summary>
public sealed record AccessRuleConfig : ConfigNode
{
    /// <summary>Visitors whom no protection looks at.</summary>
    public AccessTarget? Allow { get; init; }

    /// <summary>Visitors who are refused.</summary>
    public AccessTarget? Block { get; init; }

    /// <summary>Visitors who are challenged.</summary>
    public AccessTarget? Challenge { get; init; }

    /// <summary>Visitors who are recorded.</summary>
    public AccessTarget? Log { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
}

/// <summary>Whom an access rule means: whoever is in one of these. Immutable, compared by value.</summary>
public sealed record AccessTarget
{
    /// <summary>Addresses and networks.</summary>
    public ConfigList<IPNetwork> Networks { get; init; } = [];

    /// <summary>Countries, ISO 3166-1 alpha-2; <c>T1</c> and <c>XX</c> as MMDB files have them.</summary>
    public ConfigList<string> Countries { get; init; } = [];

    /// <summary>Numbers of networks (autonomous systems).</summary>
    public ConfigList<uint> Asns { get; init; } = [];

    /// <summary>A list of addresses or networks' numbers; null = none.</summary>
    public string? List { get; init; }
}

/// <summary>Where the edge learns countries and networks of addresses. Immutable.</summary>
public sealed record GeoConfig : ConfigNode
{
    /// <summary>MMDB files; absolute paths.</summary>
    public ConfigList<string> Databases { get; init; } = [];
}
