using Breakwater.Waf.Bodies;
using static Breakwater.Waf.Tests.Bodies.BodyText;

namespace Breakwater.Waf.Tests.Bodies;

public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("""{"a":1}""", "json.a=1")]
    [InlineData(""" { "a" : "x" , "b" : true , "c" : null } """, "json.a=x | json.b=true | json.c=")]
    [InlineData("""{"a":1,"a":2}""", "json.a=1 | json.a=2")]
    [InlineData("""{"a":[1,"x",{"b":false}]}""", "json.a.0=1 | json.a.1=x | json.a.2.b=false | json.a=3")]
    [InlineData("""{"a":{"b":{"c":1}},"d":2}""", "json.a.b.c=1 | json.d=2")]
    [InlineData("""[[1],[],{}]""", "json.0.0=1 | json.0=1 | json.1=0 | json.2= | json=3")]
    [InlineData("""{"<script>":{}}""", "json.<script>=")]
    [InlineData("""{"":1}""", "json.=1")]
    [InlineData("\"x\"", "json=x")]
    [InlineData("-0.5e+10", "json=-0.5e+10")]
    [InlineData("[]", "json=0")]
    [InlineData("{}", "json=")]
    [InlineData("""{"a":"\u003cb\u003E\n\"\\\/\b\f\r\t"}""", "json.a=<b>\n\"\\/\b\f\r\t")]
    [InlineData("""{"a":"\u00e9\ud83d\ude00\u0000"}""", "json.a=\u00c3\u00a9\u00f0\u009f\u0098\u0080\0")]
    [InlineData("""{"a":"\ud83dx\ude00"}""", "json.a=?x?")]
    [InlineData("""{"\u0061.b":1}""", "json.a.b=1")]
    [InlineData("\u00ef\u00bb\u00bf{\"a\":1}", "json.a=1")]
    public void Values_are_named_by_their_path(string text, string arguments)
    {
        using InspectedBody body = new();
        JsonBody.Parse(Bytes(text), isPartial: false, body);
        Assert.Equal((arguments, BodyError.None), (Show(body, body.Arguments), body.Error));
    }

    [Theory]
    [InlineData("", "", BodyError.JsonIncomplete)]
    [InlineData("{", "", BodyError.JsonIncomplete)]
    [InlineData("""{"a""", "json.a=", BodyError.JsonIncomplete)]
    [InlineData("""{"a":""", "", BodyError.JsonIncomplete)]
    [InlineData("""{"a":1,"b":"pay""", "json.a=1 | json.b=pay", BodyError.JsonIncomplete)]
    [InlineData("{\"a\":\"x\\\"", "json.a=x\"", BodyError.JsonIncomplete)]
    [InlineData("""{"a":[1,2""", "json.a.0=1 | json.a.1=2", BodyError.JsonIncomplete)]
    [InlineData("""{"a":1,}""", "json.a=1 | json.a=}", BodyError.JsonSyntax)]
    [InlineData("""{'a':'<b>'}""", "json='a':'<b>'}", BodyError.JsonSyntax)]
    [InlineData("""{"a":1} x""", "json.a=1 | json=x", BodyError.JsonSyntax)]
    [InlineData("""{"a" 1}""", "json.a= | json.a=1}", BodyError.JsonSyntax)]
    [InlineData("[01]", "json.0=01]", BodyError.JsonSyntax)]
    [InlineData("[1.]", "json.0=1.]", BodyError.JsonSyntax)]
    [InlineData("[NaN]", "json.0=NaN]", BodyError.JsonSyntax)]
    [InlineData("[1 2]", "json.0=1 | json.0=2]", BodyError.JsonSyntax)]
    [InlineData("[1}", "json.0=1 | json.0=}", BodyError.JsonSyntax)]
    [InlineData("[\"a\nb\"]", "json.0=a\nb | json=1", BodyError.JsonSyntax)]
    [InlineData("""["\x41\u12"]""", "json.0=\\x41\\u12 | json=1", BodyError.JsonSyntax)]
    [InlineData("[\"\u00ff\"]", "json.0=\u00ff | json=1", BodyError.JsonEncoding)]
    public void What_breaks_the_rules_is_an_error_and_nothing_is_lost(string text, string arguments, BodyError error)
    {
        using InspectedBody body = new();
        JsonBody.Parse(Bytes(text), isPartial: false, body);
        Assert.Equal((arguments, error), (Show(body, body.Arguments), body.Error));
    }

    [Fact]
    public void The_first_part_of_a_longer_document_is_no_error()
    {
        using InspectedBody body = new();
        JsonBody.Parse("""{"a":1,"b":"pay"""u8, isPartial: true, body);
        Assert.Equal(("json.a=1 | json.b=pay", BodyError.None), (Show(body, body.Arguments), body.Error));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        using InspectedBody body = new(new BodyLimits { JsonDepth = 3 });
        JsonBody.Parse("""{"a":1,"b":[[[1]]]}"""u8, isPartial: false, body);
        Assert.Equal(("json.a=1", BodyError.JsonDepth), (Show(body, body.Arguments), body.Error));
    }

    [Fact]
    public void Long_names_of_many_values_cannot_take_more_memory_than_allowed()
    {
        using InspectedBody body = new(new BodyLimits { ArenaBytes = 1 << 20, Arguments = 100_000 });
        JsonBody.Parse(Bytes($"{{\"{new string('k', 100_000)}\":[{string.Join(',', Enumerable.Repeat("1", 1000))}]}}"), isPartial: false, body);
        Assert.Equal(BodyError.TooLarge, body.Error);
        Assert.True(body.Arena.Used <= 1 << 20);
        Assert.InRange(body.Arguments.Count, 5, 12);
    }
}
