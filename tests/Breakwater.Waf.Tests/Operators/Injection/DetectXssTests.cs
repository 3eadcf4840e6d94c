using System.Text;
using Breakwater.Matching;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Operators.Injection;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Tests.SecLang;

namespace Breakwater.Waf.Tests.Operators.Injection;

public sealed class DetectXssTests
{
    private static readonly DetectXss Operator = new();

    [Theory]
    [InlineData("<script>alert(1)</script>", true)]
    [InlineData("<ScR\0iPt", true)]
    [InlineData("<svg/onload=alert(1)>", true)]
    [InlineData("<img src=x onerror=alert(1)>", true)]
    [InlineData("<a href=\"java&#x73;cript:alert(1)\">", true)]
    [InlineData("<a href=\" \u00a0\njava\nscript:\">", true)]
    [InlineData("<a href=https://example.com/>", false)]
    [InlineData("<a href=\"", false)]
    [InlineData("<p style=color:red>", true)]
    [InlineData("<set attributename=onload>", true)]
    [InlineData("<set attributename=title>", false)]
    [InlineData("<x xmlns:y=z>", true)]
    [InlineData("<!doctype html>", true)]
    [InlineData("<b>bold</b> and <i>italic</i>", false)]
    [InlineData("</script>", false)]
    [InlineData("a < b && c > d", false)]
    [InlineData("I <3 you", false)]
    public void A_value_put_in_as_text(string value, bool match) => Check(value, match);

    [Theory]
    [InlineData("<!--`-->", true)]
    [InlineData("<!--[if IE]>", true)]
    [InlineData("<!-- note -->", false)]
    [InlineData("<!-- -!><script>", true)]
    [InlineData("<!-- -\0-><script>", true)]
    [InlineData("<!-- -- <script", false)]
    [InlineData("<![CDATA[<script>]]>", false)]
    [InlineData("<![CDATA[]]><script>", true)]
    [InlineData("<?import ns=x>", true)]
    [InlineData("<?php echo 1 ?>", false)]
    [InlineData("<!entity x>", true)]
    [InlineData("<%script%>", false)]
    [InlineData("<%%><script>", true)]
    public void Comments_and_declarations(string value, bool match) => Check(value, match);

    [Theory]
    [InlineData("onload=alert(1)", true)]
    [InlineData("x onload = alert(1)", true)]
    [InlineData("x /onload=alert(1)", true)]
    [InlineData("onload", false)]
    [InlineData("onload=", false)]
    [InlineData("on=1", false)]
    [InlineData("only=1", false)]
    [InlineData("count=1&online=2", false)]
    [InlineData("count=1 online=2", true)]
    public void A_value_put_within_a_tag(string value, bool match) => Check(value, match);

    [Theory]
    [InlineData("' onload='alert(1)", true)]
    [InlineData("\" onload=\"alert(1)", true)]
    [InlineData("` onload=alert(1)", true)]
    [InlineData("x'><script>", true)]
    [InlineData("'onload=1", true)]
    [InlineData("O'Brien online=1", true)]
    [InlineData("it's a=b", false)]
    public void A_value_put_within_an_attribute(string value, bool match) => Check(value, match);

    [Fact]
    public void A_byte_that_is_no_character_hides_nothing() => Check("<a \u00ff onload=alert(1)>", true);

    [Fact]
    public void No_shorter_value_than_the_shortest_attack_matches()
    {
        Check("<?`", true);
        for (int pair = 0; pair < 1 << 16; pair++) Assert.False(Operator.IsMatch([(byte)pair, (byte)(pair >> 8)], default));
    }

    [Fact]
    public void A_rule_captures_the_value()
    {
        byte[] value = "x<script>"u8.ToArray();
        ByteRange[] groups = new ByteRange[Waf.Operators.Operator.MaxGroups];
        Assert.True(Operator.TryMatch(value, default, groups, out int count));
        Assert.Equal(new ByteRange(0, value.Length), Assert.Single(groups[..count]));
        Assert.Equal(0, Operator.CapturedText(value, new byte[8]));
        Assert.True(Operator.TryMatch(value, default, [], out count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void A_rule_compiles_to_it()
    {
        List<SecDiagnostic> found = [];
        Assert.IsType<DetectXss>(new OperatorCompiler().Compile(SecLangText.Rule("SecRule ARGS \"@detectXSS\" \"id:1,phase:2,pass\"").Operator, found));
        Assert.Empty(found);
    }

    private static void Check(string value, bool match)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(value);
        Assert.Equal(match, Operator.IsMatch(bytes, default));
        Assert.Equal(match, Operator.TryMatch(bytes, default, new ByteRange[1], out int count));
        Assert.Equal(match ? 1 : 0, count);
    }
}
