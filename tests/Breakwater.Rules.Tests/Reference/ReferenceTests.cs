using Breakwater.Rules.Functions;
using Breakwater.Rules.Reference;

namespace Breakwater.Rules.Tests.Reference;

/// <summary>The reference says what the tables of the code say, and its examples are good.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> Functions => [.. KnownFunctions.All.Select(f => f.Name)];

    [Fact]
    public void The_file_in_docs_is_the_one_that_the_tables_make()
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "rules-reference.md");
        if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1") File.WriteAllText(path, RulesReference.Markdown);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == RulesReference.Markdown,
            "docs/rules-reference.md is not what the tables make; run the tests of Breakwater.Rules with BREAKWATER_UPDATE_DOCS=1 and "
                + "commit the file");
    }

    [Fact]
    public void Every_field_stands_at_its_number_and_is_documented() => Assert.All(KnownFields.All.Index(), entry =>
    {
        (int index, FieldDefinition field) = entry;
        Assert.Equal(index, (int)field.Id);
        Assert.Matches(@"^[A-Z`].*\.$", field.Doc);
        Assert.Equal(field.Id.ToString(), string.Concat(field.Name.Split('.', '_').Select(p => char.ToUpperInvariant(p[0]) + p[1..])));
        Assert.True(KnownFields.TryFind(field.Name, out FieldId found) && found == field.Id);
    });

    [Fact]
    public void No_two_fields_have_the_same_name() => Assert.Equal(
        KnownFields.All.Count + KnownFields.Aliases.Count, KnownFields.Names.Distinct().Count());

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_function_is_documented_and_its_example_compiles(string name)
    {
        Assert.True(KnownFunctions.TryFind(name, out FunctionDefinition? function));
        Assert.Matches(@"^[A-Z].*\.$", function.Doc);
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(
            ValueExpression.TryCompile(function.Example, ExpressionScheme.Rewrite, out ValueExpression? example, diagnostics),
            diagnostics.FirstOrDefault()?.Render(function.Example));
        Assert.Contains(name + "(", example.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Docs_and_errors_tell_the_same_limits()
    {
        Assert.Contains($"{Rules.Syntax.ExpressionParser.MaxLength:N0} characters", RulesReference.Markdown, StringComparison.Ordinal);
        Assert.Contains($"nest at most {Rules.Syntax.ExpressionParser.MaxNesting} deep", RulesReference.Markdown, StringComparison.Ordinal);
        Assert.Contains($"at most {Matching.Wildcard.MaxStars} stars", RulesReference.Markdown, StringComparison.Ordinal);
    }

    private static string RepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null
            && !File.Exists(Path.Combine(directory, "Breakwater.slnx"))) directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("Breakwater.slnx is above no parent of the test's directory");
    }
}
