namespace Breakwater.Http.Tests.Fields;

public sealed class AcceptedLanguagesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("en", "en")]
    [InlineData("fr-CH, fr;q=0.8, en;q=0.9, de;q=0.7, *;q=0.5", "fr-CH|en|fr|de")]
    [InlineData("a, b, c", "a|b|c")]
    [InlineData("a;q=0.5,b;q=0.5,c", "c|a|b")]
    [InlineData(" \ten ; q=0.1 ,\tde", "de|en")]
    [InlineData("en;q=0, de", "de")]
    [InlineData("en;q=0.000", "")]
    [InlineData("en;Q=0.2,de;q=0.3", "de|en")]
    [InlineData("*", "")]
    [InlineData(",,;q=1, ,en,", "en")]
    [InlineData("en;q=2,de;q=0.5", "en|de")]
    [InlineData("en;x=1;q=0.1,de;q=0.2", "de|en")]
    [InlineData("a,b,c,d,e", "a|b|c|d")]
    public void TagsComeByWeight(string field, string expected)
    {
        byte[] bytes = Wire.Bytes(field);
        AcceptedLanguage[] languages = new AcceptedLanguage[4];
        int count = AcceptedLanguages.Read(bytes, languages);
        Assert.Equal(expected, string.Join('|', languages[..count].Select(language => Wire.Text(bytes.AsSpan(language.Start, language.Length)))));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1000)]
    [InlineData("0.5", 500)]
    [InlineData("0.123", 123)]
    [InlineData("0.05", 50)]
    [InlineData("1.000", 1000)]
    [InlineData("1.5", 1000)]
    [InlineData("0.1234", 1000)]
    [InlineData("", 1000)]
    [InlineData("x", 1000)]
    [InlineData("0.x", 1000)]
    [InlineData("00", 1000)]
    public void AWeightIsInThousandthsAndAMalformedOneCountsAsNone(string text, int expected) =>
        Assert.Equal(expected, QualityValue.Read(Wire.Bytes(text)));

    [Theory]
    [InlineData("text/html", "text/html")]
    [InlineData(" text/HTML ; charset=utf-8; a=b", "text/HTML")]
    [InlineData("", "")]
    public void AMediaTypeStandsBeforeItsParameters(string field, string expected) =>
        Assert.Equal(expected, Wire.Text(MediaTypes.WithoutParameters(Wire.Bytes(field))));
}
