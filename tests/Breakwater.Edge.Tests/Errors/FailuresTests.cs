using System.Globalization;
using System.Text;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Http;

namespace Breakwater.Edge.Tests.Errors;

public sealed class FailuresTests
{
    private static readonly ExchangeEnd[] WithoutPage =
    [
        ExchangeEnd.None, ExchangeEnd.Completed, ExchangeEnd.AnsweredByEdge, ExchangeEnd.TunnelClosed, ExchangeEnd.TunnelIdle,
        ExchangeEnd.ClientAborted, ExchangeEnd.ClientTooSlow, ExchangeEnd.Dropped,
    ];

    [Fact]
    public void Every_end_that_leaves_somebody_to_answer_has_a_page() =>
        Assert.Equal(Enum.GetValues<ExchangeEnd>().Except(WithoutPage), Enum.GetValues<ExchangeEnd>().Where(Failures.HasPage));

    [Theory]
    [InlineData(ExchangeEnd.UnknownHost, 421, 421)]
    [InlineData(ExchangeEnd.BodyTooLarge, 413, 413)]
    [InlineData(ExchangeEnd.HeaderTimeout, 408, 408)]
    [InlineData(ExchangeEnd.BodyTimeout, 408, 408)]
    [InlineData(ExchangeEnd.NoOrigin, 503, 503)]
    [InlineData(ExchangeEnd.OriginOverloaded, 503, 503)]
    [InlineData(ExchangeEnd.OriginUnresolved, 502, 523)]
    [InlineData(ExchangeEnd.OriginRefused, 502, 521)]
    [InlineData(ExchangeEnd.OriginUnreachable, 502, 523)]
    [InlineData(ExchangeEnd.OriginConnectTimeout, 504, 522)]
    [InlineData(ExchangeEnd.OriginTlsFailed, 502, 525)]
    [InlineData(ExchangeEnd.OriginCertificateInvalid, 502, 526)]
    [InlineData(ExchangeEnd.OriginReset, 502, 520)]
    [InlineData(ExchangeEnd.OriginBadResponse, 502, 520)]
    [InlineData(ExchangeEnd.OriginFirstByteTimeout, 504, 524)]
    [InlineData(ExchangeEnd.TotalTimeout, 504, 524)]
    [InlineData(ExchangeEnd.Drained, 503, 503)]
    [InlineData(ExchangeEnd.EdgeFault, 500, 500)]
    [InlineData(ExchangeEnd.Completed, 500, 500)]
    public void An_end_has_its_status_and_its_extended_status(ExchangeEnd end, int status, int extended)
    {
        Failure failure = Failures.Of(end, HttpViolation.None);
        Assert.Equal((status, extended), (failure.Status, failure.Extended));
    }

    [Theory]
    [InlineData(HttpViolation.MultipleHost, 400)]
    [InlineData(HttpViolation.TraceRefused, 405)]
    [InlineData(HttpViolation.TargetTooLong, 414)]
    [InlineData(HttpViolation.BadExpectation, 417)]
    [InlineData(HttpViolation.HeadTooLarge, 431)]
    [InlineData(HttpViolation.MethodTooLong, 501)]
    [InlineData(HttpViolation.UnsupportedVersion, 505)]
    public void A_violation_of_the_request_decides_about_the_status_and_is_named(HttpViolation violation, int status)
    {
        Failure failure = Failures.Of(ExchangeEnd.BadRequest, violation);
        Assert.Equal((status, status), (failure.Status, failure.Extended));
        Assert.EndsWith(HttpViolations.Describe(violation), failure.Detail);
    }

    [Fact]
    public void Every_violation_has_words_in_both_directions()
    {
        foreach (HttpViolation violation in Enum.GetValues<HttpViolation>())
        {
            Assert.InRange(Failures.Of(ExchangeEnd.BadRequest, violation).Status, 400, 505);
            Assert.Equal(502, Failures.Of(ExchangeEnd.OriginBadResponse, violation).Status);
        }
    }

    [Fact]
    public void The_documented_reasons_of_exchanges_are_those_that_exist()
    {
        string document = RepositoryFiles.Section(RepositoryFiles.Read("docs/end-reasons.md"), "## Exchanges");
        var expected = Enum.GetValues<ExchangeEnd>().Where(end => end != ExchangeEnd.None).Select(end => (
            WordsOf<ExchangeEnd>.Text((int)end),
            !Failures.HasPage(end) ? "" : end == ExchangeEnd.BadRequest ? "400 …" : Status(Failures.Of(end))));
        Assert.Equal(expected, RepositoryFiles.TableRows(document).Select(row => (row[0], row[1])));
    }

    [Fact]
    public void The_documented_reasons_of_connections_are_those_that_exist()
    {
        string document = RepositoryFiles.Section(RepositoryFiles.Read("docs/end-reasons.md"), "## Connections");
        IEnumerable<string> expected = Enumerable.Range(1, WordsOf<ConnectionEnd>.Count - 1).Select(WordsOf<ConnectionEnd>.Text);
        Assert.Equal(expected, RepositoryFiles.TableRows(document).Select(row => row[0]));
    }

    [Fact]
    public void The_documented_violations_are_those_that_exist()
    {
        StringBuilder table = new("| violation | status | meaning |\n|---|---|---|\n");
        foreach (HttpViolation violation in Enum.GetValues<HttpViolation>().Where(violation => violation != HttpViolation.None))
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| `{WordsOf<HttpViolation>.Text((int)violation)}` | {HttpViolations.StatusCode(violation)} "
                + $"| {HttpViolations.Describe(violation)} |\n");
        }

        RepositoryFiles.AssertTable("docs/end-reasons.md", "violations", table.ToString());
    }

    [Fact]
    public void The_documented_pages_are_those_that_exist()
    {
        StringBuilder table = new("| reason | failed | words | status | extended |\n|---|---|---|---|---|\n");
        foreach (Failure failure in Failures.All)
        {
            string extended = failure.Extended == failure.Status ? "" : $"{failure.Extended}";
            table.Append(
                CultureInfo.InvariantCulture,
                $"| `{WordsOf<ExchangeEnd>.Text((int)failure.End)}` | {WordsOf<FailedParty>.Text((int)failure.Party)} | {failure.Reason} "
                + $"| {failure.Status} | {extended} |\n");
        }

        RepositoryFiles.AssertTable("docs/errors.md", "pages", table.ToString());
    }

    private static string Status(Failure failure) =>
        failure.Status == failure.Extended ? $"{failure.Status}" : $"{failure.Status} ({failure.Extended})";
}
