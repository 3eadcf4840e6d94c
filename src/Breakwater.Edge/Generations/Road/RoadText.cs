using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Generations.Road;

/// <summary>The road in words, for logs, status and JSON. Stateless.</summary>
internal static class RoadText
{
    /// <summary>A stage in a word of docs/generations.md.</summary>
    public static string Word(RoadStage stage) => WordsOf<RoadStage>.Text((int)stage);

    /// <summary>What was to be put in force.</summary>
    public static string What(ChangeOrigin origin) => origin.Source switch
    {
        ChangeSource.Files => $"the {origin}",
        ChangeSource.Rollback => $"the {origin}",
        _ => "the new configuration",
    };

    /// <summary>How many problems are not told; empty for none.</summary>
    public static string Further(int problems) => problems switch
    {
        <= 0 => "",
        1 => " (and 1 further problem)",
        _ => $" (and {problems} further problems)",
    };

    /// <summary>An outcome in a word of docs/generations.md.</summary>
    public static string Word(RoadOutcome outcome) => WordsOf<RoadOutcome>.Text((int)outcome);
}
