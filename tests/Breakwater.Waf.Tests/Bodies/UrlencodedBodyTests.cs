using Breakwater.Waf.Bodies;
using static Breakwater.Waf.Tests.Bodies.BodyText;

namespace Breakwater.Waf.Tests.Bodies;

public sealed class UrlencodedBodyTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a=1&b=2", "a=1 | b=2")]
    [InlineData("b=1&a=2&b=3", "b=1 | a=2 | b=3")]
    [InlineData("a", "a=")]
    [InlineData("a=", "a=")]
    [InlineData("=a", "=a")]
    [InlineData("=", "=")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("a=1&&b=2&", "a=1 | b=2")]
    [InlineData("a%3D=%26&x+y=1+2", "a==& | x y=1 2")]
    [InlineData("a=%41%42", "a=AB")]
    [InlineData("a=%ff%00", "a=\u00ff\0")]
    [InlineData("a=1;b=2", "a=1;b=2")]
    public void Arguments_are_read_in_order_and_decoded_once(string text, string arguments)
    {
        using InspectedBody body = new();
        UrlencodedBody.Parse(Bytes(text), body);
        Assert.Equal((arguments, BodyError.None, false), (Show(body, body.Arguments), body.Error, body.UrlencodedError));
    }

    [Theory]
    [InlineData("a=%", "a=%")]
    [InlineData("a=%4", "a=%4")]
    [InlineData("a=%zz", "a=%zz")]
    [InlineData("a%g1=%41%", "a%g1=A%")]
    public void An_escape_that_is_none_stays_and_is_noted(string text, string arguments)
    {
        using InspectedBody body = new();
        UrlencodedBody.Parse(Bytes(text), body);
        Assert.Equal((arguments, true), (Show(body, body.Arguments), body.UrlencodedError));
    }

    [Fact]
    public void Too_many_arguments_are_an_error_and_the_first_ones_stay()
    {
        using InspectedBody body = new(new BodyLimits { Arguments = 3 });
        UrlencodedBody.Parse("a&b&c&d&e"u8, body);
        Assert.Equal(("a= | b= | c=", BodyError.TooManyArguments), (Show(body, body.Arguments), body.Error));
    }

    [Fact]
    public void Too_large_arguments_are_an_error_and_the_first_ones_stay()
    {
        using InspectedBody body = new(new BodyLimits { ArenaBytes = 4096 });
        UrlencodedBody.Parse(Bytes($"a=1&b={new string('x', 5000)}&c=2"), body);
        Assert.Equal(("a=1", BodyError.TooLarge), (Show(body, body.Arguments), body.Error));
    }

    [Fact]
    public void Another_separator_can_be_chosen()
    {
        using InspectedBody body = new(new BodyLimits { ArgumentSeparator = (byte)';' });
        UrlencodedBody.Parse("a=1&2;b=3"u8, body);
        Assert.Equal("a=1&2 | b=3", Show(body, body.Arguments));
    }
}
