using Breakwater.Waf.SecLang;
using static Breakwater.Waf.Tests.SecLang.SecLangText;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecTargetTests
{
    [Theory]
    [InlineData("ARGS", "ARGS")]
    [InlineData("args|Request_Uri", "ARGS REQUEST_URI")]
    [InlineData("ARGS:token", "ARGS:token")]
    [InlineData("ARGS.token", "ARGS:token")]
    [InlineData("&TX:score", "&TX:score")]
    [InlineData("ARGS|!ARGS:pass|!ARGS:/^x_/", "ARGS !ARGS:pass !ARGS:/^x_/")]
    [InlineData("TX:/a|b/|ARGS", "TX:/a|b/ ARGS")]
    [InlineData("TX:/a\\/b/", "TX:/a/b/")]
    [InlineData("REQUEST_COOKIES:/^_ga(?:_\\w+)?$/", "REQUEST_COOKIES:/^_ga(?:_\\w+)?$/")]
    [InlineData("&TX:'/LEAKAGE\\\\\\/ERRORS/'", "&TX:/LEAKAGE\\/ERRORS/")]
    [InlineData("ARGS:'a b'", "ARGS:a b", true)]
    [InlineData("XML:/*|XML://@*", "XML:/* XML://@*")]
    [InlineData("ARGS,!ARGS:x", "ARGS !ARGS:x")]
    [InlineData("ARGS:a,b", "ARGS:a,b")]
    [InlineData("REQUEST_HEADERS:User-Agent", "REQUEST_HEADERS:User-Agent")]
    [InlineData("ARGS:json.a.0.b", "ARGS:json.a.0.b")]
    [InlineData("ARGS:/", "ARGS:/")]
    [InlineData("SESSIONID|WEBAPPID|USERID|MULTIPART_SEMICOLON_MISSING", "SESSIONID WEBAPPID USERID MULTIPART_MISSING_SEMICOLON")]
    public void Targets_are_read(string written, string expected, bool quoted = false) =>
        Assert.Equal(expected, string.Join(' ', Targets(quoted ? $"\"{written}\"" : written).Targets));

    [Theory]
    [InlineData("REQUEST_URI:x", "REQUEST_URI is one value and has no members")]
    [InlineData("ARGS|", "a target is missing")]
    [InlineData("|ARGS", "a target is missing")]
    [InlineData("ARGS:", "the name after the colon is missing")]
    [InlineData("ARGS#", "\"#\" cannot follow a target")]
    [InlineData("ARG", "there is no variable \"ARG\"; did you mean ARGS?")]
    [InlineData("XML", "XML needs an expression")]
    [InlineData("XML:/a/b", "the XPath \"/a/b\" is not supported; use XML:/* or XML://@*")]
    [InlineData("ENV:PATH", "the variable ENV is not supported; rules may not read the process's environment")]
    [InlineData("TX:'a", "a quote that is never closed")]
    [InlineData("!ARGS:x", "a rule whose targets are all left out")]
    public void What_cannot_be_a_target_is_an_error(string written, string error) =>
        Assert.Contains(error, Error($"SecRule {written} \"@rx a\" \"id:1\""), StringComparison.Ordinal);

    [Fact]
    public void Every_variable_has_a_name_that_finds_it()
    {
        Assert.All(Enum.GetValues<SecVariable>(), variable =>
        {
            Assert.True(SecVariables.TryGet(SecVariables.NameOf(variable), out SecVariable found));
            Assert.Equal(variable, found);
        });
    }
}
