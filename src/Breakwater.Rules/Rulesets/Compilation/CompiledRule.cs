using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>For whom rules hold.</summary>
public enum RuleLevel : byte
{
    /// <summary>All zones.</summary>
    Account,

    /// <summary>One zone.</summary>
    Zone,
}

/// <summary>A rule that can run. Immutable, thread-safe; what one request does to it lives in its <see cref="RuleState"/>.</summary>
public sealed class CompiledRule
{
    internal CompiledRule(Rule source, Ruleset ruleset, RuleLevel level, RuleAction action)
    {
        (Source, Ruleset, Level, Action) = (source, ruleset, level, action);
    }

    /// <summary>The rule as it was written.</summary>
    public Rule Source { get; }

    /// <summary>Its id.</summary>
    public string Id => Source.Id;

    /// <summary>The ruleset it stands in.</summary>
    public Ruleset Ruleset { get; }

    /// <summary>The phase in which it runs.</summary>
    public RulePhase Phase => Ruleset.Phase;

    /// <summary>For whom it holds.</summary>
    public RuleLevel Level { get; }

    /// <summary>What it does, overrides included.</summary>
    public RuleAction Action { get; }

    /// <summary>Whether its match ends the exchange's phases.</summary>
    public bool IsTerminating => RuleActionKinds.IsTerminating(Action.Kind);

    /// <summary>Whether a match becomes an event: as the rule says, else for all but plain changes of the exchange.</summary>
    public bool IsLogged => Source.Logging
        ?? (RuleActionKinds.IsProtection(Action.Kind) || Action.Kind is RuleActionKind.Log or RuleActionKind.Skip);

    /// <summary>What must hold.</summary>
    public Expression Filter { get; internal init; } = null!;

    /// <summary>The <c>execute</c> by which it was reached; null in an entry point.</summary>
    public Rule? ExecutedBy { get; internal init; }

    /// <summary>How often it may hold; null = the first time it acts.</summary>
    public CompiledRateLimit? RateLimit { get; internal init; }

    /// <summary>What <c>rewrite</c> changes.</summary>
    public CompiledRewrite? Rewrite { get; internal init; }

    /// <summary>Where <c>redirect</c> leads, unless a list says it.</summary>
    public CompiledRedirect? Redirect { get; internal init; }

    /// <summary>The list that says where <c>redirect</c> leads.</summary>
    public CompiledBulkRedirect? BulkRedirect { get; internal init; }

    /// <summary>The score that the request must have reached besides; null = any.</summary>
    public int? ScoreThreshold { get; internal init; }

    /// <summary>The part of the same rule that decides for this one; null when this decides for itself.</summary>
    public CompiledRule? FirstPart { get; private set; }

    /// <summary>The parts of the same rule for which this one decides, by phase.</summary>
    public ImmutableArray<CompiledRule> LaterParts { get; private set; } = [];

    /// <summary>The ruleset that <c>execute</c> runs here; null when it is managed, and the caller's to run.</summary>
    internal CompiledRuleset? Executes { get; init; }

    /// <summary>What <c>skip</c> spares.</summary>
    internal CompiledSkip? Skips { get; init; }

    /// <summary>The slots whose being skipped spares this rule, and the ruleset it executes; -1 = none can.</summary>
    internal int RuleSlot { get; init; } = -1;

    internal int RulesetSlot { get; init; } = -1;

    internal int TargetSlot { get; init; } = -1;

    /// <summary>Set when the rule was reached, so that its response is counted; -1 = responses do not count.</summary>
    internal int ReachedSlot { get; init; } = -1;

    /// <summary>Set when the rule took effect, so that its later parts do; -1 = it has none.</summary>
    internal int PartsSlot { get; private set; } = -1;

    private bool IsLaterPart => Source.Part is { } part && part.First != Phase;

    /// <summary>What must hold for the rule to be visited: nothing, for a later part, which its first part decides about.</summary>
    internal Expression VisitedBy => IsLaterPart ? Everything.Value : Filter;

    private static Lazy<Expression> Everything { get; } = new(() =>
        Expression.TryCompile("ssl or not ssl", new ExpressionScheme(ExpressionFeatures.None, null), out Expression? always, [])
            ? always : throw new InvalidOperationException());

    /// <summary>Links the parts of rules that act in several phases. To be called once, before any of the rules runs.</summary>
    internal static void LinkParts(IEnumerable<CompiledRule> rules, SkipSlots slots)
    {
        foreach (IGrouping<object, CompiledRule> whole in rules.Where(r => r.Source.Part is not null).GroupBy(r => r.Source.Part!.Whole))
        {
            CompiledRule? first = whole.FirstOrDefault(r => !r.IsLaterPart);
            if (first is null) continue;
            first.LaterParts = [.. whole.Where(r => r.IsLaterPart).OrderBy(r => r.Phase)];
            first.PartsSlot = slots.Next();
            foreach (CompiledRule later in first.LaterParts) later.FirstPart = first;
        }
    }

    /// <summary>The rule's id with its ruleset's.</summary>
    public override string ToString() => $"{Ruleset.Id}/{Id}";
}

/// <summary>Rules that run one after the other. Immutable, thread-safe.</summary>
internal sealed class CompiledRuleset(CompiledRule[] rules)
{
    public CompiledRule[] Rules => rules;

    public ExpressionSet Filters { get; } = ExpressionSet.Create(rules.Select(r => r.VisitedBy));

    /// <summary>Whether a rule must be visited even when its filter does not match, because it counts by another expression.</summary>
    public bool VisitsAll { get; } = rules.Any(r => r.RateLimit?.Counting is not null);
}

/// <summary>What a <c>skip</c> spares. Immutable.</summary>
internal sealed record CompiledSkip(bool CurrentRuleset, bool CurrentPhase, uint Phases, SkippedProducts Products, int[] Slots);

/// <summary>What a <c>rewrite</c> changes. Immutable.</summary>
/// <param name="Path">The new path; null = the old one.</param>
/// <param name="Query">The new query, without <c>?</c>; null = the old one.</param>
/// <param name="Headers">What is done to headers, in order.</param>
public sealed record CompiledRewrite(CompiledValue? Path, CompiledValue? Query, ImmutableArray<CompiledHeaderOperation> Headers);

/// <summary>A change of one header field. Immutable.</summary>
/// <param name="Name">The field's name as written, ASCII.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Value">The value; null when the field is removed.</param>
public sealed record CompiledHeaderOperation(ImmutableArray<byte> Name, HeaderOperationKind Operation, CompiledValue? Value);

/// <summary>Where a <c>redirect</c> leads. Immutable.</summary>
/// <param name="Target">The address.</param>
/// <param name="StatusCode">301, 302, 303, 307 or 308.</param>
/// <param name="PreserveQuery">Whether the request's query is appended.</param>
public sealed record CompiledRedirect(CompiledValue Target, int StatusCode, bool PreserveQuery);

/// <summary>The list that says where a <c>redirect</c> leads. Immutable.</summary>
/// <param name="List">The list.</param>
/// <param name="Key">What is looked up in it.</param>
public sealed record CompiledBulkRedirect(RedirectList List, ValueExpression Key);
