namespace Breakwater.Config.Tests.Rules;

/// <summary>A place in an expression is found in the file, however YAML wrote the expression.</summary>
public sealed class ConfigTextTests
{
    // Each expression holds the word BAD once; where it stands in the file is where it must be found.
    private static readonly Dictionary<string, string> Scalars = new()
    {
        ["plain"] = "ssl and BAD",
        ["plain over lines"] = "ssl\n      and\n        BAD eq 1",
        ["plain over an empty line"] = "ssl and\n\n      BAD",
        ["single quotes"] = "'http.host eq \"a\" and BAD'",
        ["single quotes with one inside"] = "'http.host eq \"it''s\" and BAD'",
        ["single quotes over lines"] = "'http.host eq\n      \"it''s\"\n      and BAD'",
        ["double quotes"] = "\"http.host eq \\\"a\\\" and BAD\"",
        ["double quotes with every kind of escape"] = "\"\\x41 \\u00e9 \\U0001F600 \\\\ \\/ BAD\"",
        ["double quotes over lines"] = "\"http.host eq \\\"a\\\"  \n      and BAD\"",
        ["double quotes with an escaped line end"] = "\"http.host eq \\\n      BAD\"",
        ["literal"] = "|\n      ssl\n      and BAD\n",
        ["literal, stripped, with an empty line"] = "|-\n      ssl\n\n        and BAD\n",
        ["literal with a stated indentation"] = "|2\n      ssl\n      and BAD\n",
        ["folded"] = ">\n      ssl\n      and\n      BAD\n",
        ["folded, stripped, with empty and deeper lines"] = ">-\n      ssl\n\n      and\n        (http.host\n        eq \"a\")\n      BAD\n",
        ["folded, kept"] = ">+\n\n      ssl\n      BAD\n\n",
    };

    public static TheoryData<string> Names => [.. Scalars.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_place_in_an_expression_is_found_in_the_file(string name)
    {
        string yaml = $"zones:\n- name: a\n  origins: [{{url: \"http://a\"}}]\n  rules:\n  - do: block\n    when: {Scalars[name].Replace("|2", "|2", StringComparison.Ordinal)}\n";
        ConfigText when = RuleDocumentTests.Read(yaml).Zones[0].Rules[0].When!;
        int offset = when.Text.IndexOf("BAD", StringComparison.Ordinal);
        int at = yaml.IndexOf("BAD", StringComparison.Ordinal);

        (int line, int column) = (yaml.AsSpan(0, at).Count('\n') + 1, at - yaml.LastIndexOf('\n', at));
        Assert.Equal(new SourcePosition("test.yaml", line, column), when.PositionOf(offset));
        Assert.Equal(new SourcePosition("test.yaml", line, column + 2), when.PositionOf(offset + 2));
    }

    [Fact]
    public void Windows_line_ends_change_no_column()
    {
        const string Yaml = "zones:\r\n- name: a\r\n  origins: [{url: \"http://a\"}]\r\n  rules:\r\n  - do: block\r\n    when: >-\r\n      ssl\r\n      BAD\r\n";
        ConfigText when = RuleDocumentTests.Read(Yaml).Zones[0].Rules[0].When!;
        Assert.Equal("ssl BAD", when.Text);
        Assert.Equal("test.yaml:8:7", when.PositionOf(4).ToString());
    }

    [Fact]
    public void A_text_in_a_flow_mapping()
    {
        ConfigText when = RuleDocumentTests.Read("rules: [{do: block, when: ssl and BAD}]\nzones: [{name: a, origins: [{url: \"http://a\"}]}]").Rules[0].When!;
        Assert.Equal("test.yaml:1:35", when.PositionOf(8).ToString());
        Assert.Equal("test.yaml:1:38", when.PositionOf(99).ToString());
    }

    [Fact]
    public void A_text_that_no_file_holds_has_one_place() => Assert.Equal(SourcePosition.BuiltIn, ConfigText.Of("ssl").PositionOf(2));
}
