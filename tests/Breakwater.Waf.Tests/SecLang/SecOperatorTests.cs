using System.Text;
using Breakwater.Waf.SecLang;
using static Breakwater.Waf.Tests.SecLang.SecLangText;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecOperatorTests
{
    [Theory]
    [InlineData("@rx ^a$", "@rx ^a$")]
    [InlineData("^a$", "@rx ^a$")]
    [InlineData("!^a$", "!@rx ^a$")]
    [InlineData("!@rx ^a$", "!@rx ^a$")]
    [InlineData("! @streq  x ", "!@streq x")]
    [InlineData("@STREQ x", "@streq x")]
    [InlineData(" @pm a b", "@pm a b")]
    [InlineData("@rx %{tx.x}", "@rx %{tx.x}")]
    [InlineData("@lt %{tx.level}", "@lt %{tx.level}")]
    [InlineData("", "@rx")]
    [InlineData("@detectSQLi", "@detectSQLi")]
    [InlineData("@ipMatch 10.0.0.0/8,::1", "@ipMatch 10.0.0.0/8,::1")]
    public void Operators_are_read(string written, string expected) =>
        Assert.Equal(expected, Rule($"SecRule ARGS \"{written}\" \"id:1\"").Operator.ToString());

    [Theory]
    [InlineData("@rx2 a", "1:15: there is no operator \"@rx2\"; did you mean rx?")]
    [InlineData("@pm", "@pm needs an argument")]
    [InlineData("@inspectFile x.sh", "the operator @inspectFile is not supported; rules may not run programs")]
    [InlineData("@streq %{nope}", "1:24: there is no variable \"nope\"")]
    [InlineData("@streq %{tx.a", "a macro that is never closed")]
    [InlineData("@streq %{remote_addr.x}", "REMOTE_ADDR is one value and has no members")]
    [InlineData("@pmFromFile", "the name of a file is missing")]
    [InlineData("@pmFromFile none.data", "\"none.data\" cannot be read: there is no such file")]
    public void What_cannot_be_an_operator_is_an_error(string written, string error) =>
        Assert.Contains(error, Error($"SecRule ARGS \"{written}\" \"id:1\""), StringComparison.Ordinal);

    [Fact]
    public void Data_files_lie_beside_the_rule_file_and_are_read_once()
    {
        MemoryFileSource source = new MemoryFileSource()
            .Add("rules/a.conf", "SecRule ARGS \"@pmFromFile x.data ../y.data\" \"id:1\"\nSecRule ARGS \"@pmf x.data\" \"id:2\"")
            .Add("rules/x.data", "# words\none\r\n\n  two words \nthree")
            .Add("rules/../y.data", "four\n");
        SecLoadResult result = SecRuleset.Load(source, ["rules/*.conf"]);
        Assert.True(result.Ruleset is not null, string.Join("\n", result.Diagnostics));
        SecRule[] rules = [.. result.Ruleset.Rules];
        Assert.Equal(["one", "two words", "three"], rules[0].Operator.Files[0].Items().Select(i => Encoding.UTF8.GetString(i.Span)));
        Assert.Same(rules[0].Operator.Files[0], rules[1].Operator.Files[0]);
        Assert.Equal(2, rules[0].Operator.Files.Length);
    }

    [Fact]
    public void Macros_are_split_from_text()
    {
        SecText text = Actions("msg:'a %{TX.0} %{MATCHED_VAR}%{request_headers.host}% {b}'").Msg!;
        Assert.Equal(["a ", "%{TX.0}", " ", "%{MATCHED_VAR}", "%{REQUEST_HEADERS.host}", "% {b}"], text.Parts.Select(p => p.ToString()));
        Assert.False(text.IsLiteral);
    }
}
