using System.Globalization;
using Breakwater.Drills.Soaks;
using Breakwater.Terminal;

namespace Breakwater.Drills.Reports;

/// <summary>Drills on a terminal. Stateless.</summary>
internal static class DrillReport
{
    private const int Width = 12;

    /// <summary>What there is, and what is left out.</summary>
    public static void List(TextWriter output, Palette palette)
    {
        foreach (Drill drill in DrillCatalogue.Drills)
        {
            output.WriteLine($"{palette.Bold(drill.Sheet.Name.PadRight(Width))}  {drill.Sheet.Title}  {palette.Dim(drill.Sheet.Outage)}");
        }

        output.WriteLine($"{palette.Bold(Soak.Word.PadRight(Width))}  All of it in turns, for --for TIME; not part of 'all'");
        output.WriteLine();
        output.WriteLine("Left out:");
        foreach (LeftOutDrill drill in DrillCatalogue.LeftOut)
        {
            output.WriteLine($"{palette.Dim(drill.Name.PadRight(Width))}  {drill.Title}: {drill.Why}");
        }
    }

    /// <summary>One that has ended.</summary>
    public static void Ended(Drill drill, DrillResult result, TextWriter output, Palette palette)
    {
        string word = result.Passed ? palette.Green("passed") : palette.Red("failed");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{drill.Sheet.Name,-Width}  {word}  {drill.Sheet.Title}  {palette.Dim($"{result.Seconds:0.0} s")}"));
        Line(result.Figures());
        Line(result.Event is { } said ? $"said: {said}" : "");
        foreach (string broken in result.Broken)
        {
            Line(palette.Red(broken));
        }

        foreach (Comparison comparison in result.Comparisons)
        {
            Line($"{comparison.What}: guards off: {comparison.Off}; guards on: {comparison.On}");
        }

        foreach (string line in result.Diary)
        {
            Line(palette.Dim(line));
        }

        void Line(string text)
        {
            if (text.Length > 0)
            {
                output.WriteLine($"{"",-Width}  {text}");
            }
        }
    }

    /// <summary>The last line.</summary>
    public static string Sum(int passed, int failed) => string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed");
}
