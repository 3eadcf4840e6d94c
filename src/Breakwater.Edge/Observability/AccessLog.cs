using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The access log: one line for each exchange. Thread-safe. <see cref="Write"/> formats the line on the spot into memory of its own
/// thread's stripe, without allocation and without waiting for anything but that; one background thread writes the lines out in batches. When the
/// target cannot keep up or fails, lines are dropped and counted, and requests notice nothing. Lines of different threads may change places
/// within a tenth of a second.
/// </summary>
internal sealed partial class AccessLog : IDisposable
{
    /// <summary>How long a line waits for company.</summary>
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the writer waits after the target failed.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often drops are reported.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    /// <summary>So many full slabs wake the writer before <see cref="FlushInterval"/> is over.</summary>
    private const int Pressing = 4;

    private readonly Stripe?[] _stripes = new Stripe[ThreadStripe.Count];
    private readonly StripedCells _dropped = new(1);
    private readonly LogQueue _queue;
    private readonly LogLine _line;
    private readonly LogSink _sink;
    private readonly EdgeClock _clock;
    private readonly ILogger _logger;
    private readonly ITimer _report;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _writer;
    private volatile bool _idle;
    private volatile bool _stopping;
    private volatile string? _problem;
    private long _lines;
    private long _errors;
    private long _reported;

    /// <summary>Starts the log.</summary>
    /// <param name="settings">What to write.</param>
    /// <param name="sink">Where to; owned by the log from now on.</param>
    /// <param name="clock">The edge's clock.</param>
    /// <param name="logger">Where drops are reported.</param>
    public AccessLog(AccessLogSettings settings, LogSink sink, EdgeClock clock, ILogger logger)
    {
        _queue = new LogQueue(Math.Max(settings.MaxQueued / LogSlab.MaxLines, 2));
        _line = settings.Format == AccessLogFormat.Json
            ? new JsonLine(settings.SecretArguments, settings.Headers, settings.SecretHeaders)
            : new CombinedLine(settings.SecretArguments);
        _sink = sink;
        _clock = clock;
        _logger = logger;
        _report = clock.Provider.CreateTimer(static log => ((AccessLog)log!).Report(), this, ReportInterval, ReportInterval);
        _writer = new Thread(Run) { IsBackground = true, Name = "access log" };
        _writer.Start();
    }

    /// <summary>Lines that were handed to the target.</summary>
    public long Lines => Volatile.Read(ref _lines);

    /// <summary>Lines that were dropped.</summary>
    public long Dropped => _dropped.Sum(0);

    /// <summary>Writes to the target that failed.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>
    /// Starts the log that a configuration asks for. Null when it is off, or when its file cannot be opened; then the diagnostics say why.
    /// </summary>
    public static AccessLog? Open(AccessLogConfig config, EdgeClock clock, ILogger logger, ICollection<ConfigDiagnostic> diagnostics)
    {
        LogSink? sink = LogSink.Open(config.To, "the access log", config.PositionOf("to"), clock, diagnostics);
        return sink is null ? null : new AccessLog(AccessLogSettings.Of(config), sink, clock, logger);
    }

