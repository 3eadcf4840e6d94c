using Breakwater.Drills;
using Breakwater.Drills.Reports;
using Breakwater.Drills.Soaks;

namespace Breakwater.Tests.Drills;

/// <summary>docs/drills.md is what the drills say of themselves, with the figures of docs/drills.json and docs/soak.json; BREAKWATER_UPDATE_DOCS=1 writes it anew.</summary>
public sealed class DrillReferenceTests
{
    private static readonly string Json = Path.Combine(Repository.Repository.Root, "docs/drills.json"), SoakJson = Path.Combine(Repository.Repository.Root, "docs/soak.json");

    [Fact]
    public void The_document_is_made_from_the_drills()
    {
        string path = Path.Combine(Repository.Repository.Root, "docs/drills.md");
        string made = DrillReference.Markdown(DrillRun.Read(Json), DrillRun.Read(SoakJson));
        if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, made);
        }

        Assert.Equal(made, File.ReadAllText(path));
    }

    [Fact]
    public void Every_figure_is_of_a_drill_that_is_there()
    {
        IEnumerable<string> measured = DrillRun.Read(Json).Drills.Select(result => result.Name);
        Assert.NotEmpty(measured);
        Assert.Empty(measured.Except(DrillCatalogue.Drills.Select(drill => drill.Sheet.Name)));
    }

    [Fact]
    public void The_soak_was_one_that_passed()
    {
        DrillResult soak = Assert.Single(DrillRun.Read(SoakJson).Drills);
        Assert.Equal(Soak.Word, soak.Name);
        Assert.True(soak.Passed);
    }

    [Fact]
    public void Every_drill_of_the_design_is_there_or_left_out_by_name()
    {
        IEnumerable<string> known = DrillCatalogue.Drills.Select(drill => drill.Sheet.Name).Concat(DrillCatalogue.LeftOut.Select(drill => drill.Name));
        Assert.Equal(known.Distinct(), known);
        Assert.Empty(known.Where(name => name[0] == 'D').Except(Enumerable.Range(1, 52).Select(number => $"D{number}")));
    }
}
