using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// How often a rule may hold for one client, where what counts as one client is said by its characteristics. Immutable. Counting is not
/// done here: a compiled rule writes the key of a request (<see cref="CompiledRateLimit.WriteKey"/>) and says when to count.
/// </summary>
public sealed record RateLimit
{
    /// <summary>Periods that the rulesets API allows, seconds.</summary>
    public static IReadOnlyList<int> Periods { get; } = [10, 60, 120, 300, 600, 3600];

    /// <summary>Mitigation timeouts that the rulesets API allows, seconds.</summary>
    public static IReadOnlyList<int> MitigationTimeouts { get; } = [0, 10, 60, 120, 300, 600, 3600, 86400];

    /// <summary>The longest period or timeout, seconds.</summary>
    public const int MaxSeconds = 86400;

    /// <summary>The largest number of requests or points of score in a period.</summary>
    public const int MaxRequests = 1_000_000_000;

    /// <summary>What tells clients apart: values that are counted separately, all of them together.</summary>
    public ImmutableArray<RuleText> Characteristics { get; init; } = [];

    /// <summary>Seconds over which requests are counted.</summary>
    public required int Period { get; init; }

    /// <summary>Requests in a period that are allowed; null when <see cref="ScorePerPeriod"/> counts.</summary>
    public int? RequestsPerPeriod { get; init; }

    /// <summary>The sum of scores in a period that is allowed; null when requests count.</summary>
    public int? ScorePerPeriod { get; init; }

    /// <summary>The response header in which the origin tells the score of a request: 1 to 1,000,000.</summary>
    public string? ScoreResponseHeader { get; init; }

    /// <summary>Seconds for which the action lasts once the limit is exceeded; 0 = as long as the rate is above it.</summary>
    public int MitigationTimeout { get; init; }

    /// <summary>What must hold for a request to be counted; null = the rule's expression. May look at the response.</summary>
    public RuleText? CountingExpression { get; init; }

    /// <summary>Whether requests that the cache answers are not counted.</summary>
    public bool RequestsToOrigin { get; init; }

    /// <summary>Where it stands.</summary>
    public RulePosition Position { get; init; } = RulePosition.None;
}
