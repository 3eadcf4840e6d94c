using System.Text;
using Breakwater.Logging;
using Breakwater.Terminal;
using Microsoft.Extensions.Logging;

namespace Breakwater.Tests.Logging;

public sealed class ConsoleLogTests
{
    private static readonly LogLineFormat Format = new(new Palette(false), forJournal: true);

    [Theory]
    [InlineData("Breakwater.Edge.Edge", LogLevel.Information, LogLevel.Information, true)]
    [InlineData("Breakwater.Edge.Edge", LogLevel.Information, LogLevel.Debug, false)]
    [InlineData("Breakwater.Edge.Edge", LogLevel.Error, LogLevel.Warning, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, LogLevel.Warning, true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Debug, LogLevel.Information, true)]
    public void The_level_decides_and_what_runs_inside_is_quieter(string category, LogLevel shown, LogLevel level, bool expected)
    {
        StringWriter output = new();
        using (ConsoleLog log = new(output, Format, shown, TimeProvider.System))
        {
            Assert.Equal(expected, log.CreateLogger(category).IsEnabled(level));
            log.CreateLogger(category).Log(level, "hello");
        }

        Assert.Equal(expected, output.ToString().Contains("hello", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_come_out_in_order_and_all_of_them_before_the_end()
    {
        StringWriter output = new();
        using (ConsoleLog log = new(output, Format, LogLevel.Information, TimeProvider.System))
        {
            ILogger logger = log.CreateLogger("Breakwater");
            for (int i = 0; i < 1000; i++) logger.LogInformation("{Number}", i);
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"<6>breakwater: {i}"), output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void When_nobody_reads_lines_are_dropped_and_counted_and_nobody_waits()
    {
        using BlockedWriter output = new();
        using ConsoleLog log = new(output, Format, LogLevel.Information, TimeProvider.System);
        ILogger logger = log.CreateLogger("Breakwater");
        logger.LogInformation("first");
        output.WaitUntilWriting();
        for (int i = 0; i < 4096 + 10; i++) logger.LogInformation("more");

        output.Open();
        log.Dispose();

        Assert.Contains("<4>breakwater: 10 log lines were dropped because standard error was not read", output.ToString(), StringComparison.Ordinal);
    }

    private sealed class BlockedWriter : StringWriter
    {
        private readonly ManualResetEventSlim _writing = new();
        private readonly ManualResetEventSlim _open = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            _writing.Set();
            _open.Wait(TimeSpan.FromSeconds(30));
            base.WriteLine(value);
        }

        public void WaitUntilWriting() => _writing.Wait(TimeSpan.FromSeconds(30));

        public void Open() => _open.Set();
    }
}
