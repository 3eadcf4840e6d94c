using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Operators.Injection;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Tests.SecLang;

namespace Breakwater.Waf.Tests.Operators.Injection;

public sealed class DetectSqliTests
{
    private static readonly DetectSqli Operator = new();

    [Theory]
    [InlineData("1 or 1=1", "1&1")]
    [InlineData("1 union select 1", "1UE1")]
    [InlineData("1;drop table users", "1;Tnn")]
    [InlineData("select sleep(5)", "Ef(1)")]
    [InlineData("1 and 1=(select 1)", "1&1o(")]
    public void A_value_put_in_as_it_is(string value, string fingerprint) => Assert.Equal(fingerprint, Fingerprint(value));

    [Theory]
    [InlineData("' or 1=1--", "s&1c")]
    [InlineData("x' and 'a'='a", "s&sos")]
    [InlineData("') or ('1'='1", "s)&(s")]
    [InlineData("' union all select null--", "sUEvc")]
    [InlineData("x\\' or 1=1--", null)]
    [InlineData("it''s' or 1=1--", "s&1c")]
    [InlineData("it''s or more", null)]
    public void A_value_put_in_single_quotes(string value, string? fingerprint) => Assert.Equal(fingerprint, Fingerprint(value));

    [Theory]
    [InlineData("\" or 1=1#", "s&1c")]
    [InlineData("x\" and \"a\"=\"a", "s&sos")]
    public void A_value_put_in_double_quotes(string value, string fingerprint) => Assert.Equal(fingerprint, Fingerprint(value));

    [Theory]
    [InlineData("1 /*! or */", "X")]
    [InlineData("1 /* /* */ */", "X")]
    [InlineData("{``.``.id}", "X")]
    public void What_databases_read_differently_is_an_attack_whatever_stands_around_it(string value, string fingerprint) =>
        Assert.Equal(fingerprint, Fingerprint(value));

    [Theory]
    [InlineData("1--", "1c")]
    [InlineData("1 --", "1c")]
    [InlineData("1 -- foo", "1c")]
    [InlineData("foo --", null)]
    [InlineData("foo/*", "nc")]
    [InlineData("1#", null)]
    [InlineData("1234-ABCDEFEhfhihwuefi--", "1c")]
    [InlineData("12ABCDEFEhfhihwuefi--", null)]
    [InlineData("1 union", null)]
    [InlineData("1 /**/ union", "1U")]
    [InlineData("-1 union", "1U")]
    [InlineData("sexy and 17", null)]
    [InlineData("sexy and 17<18", "n&1")]
    [InlineData("1 and 1", null)]
    [InlineData("foo' + 'bar", "sos")]
    [InlineData("'foo' + 'bar'", null)]
    [InlineData("1 into outfile", null)]
    [InlineData("x--sp_password", "nc")]
    public void Short_fingerprints_are_looked_at_twice(string value, string? fingerprint) => Assert.Equal(fingerprint, Fingerprint(value));

    [Theory]
    [InlineData("")]
    [InlineData("O'Brien")]
    [InlineData("O'Brien & O'Neil")]
    [InlineData("union jobs near me")]
    [InlineData("please select one from the list and order by date")]
    [InlineData("rock 'n' roll, '90s style")]
    [InlineData("{\"id\":1,\"name\":\"D'Angelo\"}")]
    [InlineData("https://example.com/a?b=c&d=e#f")]
    [InlineData("2024-02-29T12:00:00Z")]
    [InlineData("var s = 'it' + \"s\";")]
    public void Harmless_values(string value) => Assert.Null(Fingerprint(value));

    [Fact]
    public void A_rule_captures_the_fingerprint()
    {
        const string Rules = """
            SecRuleEngine On
            SecRule ARGS "@detectSQLi" "id:1,phase:1,deny,status:403,capture,chain"
            SecRule TX:0 "@streq s&1c"
            """;
        WafProgram? program = new ProgramCompiler(SecLangText.Read(Rules)).Compile().Program;
        Assert.NotNull(program);
        using WafTransaction transaction = new(new WafEnvironment());
        Assert.False(IsRefused("/?a=x&b=1+or+1=1"));
        Assert.True(IsRefused("/?a=x&b='+or+1=1--"));

        bool IsRefused(string target)
        {
            transaction.Begin(WafOverlay.Create(program, new WafZone(), []), new WafConnection());
            transaction.SetRequestLine("GET"u8, Encoding.ASCII.GetBytes(target), "HTTP/1.1"u8);
            transaction.Evaluate(SecPhase.RequestHeaders);
            return !transaction.Verdict.IsContinue;
        }
    }

    [Fact]
    public void No_shorter_value_than_the_shortest_attack_matches()
    {
        Assert.Equal("X", Fingerprint("{`"));
        for (int b = 0; b < 256; b++) Assert.Null(Fingerprint($"{(char)b}"));
    }

    [Fact]
    public void A_rule_compiles_to_it()
    {
        List<SecDiagnostic> found = [];
        Assert.IsType<DetectSqli>(new OperatorCompiler().Compile(SecLangText.Rule("SecRule ARGS \"@detectSQLi\" \"id:1,phase:2,pass\"").Operator, found));
        Assert.Empty(found);
    }

    private static string? Fingerprint(string value)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(value);
        byte[] text = new byte[Waf.Operators.Operator.MaxCapturedText];
        int length = Operator.CapturedText(bytes, text);
        Assert.Equal(length > 0, Operator.IsMatch(bytes, default));
        return length == 0 ? null : Encoding.ASCII.GetString(text, 0, length);
    }
}
