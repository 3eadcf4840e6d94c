namespace Breakwater.Config;

/// <summary>The kinds of <see cref="HostPattern"/>, from the strongest match to the weakest.</summary>
public enum HostPatternKind
{
    /// <summary>One host.</summary>
    Exact,

    /// <summary>Every host below a name, at any depth, not the name itself.</summary>
    Wildcard,

    /// <summary>Every host.</summary>
    Any,
}

/// <summary>
/// A host that a zone answers for: <c>shop.example.com</c>, <c>*.shop.example.com</c> or <c>*</c>. Immutable, compared by value.
/// </summary>
/// <param name="Kind">What it matches.</param>
/// <param name="Name">
/// The host in lower case without port (an IPv6 address in brackets, as in <c>Host</c>); of a wildcard the part after <c>*.</c>;
/// empty for any.
/// </param>
public readonly record struct HostPattern(HostPatternKind Kind, string Name)
{
    /// <summary>Every host.</summary>
    public static HostPattern Any => new(HostPatternKind.Any, "");

    /// <summary>One host; the name is taken as it is, in lower case.</summary>
    public static HostPattern Exact(string name) => new(HostPatternKind.Exact, name);

    /// <summary>Every host below a name.</summary>
    public static HostPattern Wildcard(string name) => new(HostPatternKind.Wildcard, name);

    /// <summary>The pattern as the document writes it.</summary>
    public override string ToString() => Kind switch
    {
        HostPatternKind.Exact => Name,
        HostPatternKind.Wildcard => "*." + Name,
        _ => "*",
    };
}
