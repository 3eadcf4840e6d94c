using System.Text.Json.Serialization;

namespace Breakwater.Edge.Waf;

/// <summary>What the firewall found in one exchange. Immutable. Everything that a client sent is cut, without secrets and without control characters.</summary>
public sealed record WafFacts
{
    /// <summary>What the rules are called: <c>builtin</c>, <c>crs</c> or the directory's name.</summary>
    public required string Rules { get; init; }

    /// <summary>The request's score.</summary>
    public required int Score { get; init; }

    /// <summary>The score from which requests are refused; 0 where the rules do not score.</summary>
    public required int Threshold { get; init; }

    /// <summary>The response's score.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int OutboundScore { get; init; }

    /// <summary>Why it was not inspected as a whole; null where it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotInspected { get; init; }

    /// <summary>The rules that matched, in the order in which they ran.</summary>
    public required IReadOnlyList<WafMatchFacts> Matches { get; init; }

    /// <summary>Further matches that are not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Omitted { get; init; }
}

/// <summary>A rule of the firewall that matched. Immutable.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Message">What it finds.</param>
/// <param name="Severity">emergency … debug; null where it does not say.</param>
/// <param name="Score">The points that it added.</param>
/// <param name="Where">What it looked at, such as <c>ARGS:comment</c>.</param>
/// <param name="Value">What it saw there, after its transformations.</param>
public sealed record WafMatchFacts(
    long Rule, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Severity, long Score, string Where, string Value);