    /// <summary>Lets metrics know the log's counters.</summary>
    public void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.AccessLogLines, sink => sink.Value(Lines));
        metrics.Observe(Instruments.AccessLogDropped, sink => sink.Value(Dropped));
        metrics.Observe(Instruments.AccessLogErrors, sink => sink.Value(Errors));
    }

    /// <summary>Writes the line of an exchange that is over and not yet cleared. Called on the I/O thread.</summary>
    public void Write(Exchange exchange)
    {
        int index = ThreadStripe.Current;
        Stripe stripe = _stripes[index] ?? Create(index);
        bool wake;
        lock (stripe.Lock)
        {
            if (!TryWrite(stripe, exchange))
            {
                // What is full goes to the writer; a second try has a whole slab for itself.
                Seal(stripe);
                stripe.Slab = _queue.TakeEmpty();
                if (stripe.Slab is null || !TryWrite(stripe, exchange))
                {
                    _dropped.Add(0, 1);
                }
            }

            // Read under the stripe's lock: the writer sets it before it looks through the stripes a last time (see Run).
            wake = _idle;
        }

        if (wake)
        {
            Wake();
        }
    }

    /// <summary>Opens the log's file again: after a rotation, on a signal.</summary>
    public void Reopen()
    {
        _sink.Reopen();
        Wake();
    }

    /// <summary>Writes out what waits, for so long at most, and ends the log. False when the time was too short.</summary>
    public bool Stop(TimeSpan atMost)
    {
        _stopping = true;
        _wake.Set();
        bool done = _writer.Join(atMost);
        _report.Dispose();
        Report();
        if (done)
        {
            _sink.Dispose();
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => Stop(TimeSpan.FromSeconds(1));

    private Stripe Create(int index) =>
        Interlocked.CompareExchange(ref _stripes[index], new Stripe(_line.SecondsFormat), null) ?? _stripes[index]!;

    private bool TryWrite(Stripe stripe, Exchange exchange)
    {
        if (stripe.Slab is not { } slab || slab.IsFull)
        {
            return false;
        }

        ref ExchangeRecord record = ref exchange.Record;
        DateTime start = _clock.UtcNow.UtcDateTime.AddTicks((record.StartMicros - record.EndMicros) * TimeSpan.TicksPerMicrosecond);
        LineBuilder line = new(slab.Room);
        _line.Write(ref line, exchange, start, stripe.Seconds);
        if (line.Overflowed)
        {
            return false;
        }

        slab.Length += line.Length;
        slab.Lines++;
        return true;
    }

    private void Seal(Stripe stripe)
    {
        if (stripe.Slab is { } slab)
        {
            stripe.Slab = null;
            _queue.AddFull(slab);
            if (_queue.Waiting == Pressing)
            {
                _wake.Set();
            }
        }
    }

    private void Wake()
    {
        _idle = false;
        _wake.Set();
    }

    /// <summary>The background thread.</summary>
    private void Run()
    {
        while (true)
        {
            bool stopping = _stopping;
            if (WriteAll())
            {
                _wake.WaitOne(stopping ? TimeSpan.Zero : FlushInterval);
                continue;
            }

            if (stopping)
            {
                return;
            }

            // Nothing to do: sleep until there is. A line that is written after this look through the stripes sees the flag.
            _idle = true;
            if (!WriteAll())
            {
                _wake.WaitOne();
            }

            _idle = false;
        }
    }

    /// <summary>Writes out all that waits, in full slabs and in stripes. False when there was nothing.</summary>
    private bool WriteAll()
    {
        bool any = false;
        foreach (Stripe? stripe in _stripes)
        {
            if (stripe is not null)
            {
                lock (stripe.Lock)
                {
                    Seal(stripe);
                }
            }
        }

        while (_queue.TakeFull() is { } slab)
        {
            WriteOut(slab);
            _queue.Return(slab);
            any = true;
        }

        return any;
    }

    private void WriteOut(LogSlab slab)
    {
        ReadOnlySpan<byte> rest = slab.Written;
        while (true)
        {
            LogWrite result = _sink.Write(rest);
            if (result.Problem is null)
            {
                Volatile.Write(ref _lines, _lines + slab.Lines);
                return;
            }

            Volatile.Write(ref _errors, _errors + 1);
            _problem = result.Problem;
            rest = rest[result.Written..];
            if (_stopping)
            {
                _dropped.Add(0, rest.Count((byte)'\n'));
                return;
            }

            _wake.WaitOne(RetryInterval);
        }
    }

    /// <summary>Says once per interval that lines were dropped.</summary>
    private void Report()
    {
        long dropped = Dropped;
        long since = dropped - Interlocked.Exchange(ref _reported, dropped);
        string? problem = Interlocked.Exchange(ref _problem, null);
        if (since > 0)
        {
            Log.Dropped(_logger, since, _sink.Name, problem ?? "it does not keep up");
        }
        else if (problem is not null)
        {
            Log.Failing(_logger, _sink.Name, problem);
        }
    }

    /// <summary>The lines of one thread (or of several, for the shared one). Its slab is guarded by its lock.</summary>
    private sealed class Stripe(string secondsFormat)
    {
        public Lock Lock { get; } = new();

        public LogSeconds Seconds { get; } = new(secondsFormat);

        public LogSlab? Slab { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "{Count} lines of the access log were dropped: {Target}: {Problem}. Requests are not affected.")]
        public static partial void Dropped(ILogger logger, long count, string target, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "The access log cannot be written to {Target}: {Problem}. Lines wait; when too many do, further ones are dropped.")]
        public static partial void Failing(ILogger logger, string target, string problem);
    }
}
