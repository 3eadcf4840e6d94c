using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Breakwater.Config;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Events;

/// <summary>Events as JSON lines: snake_case, one object a line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SecurityEvent))]
public sealed partial class EventJson : JsonSerializerContext
{
    /// <summary>With letters and quotes as they are: this JSON is never part of a page.</summary>
    public static EventJson Line { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>
/// Writes events to a file or stream, as JSON lines. Thread-safe: events are handed over without waiting, one background thread writes them.
/// When the target cannot keep up or fails, events are dropped and counted; requests notice nothing.
/// </summary>
internal sealed partial class EventLog : IDisposable
{
    /// <summary>Events that may wait for the writer.</summary>
    private const int MaxQueued = 4096;

    private readonly BlockingCollection<SecurityEvent> _queue = new(MaxQueued);
    private readonly LogSink _sink;
    private readonly ILogger _logger;
    private readonly Thread _writer;
    private long _dropped;
    private bool _failing;

    /// <param name="sink">Where to; owned by the log from now on.</param>
    /// <param name="logger">Where a target that fails is told.</param>
    public EventLog(LogSink sink, ILogger logger)
    {
        _sink = sink;
        _logger = logger;
        _writer = new Thread(Run) { IsBackground = true, Name = "event log" };
        _writer.Start();
    }

    /// <summary>Lines that were dropped.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The log that a configuration asks for. Null when it is off, or can't be opened; then the diagnostics say why.</summary>
    public static EventLog? Open(EventLogConfig config, EdgeClock clock, ILogger logger, ICollection<ConfigDiagnostic> diagnostics)
    {
        LogSink? sink = LogSink.Open(config.To, "the event log", config.PositionOf("to"), clock, diagnostics);
        return sink is null ? null : new EventLog(sink, logger);
    }

    /// <summary>Hands an event over.</summary>
    public void Write(SecurityEvent written)
    {
        if (!_queue.TryAdd(written))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Opens the file again: after a rotation, on a signal.</summary>
    public void Reopen() => _sink.Reopen();

    /// <summary>Writes out what waits, for a second at most, and ends the log.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        if (_writer.Join(TimeSpan.FromSeconds(1)))
        {
            _sink.Dispose();
            _queue.Dispose();
        }
    }

    private void Run()
    {
        foreach (SecurityEvent next in _queue.GetConsumingEnumerable())
        {
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(next, EventJson.Line.SecurityEvent), (byte)'\n'];
            LogWrite result = _sink.Write(line);
            if (result.Problem is not null && result.Written > 0)
            {
                // A torn line is mended once; what can't be is better lost than in the way of the next.
                result = _sink.Write(line.AsSpan(result.Written));
            }

            if (result.Problem is { } problem)
            {
                Interlocked.Increment(ref _dropped);
                if (!_failing)
                {
                    Log.Failing(_logger, _sink.Name, problem);
                }
            }

            _failing = result.Problem is not null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "The event log cannot be written to {Target}: {Problem}. Events are dropped until it can; requests are not affected.")]
        public static partial void Failing(ILogger logger, string target, string problem);
    }
}
