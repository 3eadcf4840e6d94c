using Breakwater.Logging;
using Breakwater.Terminal;
using Microsoft.Extensions.Logging;

namespace Breakwater.Tests.Logging;

public sealed class LogLineFormatTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 8, 15, 30, 123, TimeSpan.Zero);

    [Theory]
    [InlineData(LogLevel.Debug, "2026-03-01T08:15:30.123Z debug   origins: hello")]
    [InlineData(LogLevel.Information, "2026-03-01T08:15:30.123Z info    origins: hello")]
    [InlineData(LogLevel.Warning, "2026-03-01T08:15:30.123Z warning origins: hello")]
    [InlineData(LogLevel.Error, "2026-03-01T08:15:30.123Z error   origins: hello")]
    public void A_line_has_time_level_feature_and_message(LogLevel level, string expected) =>
        Assert.Equal(expected, Plain().Line(Time, level, "Breakwater.Edge.Origins.OriginProbe", "hello", null));

    [Theory]
    [InlineData(LogLevel.Debug, "<7>origins: hello")]
    [InlineData(LogLevel.Information, "<6>origins: hello")]
    [InlineData(LogLevel.Warning, "<4>origins: hello")]
    [InlineData(LogLevel.Error, "<3>origins: hello")]
    public void The_journal_gets_a_priority_instead_of_time_and_level(LogLevel level, string expected) =>
        Assert.Equal(expected, new LogLineFormat(new Palette(false), forJournal: true).Line(Time, level, "Breakwater.Edge.Origins.OriginProbe", "hello", null));

    [Theory]
    [InlineData("Breakwater.Edge.Origins.OriginProbe", "origins")]
    [InlineData("Breakwater.Edge.Edge", "edge")]
    [InlineData("Breakwater.Hosting.EdgeProcess", "edgeprocess")]
    [InlineData("Breakwater", "breakwater")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", "Kestrel")]
    public void The_feature_is_the_categorys_telling_part(string category, string feature) =>
        Assert.Equal($"2026-03-01T08:15:30.123Z info    {feature}: x", Plain().Line(Time, LogLevel.Information, category, "x", null));

    [Theory]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\r\nb", "a\\r\\nb")]
    [InlineData("\u001b[31mred", "\\x1B[31mred")]
    [InlineData("tab\tbell\a", "tab\\x09bell\\x07")]
    [InlineData("del\u007fcsi\u009b", "del\\x7Fcsi\\x9B")]
    [InlineData("order\u202eabc", "order\\u202Eabc")]
    [InlineData("Grüße, 世界", "Grüße, 世界")]
    public void Nothing_in_a_message_can_forge_a_line_or_steer_a_terminal(string message, string written) =>
        Assert.EndsWith("edge: " + written, Plain().Line(Time, LogLevel.Information, "Breakwater.Edge.Edge", message, null), StringComparison.Ordinal);

    [Fact]
    public void An_exception_is_told_with_its_causes_on_the_same_line()
    {
        IOException e = new("cannot bind\nhere", new InvalidOperationException("in use"));
        Assert.Equal(
            "2026-03-01T08:15:30.123Z warning edge: start | IOException: cannot bind\\nhere | InvalidOperationException: in use",
            Plain().Line(Time, LogLevel.Warning, "Breakwater.Edge.Edge", "start", e));
    }

    [Fact]
    public void An_error_shows_where_it_happened()
    {
        string line = "";
        try
        {
            throw new InvalidOperationException("a bug");
        }
        catch (InvalidOperationException e)
        {
            line = Plain().Line(Time, LogLevel.Error, "Breakwater.Edge.Edge", "oh", e);
        }

        Assert.Contains($" | at {typeof(LogLineFormatTests).FullName}.{nameof(An_error_shows_where_it_happened)}()", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private static LogLineFormat Plain() => new(new Palette(false), forJournal: false);
}
