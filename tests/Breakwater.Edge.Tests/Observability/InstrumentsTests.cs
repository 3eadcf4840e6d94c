using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Tests.Observability;

public sealed partial class InstrumentsTests
{
    [Fact]
    public void Every_instrument_is_documented_as_it_is_defined() => RepositoryFiles.AssertTable("docs/metrics.md", "metrics", Table());

    [Fact]
    public void Names_are_unique_and_well_formed()
    {
        Assert.Equal(Instruments.All.Count, Instruments.All.Select(instrument => instrument.PrometheusName).Distinct().Count());
        foreach (Instrument instrument in Instruments.All)
        {
            Assert.Matches(OpenTelemetryName(), instrument.Name);
            Assert.Matches(PrometheusName(), instrument.PrometheusName);
            Assert.All(instrument.PrometheusLabels, label => Assert.Matches(PrometheusName(), label));
            Assert.EndsWith(".", instrument.Help);
        }
    }

    [Theory]
    [InlineData("breakwater.exchanges", "breakwater_exchanges_total")]
    [InlineData("breakwater.exchange.duration", "breakwater_exchange_duration_seconds")]
    [InlineData("breakwater.response.body", "breakwater_response_body_bytes_total")]
    [InlineData("process.memory.usage", "process_memory_usage_bytes")]
    [InlineData("breakwater.connections.open", "breakwater_connections_open")]
    public void Prometheus_names_follow_from_the_OpenTelemetry_names(string name, string expected) =>
        Assert.Equal(expected, Instruments.All.Single(instrument => instrument.Name == name).PrometheusName);

    private static string Table()
    {
        StringBuilder table = new("| Prometheus | kind | labels | meaning | OpenTelemetry |\n|---|---|---|---|---|\n");
        foreach (Instrument instrument in Instruments.All)
        {
            string labels = string.Join(", ", instrument.PrometheusLabels.Select(label => $"`{label}`"));
            table.Append(
                $"| `{instrument.PrometheusName}` | {Words.SnakeCase(instrument.Kind.ToString())} | {labels} | {instrument.Help} "
                + $"| `{instrument.Name}`, {instrument.Unit} |\n");
        }

        return table.ToString();
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$")]
    private static partial Regex OpenTelemetryName();

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex PrometheusName();
}
