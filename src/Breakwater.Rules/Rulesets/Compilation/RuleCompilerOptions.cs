using System.Collections.Frozen;

namespace Breakwater.Rules.Rulesets;

/// <summary>What rules are compiled with. Immutable; the lists it names may change their content.</summary>
public sealed record RuleCompilerOptions
{
    /// <summary>Nothing but the language itself.</summary>
    public static RuleCompilerOptions Default { get; } = new();

    /// <summary>The lists that expressions name with <c>$</c>.</summary>
    public INamedLists? Lists { get; init; }

    /// <summary>The lists of redirects, by name.</summary>
    public IReadOnlyDictionary<string, RedirectList> RedirectLists { get; init; } = FrozenDictionary<string, RedirectList>.Empty;

    /// <summary>What whoever runs the rules can do.</summary>
    public RuleCapabilities Capabilities { get; init; } = RuleCapabilities.Default;

    /// <summary>What rules may cost.</summary>
    public RuleLimits Limits { get; init; } = RuleLimits.Default;
}

/// <summary>
/// What whoever runs the rules can do, so that what a rule asks for beyond it is named when the rules are loaded, not found out when they
/// should act. Immutable.
/// </summary>
public sealed record RuleCapabilities
{
    /// <summary>What an edge does without challenges, cache and managed rulesets.</summary>
    public static RuleCapabilities Default { get; } = new();

    /// <summary>Actions that are carried out. A challenge that is not among them blocks; other actions do nothing.</summary>
    public IReadOnlySet<RuleActionKind> Actions { get; init; } = new[]
    {
        RuleActionKind.Block, RuleActionKind.Log, RuleActionKind.Skip, RuleActionKind.Execute, RuleActionKind.Rewrite,
        RuleActionKind.Redirect, RuleActionKind.Route, RuleActionKind.SetConfig, RuleActionKind.ServeError, RuleActionKind.CompressResponse,
        RuleActionKind.Score, RuleActionKind.LogCustomField, RuleActionKind.ForceConnectionClose,
    }.ToFrozenSet();

    /// <summary>Ids of rulesets that are no rules of this language and that <c>execute</c> reaches all the same.</summary>
    public IReadOnlySet<string> ManagedRulesets { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Settings of <c>set_config</c> that are honoured, by their names.</summary>
    public IReadOnlySet<string> Settings { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Products of <c>skip</c> that exist.</summary>
    public SkippedProducts Products { get; init; } = SkippedProducts.RateLimit | SkippedProducts.Waf;
}

/// <summary>What became of compiling the rules of one level. Immutable.</summary>
/// <param name="Rules">The compiled rules; null when there was an error.</param>
/// <param name="Diagnostics">Everything found.</param>
public sealed record RuleCompilation(CompiledLevel? Rules, IReadOnlyList<RuleDiagnostic> Diagnostics);
