namespace Breakwater.Http.Tests;

public sealed class HttpViolationsTests
{
    [Fact]
    public void EachViolationIsOneSentenceWithItsSource()
    {
        HashSet<string> sentences = [];
        foreach (HttpViolation violation in Enum.GetValues<HttpViolation>().Where(v => v != HttpViolation.None))
        {
            string sentence = HttpViolations.Describe(violation);
            Assert.Matches(@"^[A-Z].* \(RFC [0-9]{4} §[0-9.]+\)\.$", sentence);
            Assert.True(sentences.Add(sentence), sentence);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => HttpViolations.Describe((HttpViolation)255));
    }

    [Theory]
    [InlineData(HttpViolation.BareLf, 400)]
    [InlineData(HttpViolation.BadTransferEncoding, 400)]
    [InlineData(HttpViolation.ConnectRefused, 405)]
    [InlineData(HttpViolation.TraceRefused, 405)]
    [InlineData(HttpViolation.TargetTooLong, 414)]
    [InlineData(HttpViolation.BadExpectation, 417)]
    [InlineData(HttpViolation.HeadTooLarge, 431)]
    [InlineData(HttpViolation.TooManyFields, 431)]
    [InlineData(HttpViolation.FieldLineTooLong, 431)]
    [InlineData(HttpViolation.TrailersTooLarge, 431)]
    [InlineData(HttpViolation.MethodTooLong, 501)]
    [InlineData(HttpViolation.UnsupportedVersion, 505)]
    public void EachViolationHasAStatus(HttpViolation violation, int status) =>
        Assert.Equal(status, HttpViolations.StatusCode(violation));
}
