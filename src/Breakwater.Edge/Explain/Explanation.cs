using System.Text.Json.Serialization;
using Breakwater.Edge.Events;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Explain;

/// <summary>The way of one request through the edge: every rule with what it saw and what became of it. Immutable.</summary>
public sealed record Explanation
{
    /// <summary>Method, target and version, as they came.</summary>
    public required string Request { get; init; }

    /// <summary>The host that was asked for.</summary>
    public required string Host { get; init; }

    /// <summary>The client's address: the peer, or whom trusted proxies name.</summary>
    public required string Client { get; init; }

    /// <summary>Whether the client's end is https.</summary>
    public required bool Https { get; init; }

    /// <summary>The zone; null when none serves the host, or the request is refused before that is known.</summary>
    public string? Zone { get; init; }

    /// <summary>Whether protections act (on), only record (detect) or do not run (off); null where no rules were met.</summary>
    public string? Protection { get; init; }

    /// <summary>The phases that have rules, in the order in which they ran.</summary>
    public required IReadOnlyList<ExplainedPhase> Phases { get; init; }

    /// <summary>What the firewall found; null where it found nothing, or there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WafFacts? Waf { get; init; }

    /// <summary>What becomes of the request.</summary>
    public required ExplainedVerdict Verdict { get; init; }

    /// <summary>Where it goes; null when it goes nowhere.</summary>
    public ExplainedOrigin? Origin { get; init; }

    /// <summary>What the client gets when the origin answers as it did; null where no answer of the origin is known.</summary>
    public ExplainedResponse? Response { get; init; }

    /// <summary>What each step took.</summary>
    public required IReadOnlyList<ExplainedStep> Steps { get; init; }
}

/// <summary>A phase. Immutable.</summary>
/// <param name="Phase">Its name.</param>
/// <param name="Skipped">Whether an earlier rule spared the request the whole phase.</param>
/// <param name="Rules">Its rules in the order in which they ran; those after the one that ended the request were not reached.</param>
/// <param name="Omitted">Rules that are not shown.</param>
/// <param name="Micros">What it took, in microseconds.</param>
public sealed record ExplainedPhase(string Phase, bool Skipped, IReadOnlyList<ExplainedRule> Rules, int Omitted, double Micros);

/// <summary>A rule in one request's way. Immutable.</summary>
public sealed record ExplainedRule
{
    /// <summary>account or zone.</summary>
    public required string Level { get; init; }

    /// <summary>The id of the ruleset.</summary>
    public required string Ruleset { get; init; }

    /// <summary>The rule's id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for, in the operator's words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>What must hold.</summary>
    public required string Expression { get; init; }

    /// <summary>What happens then.</summary>
    public required string Action { get; init; }

    /// <summary>not_matched, matched, ended, skipped, within_limit, below_score, not_listed or let_pass.</summary>
    public required string Result { get; init; }

    /// <summary>What the expression saw, by field; null where it was missing.</summary>
    public required IReadOnlyDictionary<string, string?> Values { get; init; }

    /// <summary>What its rate limit says, this request included; null where it was not asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LimitFacts? Limit { get; init; }

    /// <summary>What it took, in microseconds. Rules are evaluated together where they can be: the first one of a ruleset carries what they share.</summary>
    public required double Micros { get; init; }
}

/// <summary>What becomes of a request. Immutable.</summary>
/// <param name="Outcome">forwarded, answered or dropped.</param>
/// <param name="End">Why it ends so, in a word of docs/end-reasons.md; null when it is forwarded.</param>
/// <param name="Status">The status of the edge's own answer; 0 without one.</param>
/// <param name="Rule">The id of the rule that decided; null when none did.</param>
/// <param name="Ruleset">The id of its ruleset.</param>
/// <param name="Violation">What is wrong with the request, where it is malformed.</param>
/// <param name="Fields">The header lines of the edge's own answer that rules and the zone gave it.</param>
public sealed record ExplainedVerdict(string Outcome, string? End, int Status, string? Rule, string? Ruleset, string? Violation, IReadOnlyList<string> Fields);

/// <summary>Where a request goes. Immutable.</summary>
/// <param name="Url">The origin; null when none can be chosen.</param>
/// <param name="Of">How many origins there were to choose from.</param>
/// <param name="Routed">Whether a rule sends it elsewhere than to the zone's origins.</param>
/// <param name="Head">The request's head as the origin would get it over HTTP/1.1, a line each.</param>
public sealed record ExplainedOrigin(string? Url, int Of, bool Routed, IReadOnlyList<string> Head);

/// <summary>What rules make of an origin's answer. Immutable.</summary>
/// <param name="Status">The status that the client gets.</param>
/// <param name="Rule">The id of the rule whose answer takes its place; null when it is the origin's.</param>
/// <param name="Ruleset">The id of that rule's ruleset.</param>
/// <param name="Coding">How its body is coded on the way: gzip, br or zstd; null when it goes as it is.</param>
/// <param name="Head">Its head as the client gets it over HTTP/1.1, a line each, without what the edge adds to every answer.</param>
public sealed record ExplainedResponse(int Status, string? Rule, string? Ruleset, string? Coding, IReadOnlyList<string> Head);

/// <summary>A step of the way. Immutable.</summary>
/// <param name="Step">What is done.</param>
/// <param name="Micros">What it took, in microseconds.</param>
public sealed record ExplainedStep(string Step, double Micros);
