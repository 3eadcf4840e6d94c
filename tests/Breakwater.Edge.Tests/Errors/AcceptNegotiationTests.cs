using Breakwater.Edge.Errors;
using Breakwater.Edge.Tests.Observability;

namespace Breakwater.Edge.Tests.Errors;

public sealed class AcceptNegotiationTests
{
    [Theory]
    [InlineData(null, nameof(PageFormat.Plain))]
    [InlineData("*/*", nameof(PageFormat.Plain))]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", nameof(PageFormat.Html))]
    [InlineData("text/html, application/signed-exchange;v=b3;q=0.7", nameof(PageFormat.Html))]
    [InlineData("application/json", nameof(PageFormat.Json))]
    [InlineData("application/problem+json", nameof(PageFormat.Json))]
    [InlineData("APPLICATION/JSON", nameof(PageFormat.Json))]
    [InlineData("application/json, text/plain, */*", nameof(PageFormat.Json))]
    [InlineData("text/plain, application/json", nameof(PageFormat.Plain))]
    [InlineData("text/html;q=0.5, application/json;q=0.6", nameof(PageFormat.Json))]
    [InlineData("text/html;q=0.5, application/json;q=0.499", nameof(PageFormat.Html))]
    [InlineData("text/html ; q=0.5 , application/json ; q=0.4", nameof(PageFormat.Html))]
    [InlineData("text/plain;q=0, text/html;q=0.001", nameof(PageFormat.Html))]
    [InlineData("*/*, text/plain;q=0", nameof(PageFormat.Html))]
    [InlineData("*/*;q=0.1, text/html;q=0", nameof(PageFormat.Plain))]
    [InlineData("text/*", nameof(PageFormat.Plain))]
    [InlineData("application/*", nameof(PageFormat.Json))]
    [InlineData("application/*;q=0.9, text/html;q=0.8", nameof(PageFormat.Json))]
    [InlineData("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", nameof(PageFormat.Html))]
    [InlineData("text/html;charset=utf-8", nameof(PageFormat.Html))]
    [InlineData("text/html;level=1, application/json;q=0.1", nameof(PageFormat.Json))]
    [InlineData("image/png", nameof(PageFormat.Plain))]
    [InlineData("", nameof(PageFormat.Plain))]
    [InlineData(",;,q=1,;;/;", nameof(PageFormat.Plain))]
    [InlineData("text/html;q=2", nameof(PageFormat.Html))]
    [InlineData("text/html;q=, text/plain;q=0.9", nameof(PageFormat.Html))]
    [InlineData("text/html;q=0.1234, text/plain;q=0.9", nameof(PageFormat.Html))]
    public void The_form_follows_from_Accept(string? accept, string expected)
    {
        string[] fields = accept is null ? [] : [$"Accept: {accept}"];
        Assert.Equal(expected, AcceptNegotiation.Choose(TestExchange.Get("/", fields).Request).ToString());
    }

    [Fact]
    public void Several_fields_are_one_list() => Assert.Equal(
        PageFormat.Json,
        AcceptNegotiation.Choose(TestExchange.Get("/", "Accept: text/html;q=0.2", "Accept: application/json;q=0.3").Request));
}
