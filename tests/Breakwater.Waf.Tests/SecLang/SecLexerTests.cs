using Breakwater.Waf.SecLang;
using static Breakwater.Waf.Tests.SecLang.SecLangText;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecLexerTests
{
    [Fact]
    public void Comments_and_blank_lines_are_skipped_and_a_continued_comment_goes_on()
    {
        SecRuleset rules = Read("# one\n\n   # two \\\nSecRule ARGS \"@nonsense\" \"id:9\"\nSecMarker A\r\n\t# end");
        Assert.Equal("A", Assert.IsType<SecMarker>(Assert.Single(rules.Entries)).Name);
    }

    [Fact]
    public void A_backslash_at_the_end_of_a_line_continues_the_directive()
    {
        SecRule rule = Rule("SecRule ARGS|\\\nREQUEST_URI \"@rx a\" \\\r\n   \"id:1,\\\n   phase:2,\\\n   msg:'one \\\ntwo'\"");
        Assert.Equal(["ARGS", "REQUEST_URI"], rule.Targets.Select(t => t.ToString()));
        Assert.Equal("one two", rule.Msg!.Source);
    }

    [Theory]
    [InlineData("\"@rx a\\\"b\"", "a\"b")]          // an escaped quote
    [InlineData("'@rx a\"b'", "a\"b")]              // the other quote needs no escape
    [InlineData("'@rx a\\'b'", "a'b")]
    [InlineData("\"@rx a\\\\b\"", "a\\b")]          // a pair of backslashes is one, as in Apache
    [InlineData("\"@rx a\\d\\x5c\"", "a\\d\\x5c")]  // other backslashes stay
    [InlineData("\"@rx  a b \"", "a b ")]           // blanks at an expression's end count
    [InlineData("@unconditionalMatch", "")]
    public void Words_end_at_their_quote(string written, string argument) =>
        Assert.Equal(argument, Rule($"SecRule ARGS {written} \"id:1\"").Operator.Argument.Source);

    [Theory]
    [InlineData("SecRule ARGS \"@rx a", "test.conf:1:14: a quote that is never closed")]
    [InlineData("\n SecRule ARGS \"@rx \"b\" \"id:1\"", "test.conf:2:21: text right after a closing quote")]
    [InlineData("SecRule ARGS \"@rx a\" \\\n  \"id:1,\\\n   phse:2\"", "test.conf:3:4: there is no action \"phse\"; did you mean phase?")]
    [InlineData("SecRule ARGS \"@rx \\\"a\\\"\" \"id:1,msg:'\\\"',\\\"\"", "test.conf:1:42: there is no action")]
    [InlineData("SecRule ARGS|\\\nNOPE \"@rx a\" \"id:1\"", "test.conf:2:1: there is no variable \"NOPE\"")]
    public void Findings_name_the_line_and_column_in_the_file(string text, string error) => Assert.StartsWith(error, Error(text), StringComparison.Ordinal);

    [Fact]
    public void A_directive_that_is_too_long_is_an_error_and_the_next_is_read()
    {
        SecLangLimits limits = new() { DirectiveChars = 100 };
        string[] errors = Errors($"SecMarker {new string('a', 200)}\nSecMarker {new string('b', 60)}\\\n{new string('c', 60)}\nNope", limits: limits);
        Assert.Equal(3, errors.Length);
        Assert.StartsWith("test.conf:1:1: a directive of more than 100 characters", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("test.conf:2:1: ", errors[1], StringComparison.Ordinal);
        Assert.StartsWith("test.conf:4:1: there is no directive \"Nope\"", errors[2], StringComparison.Ordinal);
    }
}
