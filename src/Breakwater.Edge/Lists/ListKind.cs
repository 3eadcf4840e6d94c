namespace Breakwater.Edge.Lists;

/// <summary>What the items of a list are.</summary>
internal enum ListKind : byte
{
    /// <summary>Addresses, networks and ranges of addresses.</summary>
    Ip,

    /// <summary>Host names, each for itself, or <c>*.name</c> for all names below it.</summary>
    Hostname,

    /// <summary>Numbers of autonomous systems.</summary>
    Asn,

    /// <summary>Redirects from URL to URL.</summary>
    Redirect,
}
