namespace Breakwater.Rules.Tests.Conformance;

/// <summary>The language does what its tables say.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Files => [.. ConformanceTable.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_expression_comes_to_what_its_line_says(string file)
    {
        string[] wrong = [.. ConformanceTable.Read(file)
            .Select(test => (Test: test, Outcome: ConformanceTable.Outcome(test)))
            .Where(t => t.Outcome != t.Test.Expected)
            .Select(t => $"{t.Test}  ->  {t.Outcome}")];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_tables_hold_what_they_promise() => Assert.True(ConformanceTable.All.Count() >= 1000);

    [Fact]
    public void No_expression_stands_twice_with_different_answers() => Assert.All(
        ConformanceTable.All.GroupBy(t => (t.Text, t.Request, t.IsValue)), g => Assert.Single(g.Select(t => t.Expected).Distinct()));
}
