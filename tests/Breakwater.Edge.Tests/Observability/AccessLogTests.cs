using System.Text;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Observability;

public sealed class AccessLogTests
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    [Fact]
    public void Each_exchange_is_one_line_even_from_many_threads()
    {
        MemorySink sink = new();
        using AccessLog log = New(sink, maxQueued: 100_000);
        Thread[] threads =
        [
            .. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
            {
                for (int i = 0; i < 500; i++)
                {
                    log.Write(TestExchange.Get($"/{thread}/{i}"));
                }
            })),
        ];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.True(log.Stop(AtMost));
        Assert.Equal(2000, log.Lines);
        Assert.Equal(0, log.Dropped);
        string[] targets = [.. sink.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("target").GetString()!)];
        Assert.Equal(2000, targets.Distinct().Count());

        // What one thread wrote stays in its order.
        IEnumerable<string> second = targets.Where(target => target.StartsWith("/2/", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"/2/{i}"), second);
    }

    [Fact]
    public void A_line_is_written_without_further_lines_to_push_it()
    {
        MemorySink sink = new();
        using AccessLog log = New(sink);
        log.Write(TestExchange.Get("/first"));
        sink.WaitForLines(1, AtMost);

        // The writer sleeps now, or is about to.
        log.Write(TestExchange.Get("/second"));
        sink.WaitForLines(2, AtMost);
        Assert.Contains("\"/second\"", sink.Lines[1]);
    }

    [Fact]
    public void The_time_is_when_the_request_came()
    {
        MemorySink sink = new();
        using AccessLog log = New(sink);
        Exchange exchange = TestExchange.Get();
        exchange.Record.EndMicros = exchange.Record.StartMicros + 1_250_000;
        log.Write(exchange);
        Assert.True(log.Stop(AtMost));
        Assert.StartsWith("{\"time\":\"2026-03-04T05:06:05.750Z\"", sink.Lines[0]);
    }

    [Fact]
    public void A_blocked_target_costs_lines_and_never_requests()
    {
        using BlockedSink sink = new();
        Events events = new();
        using AccessLog log = New(sink, maxQueued: LogSlab.MaxLines * 4, events);
        Exchange exchange = TestExchange.Get();

        // The writer is stuck with the first slab; all that comes after must come back at once. A thread that waits here hangs the test.
        log.Write(exchange);
        Assert.True(sink.Entered.Wait(AtMost, TestContext.Current.CancellationToken));
        for (int i = 0; i < 10_000; i++)
        {
            log.Write(exchange);
        }

        Assert.InRange(log.Dropped, 10_000 - LogSlab.MaxLines * 4, 9_999);
        _time.Advance(TimeSpan.FromSeconds(10));
        string report = Assert.Single(events.Messages);
        Assert.StartsWith($"{log.Dropped} lines of the access log were dropped: test:", report);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(events.Messages);

        Assert.False(log.Stop(TimeSpan.Zero));
        sink.Release.Set();
    }

    [Fact]
    public void Once_the_target_takes_lines_again_so_does_the_log()
    {
        using BlockedSink sink = new();
        using AccessLog log = New(sink, maxQueued: LogSlab.MaxLines * 2);
        for (int i = 0; i < 1000; i++)
        {
            log.Write(TestExchange.Get("/before"));
        }

        long dropped = log.Dropped;
        Assert.True(dropped > 0);
        sink.Release.Set();

        // Returned slabs are taken again: lines come through until one more of them is written than could ever wait.
        for (int i = 0; log.Lines <= LogSlab.MaxLines * 2; i++)
        {
            log.Write(TestExchange.Get("/after"));
            Assert.True(i < 50_000_000);
        }
    }

    [Fact]
    public void A_failing_target_is_tried_again_from_where_it_stopped()
    {
        FailingSink sink = new(failures: 1, takes: 100);
        Events events = new();
        using AccessLog log = New(sink, logger: events);
        log.Write(TestExchange.Get("/kept"));
        sink.WaitForLines(1, AtMost);
        Assert.True(log.Stop(AtMost));
        Assert.Equal(1, log.Errors);
        Assert.Equal(0, log.Dropped);
        Assert.Equal("/kept", JsonDocument.Parse(Assert.Single(sink.Lines)).RootElement.GetProperty("target").GetString());
        Assert.StartsWith("The access log cannot be written to test: no space", Assert.Single(events.Messages));
    }

    [Fact]
    public void Stopping_gives_up_on_a_target_that_fails_and_counts_what_is_lost()
    {
        FailingSink sink = new(failures: int.MaxValue, takes: 0);
        using AccessLog log = New(sink);
        for (int i = 0; i < 10; i++)
        {
            log.Write(TestExchange.Get());
        }

        Assert.True(log.Stop(AtMost));
        Assert.Equal(10, log.Dropped);
        Assert.Equal(0, log.Lines);
    }

    [Theory]
    [InlineData(AccessLogFormat.Json)]
    [InlineData(AccessLogFormat.Combined)]
    public void Writing_allocates_nothing(AccessLogFormat format)
    {
        // Few slabs, so that all are there soon; and the writer too slow for them, so that lines are written and dropped in turns.
        AccessLogSettings settings = new() { Format = format, MaxQueued = LogSlab.MaxLines * 2 };
        using AccessLog log = new(settings, new NullSink(), new EdgeClock(TimeProvider.System), NullLogger.Instance);
        Exchange exchange = TestExchange.Get("/a?token=b&c=%41", "User-Agent: x", "Referer: https://a/?b=c");
        exchange.Record.Origin = TestExchange.NewOrigin("http://10.0.0.5:3000");
        exchange.Connection = TestExchange.TlsConnection();
        WriteUntil(() => log.Lines >= LogSlab.MaxLines * 2 && log.Dropped > 0);

        // Two threads that meet at a lock for the first time cost it an event, so not every round need be free of allocations; one must be.
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            (long lines, long dropped) = (log.Lines, log.Dropped);
            Func<bool> both = () => log.Lines > lines && log.Dropped > dropped;
            long before = GC.GetAllocatedBytesForCurrentThread();
            WriteUntil(both);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void WriteUntil(Func<bool> done)
        {
            for (int i = 0; !done(); i++)
            {
                log.Write(exchange);
                Assert.True(i < 50_000_000);
            }
        }
    }

    [Fact]
    public void A_log_that_is_off_does_not_exist()
    {
        List<ConfigDiagnostic> diagnostics = [];
        Assert.Null(AccessLog.Open(new AccessLogConfig { To = LogTarget.Off }, new EdgeClock(_time), NullLogger.Instance, diagnostics));
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_said_before_the_edge_runs()
    {
        List<ConfigDiagnostic> diagnostics = [];
        AccessLogConfig config = new() { To = LogTarget.File("/nonexistent/access.log") };
        Assert.Null(AccessLog.Open(config, new EdgeClock(_time), NullLogger.Instance, diagnostics));
        ConfigDiagnostic diagnostic = Assert.Single(diagnostics);
        Assert.StartsWith("the access log cannot be opened: ", diagnostic.Problem);
        Assert.Contains("/nonexistent/access.log", diagnostic.Problem);
    }

    [Fact]
    public void Its_counters_are_metrics()
    {
        MemorySink sink = new();
        using EdgeMetrics metrics = new();
        using AccessLog log = New(sink);
        log.AddTo(metrics);
        log.Write(TestExchange.Get());
        Assert.True(log.Stop(AtMost));
        Collected lines = new();
        metrics.Read(Instruments.AccessLogLines, lines);
        Assert.Equal(1, lines.Value_);
    }

    private AccessLog New(LogSink sink, int maxQueued = 16_384, ILogger? logger = null) =>
        new(new AccessLogSettings { MaxQueued = maxQueued }, sink, new EdgeClock(_time), logger ?? NullLogger.Instance);

    private sealed class Collected : MetricSink
    {
        public long Value_ { get; private set; } = -1;

        public override void Value(long value, params ReadOnlySpan<string> labels) => Value_ = value;

        public override void Distribution(DurationHistogram histogram, params ReadOnlySpan<string> labels) => Assert.Fail("no histogram");
    }

    private class MemorySink : LogSink
    {
        private readonly StringBuilder _text = new();

        public override string Name => "test";

        public string[] Lines
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString().Split('\n')[..^1];
                }
            }
        }

        public override LogWrite Write(ReadOnlySpan<byte> lines)
        {
            lock (_text)
            {
                _text.Append(Encoding.UTF8.GetString(lines));
                Monitor.PulseAll(_text);
            }

            return new LogWrite(lines.Length, null);
        }

        public void WaitForLines(int count, TimeSpan atMost)
        {
            lock (_text)
            {
                while (Lines.Length < count)
                {
                    Assert.True(Monitor.Wait(_text, atMost), "no line came");
                }
            }
        }

        public override void Dispose()
        {
        }
    }

    private sealed class NullSink : LogSink
    {
        public override string Name => "test";

        public override LogWrite Write(ReadOnlySpan<byte> lines) => new(lines.Length, null);

        public override void Dispose()
        {
        }
    }

    /// <summary>A disk that is full for a while: takes some bytes of each write that fails.</summary>
    private sealed class FailingSink(int failures, int takes) : MemorySink
    {
        private int _left = failures;

        public override LogWrite Write(ReadOnlySpan<byte> lines)
        {
            if (_left > 0)
            {
                _left--;
                base.Write(lines[..takes]);
                return new LogWrite(takes, "no space");
            }

            return base.Write(lines);
        }
    }

    private sealed class BlockedSink : LogSink
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public override string Name => "test";

        public override LogWrite Write(ReadOnlySpan<byte> lines)
        {
            Entered.Set();
            Release.Wait();
            return new LogWrite(lines.Length, null);
        }

        public override void Dispose() => Release.Set();
    }

    private sealed class Events : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
