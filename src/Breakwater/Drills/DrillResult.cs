using System.Globalization;
using Breakwater.Drills.Load;

namespace Breakwater.Drills;

/// <summary>How a drill ended. Immutable; <c>--json</c> writes it, docs/drills.md shows it.</summary>
internal sealed record DrillResult
{
    /// <summary>The drill.</summary>
    public required string Name { get; init; }

    /// <summary>Whether everything held.</summary>
    public required bool Passed { get; init; }

    /// <summary>What did not hold; empty when it passed.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>What visitors saw; null where none were sent.</summary>
    public LoadFigures? Load { get; init; }

    /// <summary>What the edge said of the fault, in its log or in the answer to a command; null where it has nothing to say.</summary>
    public string? Event { get; init; }

    /// <summary>From the fault, or from its end where it had to end by itself, to the state that should be, in milliseconds.</summary>
    public double? RecoveryMs { get; init; }

    /// <summary>Further figures, by what they are.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>Of a scenario: guards off against guards on.</summary>
    public IReadOnlyList<Comparison> Comparisons { get; init; } = [];

    /// <summary>What was done and when, and the last words of the edges; empty when it passed.</summary>
    public IReadOnlyList<string> Diary { get; init; } = [];

    /// <summary>How long it took, start of the edge included.</summary>
    public double Seconds { get; init; }

    /// <summary>The figures in a line.</summary>
    public string Figures()
    {
        List<string> parts = [];
        if (Load is { Requests: > 0 } load)
        {
            string retried = load.Retried == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {load.Retried} sent again");
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{load.Requests} requests, {load.Failed} failed{retried}, p99 {load.P99Ms:0.0} ms"));
        }

        if (RecoveryMs is { } recovery)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"recovered in {recovery:0} ms"));
        }

        parts.AddRange(Notes.Select(note => $"{note.Key}: {note.Value}"));
        return string.Join("; ", parts);
    }
}

/// <summary>What came of the same thing without guards and with them. Immutable.</summary>
/// <param name="What">The thing.</param>
/// <param name="Off">Of a stand-in.</param>
/// <param name="On">Of the edge.</param>
internal sealed record Comparison(string What, string Off, string On);
