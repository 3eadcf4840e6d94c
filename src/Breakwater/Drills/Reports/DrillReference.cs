using System.Text;
using Breakwater.Drills.Soaks;

namespace Breakwater.Drills.Reports;

/// <summary>docs/drills.md, from the drills and from the figures of a run. Stateless.</summary>
internal static class DrillReference
{
    /// <summary>The whole document.</summary>
    /// <param name="measured">The run whose figures are shown.</param>
    /// <param name="soaked">The run of a long soak.</param>
    public static string Markdown(DrillRun measured, DrillRun soaked)
    {
        StringBuilder text = new();
        text.Append(Introduction(measured));
        Table(text, measured);
        text.Append("\n## The drills, one by one\n");
        foreach (Drill drill in DrillCatalogue.Drills)
        {
            Sheet(text, drill.Sheet, measured.Drills.FirstOrDefault(result => result.Name == drill.Sheet.Name)?.Comparisons ?? []);
        }

        SoakSection(text, soaked);

        LeftOut(text);
        return text.ToString();
    }

    private static string Introduction(DrillRun measured) => $$"""
        # Drills

        <!-- Generated from src/Breakwater/Drills and docs/drills.json. To change it, change those, then run the tests of Breakwater with
             BREAKWATER_UPDATE_DOCS=1. -->

        Outages that happened to others, made small, and what Breakwater does with them. `breakwater drill all` runs every one of them on this machine, `breakwater drill D5` one; nothing
        of yours is touched. Each starts an edge of its own (this very program, as a process with a configuration, a data directory and ports of its own), origins, and a steady load
        of visitors over real connections. Then it injects the fault, and holds its bound: how many requests may fail (mostly none), how long they may take, what the edge has to say,
        and that it is well again without a hand.

        Every request of the load is accounted for: answered as it should be, or failed. Visitors who must be refused count as failed when they are let in, so a protection that is lost in the
        fault breaks the bound too. Each request carries a number that the origin repeats; an answer that belongs to another request is a failure. A kept-alive connection that is
        closed before a byte of the answer is asked again once over a new one, as browsers do, and that is counted. Times run from the moment at which a request was due.

        Drills run beside each other, and beside whatever else the machine does. So a bound on time is widened by four times what the machine itself delayed a thread that
        sleeps and works a little meanwhile, at the 99th percentile; on a machine that has nothing else to do that is a millisecond or so. Where it is more than 25 ms, times
        are not judged at all, and the figures say so.

        ## Our figures

        Measured by `breakwater drill all --json docs/drills.json` with version {{measured.Version}} on {{measured.Date}}, {{measured.Machine}}. To measure anew: run that in the root of the repository, on
        a machine that does nothing else, then the tests with `BREAKWATER_UPDATE_DOCS=1`, and commit both files.


        """;

    private static void Table(StringBuilder text, DrillRun measured)
    {
        Dictionary<string, DrillResult> results = measured.Drills.ToDictionary(result => result.Name);
        text.Append("| drill | outage | mechanism | our figure |\n|---|---|---|---|\n");
        foreach (DrillSheet sheet in DrillCatalogue.Drills.Select(drill => drill.Sheet))
        {
            string figure = !results.TryGetValue(sheet.Name, out DrillResult? result) ? "not measured yet"
                : result.Passed ? result.Figures()
                : $"**failed**: {string.Join("; ", result.Broken)}";
            text.Append($"| [{sheet.Name}](#{Anchor(sheet)}) | {Cell(sheet.Outage)} | {Cell(sheet.Mechanism)} | {Cell(figure)} |\n");
        }
    }

    private static void Sheet(StringBuilder text, DrillSheet sheet, IReadOnlyList<Comparison> comparisons)
    {
        string requests = sheet.Limits.Failed switch
        {
            null => "",
            0 => "No request fails. ",
            1 => "At most one request fails. ",
            { } some => $"At most {some} requests fail. ",
        };
        text.Append($"\n### {Heading(sheet)}\n\n");
        text.Append($"* **Outage**: {sheet.Outage}. {sheet.Mechanism}\n");
        text.Append($"* **Fault**: {sheet.Fault}\n");
        text.Append($"* **Bound**: {requests}{sheet.Bound} 99 of 100 requests are answered within {sheet.Limits.P99.TotalMilliseconds:0} ms.\n");
        text.Append($"* **Guard**: {sheet.Guard}\n");
        if (comparisons.Count == 0)
        {
            return;
        }

        text.Append("\n| under the same load | guards off | guards on |\n|---|---|---|\n");
        foreach (Comparison comparison in comparisons)
        {
            text.Append($"| {Cell(comparison.What)} | {Cell(comparison.Off)} | {Cell(comparison.On)} |\n");
        }
    }

    private static void SoakSection(StringBuilder text, DrillRun soaked)
    {
        DrillSheet soak = new Soak(TimeSpan.Zero).Sheet;
        text.Append($"\n## The soak\n\n`breakwater drill soak --for 30m` is all of it in turns. {soak.Mechanism} It is not part of `all`; the tests run a short one, of two minutes in CI.\n\n");
        text.Append($"* **Fault**: {soak.Fault}\n* **Bound**: {soak.Bound} 99 of 100 requests are answered within {soak.Limits.P99.TotalMilliseconds:0} ms.\n");
        text.Append("\nThe same `--seed` gives the same order of faults, and the same variants of each; how many rounds there are is a matter of time. When it fails, what was done and when is printed, with the last words of the edge.\n");
        text.Append($"\nMeasured by `breakwater drill soak --for 30m --json docs/soak.json` with version {soaked.Version} on {soaked.Date}, {soaked.Machine}:\n\n");
        foreach (DrillResult result in soaked.Drills)
        {
            text.Append(result.Passed ? "" : $"* **failed**: {string.Join("; ", result.Broken)}\n");
            text.Append($"* {result.Figures().Replace("; ", "\n* ", StringComparison.Ordinal)}\n* seconds: {result.Seconds:0}\n");
        }
    }

    private static void LeftOut(StringBuilder text)
    {
        text.Append("\n## Left out\n\nWhat these are about is not part of Breakwater yet, or not of a single node.\n\n| drill | what goes wrong | why it is left out |\n|---|---|---|\n");
        foreach (LeftOutDrill drill in DrillCatalogue.LeftOut)
        {
            text.Append($"| {drill.Name} | {Cell(drill.Title)} | {Cell(drill.Why)} |\n");
        }
    }

    private static string Heading(DrillSheet sheet) => $"{sheet.Name}: {sheet.Title}";

    /// <summary>The fragment that GitHub and its like make of a heading.</summary>
    private static string Anchor(DrillSheet sheet) =>
        string.Concat(Heading(sheet).ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-');

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
