using System.Text;
using Breakwater.Waf.Bodies;
using static Breakwater.Waf.Tests.Bodies.BodyText;

namespace Breakwater.Waf.Tests.Bodies;

public sealed class ExtraPassTests
{
    [Theory]
    [InlineData("query { user(name: \"<x>\", id: 5) { mail } }", "graphql.name=<x>")]
    [InlineData("mutation M($a: Int) { add(input: {text: \"a\\u003cb\\\"\", tags: [\"p\", \"q\"]}) { id } }", "graphql.text=a<b\" | graphql.tags=p | graphql.tags=q")]
    [InlineData("{ a(b: \"\"\"block \"quoted\" text\"\"\") } # \"comment\"", "graphql.b=block \"quoted\" text")]
    [InlineData("{ a(b: \"unfinished", "graphql.b=unfinished")]
    [InlineData("{ a }", "")]
    public void Strings_of_a_GraphQL_document_are_arguments(string query, string expected)
    {
        using InspectedBody body = new();
        UrlencodedBody.Parse(Bytes("query=" + Uri.EscapeDataString(query)), body);
        GraphQlPass.Parse(body);
        Assert.Equal((expected.Length == 0 ? $"query={query}" : $"query={query} | {expected}", BodyError.None), (Show(body, body.Arguments), body.Error));
    }

    [Theory]
    [InlineData("UNION SELECT password FROM users", true)]
    [InlineData("<script>alert(1)</script>", true)]
    [InlineData("\0\u0001\u0002\u0003binary\u0080\u0081\u0082\u0083\u0084", false)]
    [InlineData("short", false)]
    public void Text_in_Base64_is_one_more_argument(string text, bool decoded)
    {
        foreach (string value in new[] { Convert.ToBase64String(Bytes(text)), System.Buffers.Text.Base64Url.EncodeToString(Bytes(text)) })
        {
            using InspectedBody body = new();
            body.TryAdd(body.Arguments, "a"u8, Encoding.ASCII.GetBytes(value));
            Base64Pass.Parse(body);
            Assert.Equal(decoded ? $"a={value} | a={text}" : $"a={value}", Show(body, body.Arguments));
        }
    }

    [Theory]
    [InlineData("an ordinary sentence here")]
    [InlineData("AAAAAAAAAAAAAAAAA")]
    [InlineData("YWJjZGVmZ2hpamtsbW5v====")]
    [InlineData("aGVsbG8gd29ybGQ.aGVsbG8gd29ybGQ")]
    public void What_is_no_Base64_stays_alone(string value)
    {
        using InspectedBody body = new();
        body.TryAdd(body.Arguments, "a"u8, Encoding.ASCII.GetBytes(value));
        Base64Pass.Parse(body);
        Assert.Equal(1, body.Arguments.Count);
    }
}
