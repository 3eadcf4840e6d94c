using System.Collections.Concurrent;
using Breakwater.Config;
using Microsoft.Extensions.Logging;

namespace Breakwater.Logging;

/// <summary>
/// The diagnostic log: one line an event, to standard error. Thread-safe. The threads that serve requests never wait for it: lines go to a
/// bounded queue that one thread writes out, and when the reader of standard error stands still, lines are dropped and counted.
/// </summary>
internal sealed class ConsoleLog : ILoggerProvider
{
    private const int MaxQueued = 4096;

    private readonly BlockingCollection<string> _queue = new(MaxQueued);
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();
    private readonly Thread _writer;
    private readonly TextWriter _output;
    private readonly LogLineFormat _format;
    private readonly TimeProvider _time;
    private long _dropped;
    private volatile LogLevel _level;

    public ConsoleLog(TextWriter output, LogLineFormat format, LogLevel level, TimeProvider time)
    {
        _output = output;
        _format = format;
        _level = level;
        _time = time;
        _writer = new Thread(Write) { IsBackground = true, Name = "diagnostic log" };
        _writer.Start();
    }

    /// <summary>The least important level shown. A reload may change it.</summary>
    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>The level that a configuration means.</summary>
    public static LogLevel LevelOf(LoggingLevel level) => level switch
    {
        LoggingLevel.Debug => LogLevel.Debug,
        LoggingLevel.Warning => LogLevel.Warning,
        LoggingLevel.Error => LogLevel.Error,
        _ => LogLevel.Information,
    };

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new CategoryLogger(this, name));

    /// <summary>Writes a line as it is, in turn with the events: what a command has to say to the person who started it.</summary>
    public void WriteLine(string line) => Enqueue(line);

    /// <summary>Writes out what is queued.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _writer.Join(TimeSpan.FromSeconds(2));
    }

    private void Enqueue(string line)
    {
        try
        {
            if (_queue.TryAdd(line))
            {
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // Disposed: the process is at its end.
        }

        Interlocked.Increment(ref _dropped);
    }

    private void Write()
    {
        try
        {
            foreach (string line in _queue.GetConsumingEnumerable())
            {
                _output.WriteLine(line);
                if (_queue.Count > 0)
                {
                    continue;
                }

                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and long dropped)
                {
                    _output.WriteLine(_format.Line(
                        _time.GetUtcNow(), LogLevel.Warning, "Breakwater", $"{dropped} log lines were dropped because standard error was not read", null));
                }

                _output.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Standard error is closed; there is nowhere to say so. The queue fills and drops.
        }
    }

    private sealed class CategoryLogger(ConsoleLog log, string category) : ILogger
    {
        // What runs inside (Kestrel, the TLS stack) reports on every client's mistakes; those are counted elsewhere and no news to an operator.
        private readonly bool _foreign = !category.StartsWith("Breakwater", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel != LogLevel.None && logLevel >= log._level && (!_foreign || logLevel >= LogLevel.Warning || log._level <= LogLevel.Debug);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Enqueue(log._format.Line(log._time.GetUtcNow(), logLevel, category, formatter(state, exception), exception));
            }
        }
    }
}
