namespace Breakwater.Config.Tests.Reading;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("orgins", "origins")] // one too few
    [InlineData("originss", "origins")] // one too many
    [InlineData("oxigins", "origins")] // one wrong
    [InlineData("roigins", "origins")] // two swapped
    [InlineData("ORIGINS", "origins")]
    [InlineData("header-timeout", "header_timeout")]
    [InlineData("hader_timout", "header_timeout")]
    [InlineData("to", "to")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData("or", null)]
    public void Finds_what_was_meant(string written, string? meant) =>
        Assert.Equal(meant, Suggestion.For(written, ["origins", "header_timeout", "hosts", "to"]));

    [Fact]
    public void A_text_longer_than_any_key_is_not_compared() => Assert.Null(Suggestion.For(new string('o', 41), [new string('o', 41)]));
}
