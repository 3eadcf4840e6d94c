using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// <c>skip</c>: what the request is spared. A rule for all zones spares it rules for all zones only, but phases altogether.
/// </summary>
public sealed record SkipAction() : RuleAction(RuleActionKind.Skip)
{
    /// <summary>The rest of the ruleset that the rule stands in.</summary>
    public bool CurrentRuleset { get; init; }

    /// <summary>The rest of the phase.</summary>
    public bool CurrentPhase { get; init; }

    /// <summary>Later phases.</summary>
    public ImmutableArray<RulePhase> Phases { get; init; } = [];

    /// <summary>Protections that are no rulesets.</summary>
    public SkippedProducts Products { get; init; }

    /// <summary>Rulesets, by their ids.</summary>
    public ImmutableArray<string> Rulesets { get; init; } = [];

    /// <summary>Rules of rulesets.</summary>
    public ImmutableArray<SkippedRules> Rules { get; init; } = [];
}

/// <summary>Rules of a ruleset that are spared. Immutable.</summary>
/// <param name="RulesetId">The ruleset.</param>
/// <param name="RuleIds">Its rules.</param>
public sealed record SkippedRules(string RulesetId, ImmutableArray<string> RuleIds);

/// <summary>Protections that are no rulesets, by the API's names.</summary>
[Flags]
public enum SkippedProducts : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>bic</c>: browser integrity check.</summary>
    BrowserIntegrity = 1,

    /// <summary><c>hot</c>: hotlink protection.</summary>
    Hotlink = 2,

    /// <summary><c>rateLimit</c>: rate limits of the earlier kind.</summary>
    RateLimit = 4,

    /// <summary><c>securityLevel</c>: security level.</summary>
    SecurityLevel = 8,

    /// <summary><c>uaBlock</c>: blocked user agents.</summary>
    UserAgentBlock = 16,

    /// <summary><c>waf</c>: the web application firewall of the earlier kind.</summary>
    Waf = 32,

    /// <summary><c>zoneLockdown</c>: addresses that alone may reach a URL.</summary>
    ZoneLockdown = 64,
}

/// <summary>Names of products.</summary>
public static class RuleProducts
{
    private static readonly (string Name, SkippedProducts Product)[] Table =
    [
        ("bic", SkippedProducts.BrowserIntegrity), ("hot", SkippedProducts.Hotlink), ("rateLimit", SkippedProducts.RateLimit),
        ("securityLevel", SkippedProducts.SecurityLevel), ("uaBlock", SkippedProducts.UserAgentBlock), ("waf", SkippedProducts.Waf),
        ("zoneLockdown", SkippedProducts.ZoneLockdown),
    ];

    /// <summary>The API's names.</summary>
    public static IReadOnlyList<string> AllNames { get; } = [.. Table.Select(t => t.Name)];

    /// <summary>The API's names of some products.</summary>
    internal static string Name(SkippedProducts products) =>
        string.Join(", ", Table.Where(t => products.HasFlag(t.Product)).Select(t => t.Name));

    /// <summary>The product of that name.</summary>
    public static bool TryParse(string name, out SkippedProducts product)
    {
        product = Array.Find(Table, t => t.Name == name).Product;
        return product != SkippedProducts.None;
    }
}
