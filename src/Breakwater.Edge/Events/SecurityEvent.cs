using System.Text.Json.Serialization;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Events;

/// <summary>
/// One thing that a rule did with a request, other than letting it pass. Immutable. Everything that a client sent is cut, without secrets and
/// without control characters. The members are described in docs/logs.md.
/// </summary>
public sealed record SecurityEvent
{
    /// <summary>1 for the edge's first event, counted up; it begins anew with the process.</summary>
    public long Number { get; init; }

    /// <summary>When the request's head was complete.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The exchange.</summary>
    public required string Ray { get; init; }

    /// <summary>The zone.</summary>
    public required string Zone { get; init; }

    /// <summary>The number of the configuration.</summary>
    public required long Generation { get; init; }

    /// <summary>The client's address.</summary>
    public required string Client { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The host that was asked for.</summary>
    public required string Host { get; init; }

    /// <summary>The path as it came; without the query.</summary>
    public required string Path { get; init; }

    /// <summary>What the rule is for: block, log, skip …</summary>
    public required string Action { get; init; }

    /// <summary>ended, would_have_ended or noted.</summary>
    public required string Effect { get; init; }

    /// <summary>The phase in which the rule ran.</summary>
    public required string Phase { get; init; }

    /// <summary>account or zone.</summary>
    public required string Level { get; init; }

    /// <summary>The id of the ruleset.</summary>
    public required string Ruleset { get; init; }

    /// <summary>The id of the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>What the rule is for, in the operator's words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>The status that was sent; 0 when none was.</summary>
    public required int Status { get; init; }

    /// <summary>How the exchange ended, in a word of docs/end-reasons.md.</summary>
    public required string End { get; init; }

    /// <summary>What the rule's rate limit said; null where it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LimitFacts? Limit { get; init; }

    /// <summary>What the rule's expression saw, by field; null where it was missing.</summary>
    public required IReadOnlyDictionary<string, string?> Values { get; init; }

    /// <summary>What the firewall found; null where a rule of another kind is told of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WafFacts? Waf { get; init; }

    /// <summary>Events of this rule since its last one that were only counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Suppressed { get; init; }

    /// <summary>Further matches of this exchange that did not fit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Omitted { get; init; }

    /// <summary>The request; shared by the events of an exchange, and told by an explanation only.</summary>
    [JsonIgnore]
    internal EventRequest? Request { get; init; }
}

/// <summary>What a rate limit said. Immutable.</summary>
/// <param name="Allowed">Requests, or points of score, that are allowed in a period.</param>
/// <param name="PeriodSeconds">The period.</param>
/// <param name="Remaining">What is left of them.</param>
/// <param name="ResetSeconds">In how many seconds requests are taken again, or, while they are, until the count of now has faded.</param>
/// <param name="Exceeded">Whether the client is over it.</param>
public sealed record LimitFacts(long Allowed, int PeriodSeconds, long Remaining, int ResetSeconds, bool Exceeded);

/// <summary>A request that had events, and what became of it. Immutable.</summary>
public sealed record EventRequest
{
    /// <summary>The request's head without secrets, a line each; bounded.</summary>
    public required string Head { get; init; }

    /// <summary>Whether that is not all of the head: it was cut, or the edge refused it and read no further.</summary>
    public required bool HeadTruncated { get; init; }

    /// <summary>The head of the origin's own response without secrets, a line each; bounded. Null when it did not answer.</summary>
    public string? ResponseHead { get; init; }

    /// <summary>Whether that head was cut.</summary>
    public bool ResponseHeadTruncated { get; init; }

    /// <summary>The client's address.</summary>
    public required string Client { get; init; }

    /// <summary>Whether the client's end is https.</summary>
    public required bool Https { get; init; }

    /// <summary>The origin that was asked last; null when none was.</summary>
    public string? Origin { get; init; }

    /// <summary>The origin's own status; 0 when it did not answer.</summary>
    public int OriginStatus { get; init; }

    /// <summary>From the request being sent to the origin to its response's head being complete.</summary>
    public double OriginMs { get; init; }

    /// <summary>From the head's end to the exchange's end.</summary>
    public required double DurationMs { get; init; }
}

/// <summary>Some events in their order. Immutable.</summary>
/// <param name="Last">The number of the newest event there is.</param>
/// <param name="Events">Those that were asked for.</param>
public sealed record EventPage(long Last, IReadOnlyList<SecurityEvent> Events);
