using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Breakwater.Commands;
using Breakwater.Config;
using Breakwater.Edge;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Lifecycle;
using Breakwater.Edge.Listeners.Sockets;
using Breakwater.Edge.Waf;
using Breakwater.Logging;
using Breakwater.Supervision;
using Microsoft.Extensions.Logging;
using TheEdge = Breakwater.Edge.Edge;

namespace Breakwater.Hosting;

/// <summary>
/// An edge as a process: from the configuration to the last connection closed. It owns the edge, the admin listener and the signals, and is
/// what they steer. Thread-safe after <see cref="ServeAsync"/> has begun.
/// </summary>
/// <remarks>
/// <code>
///              ┌ reload: SIGHUP, POST /reload ┐
/// starting ──▶ ready ◀────────────────────────┘ ──▶ draining ─────────────────────────────▶ stopped
///                    SIGTERM, SIGINT, POST /stop    drain_delay, then up to drain_timeout;
///                                                   a second signal or /stop?now ends both
/// </code>
/// </remarks>
internal sealed partial class EdgeProcess : IAdministered, ISupervised, IDisposable
{
    // For what comes after the drain, when systemd is told how long stopping takes.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // How long an idle connection is left alone when another edge serves: a client that was silent so long is not about to send just now.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    // SIGUSR1, which has no name in .NET and no common number.
    private static readonly PosixSignal UserSignal = (PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30);

    private readonly ConfigSource _source;
    private readonly SupervisorLink? _supervisor = SupervisorLink.Current;
    private readonly AcceptGate _gate = new();
    private readonly ConsoleLog _log;
    private readonly LoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly SystemdNotifier _systemd;
    private readonly TimeProvider _time = SetClock.FromEnvironment();
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _now = new();

    private readonly GenerationDocument _document;
    private readonly BreakwaterConfig _expected;
    private readonly GenerationStore _store;
    private DataDirectory _data;
    private AdminServer? _admin;
    private TheEdge? _edge;
    private volatile bool _isRetired;
    private volatile EdgeState _state = EdgeState.Starting;

    /// <param name="source">Where the configuration comes from.</param>
    /// <param name="document">The configuration as it was read; it may have errors.</param>
    /// <param name="expected">What the edge is likely to start with: that, or what is kept.</param>
    /// <param name="data">The data directory.</param>
    /// <param name="log">The log.</param>
    public EdgeProcess(ConfigSource source, GenerationDocument document, BreakwaterConfig expected, DataDirectory data, ConsoleLog log)
    {
        _source = source;
        _document = document;
        _expected = expected;
        _data = data;
        _log = log;
        _loggers = LoggersOf(log);
        _logger = _loggers.CreateLogger("Breakwater");
        _store = GenerationStore.Open(data.Path, _loggers);
        _startedAt = _time.GetUtcNow();
        _started = _time.GetTimestamp();
        _systemd = _supervisor is null ? SystemdNotifier.FromEnvironment() : SystemdNotifier.Through(_supervisor.Notify);
    }

    /// <inheritdoc/>
    public EdgeState State => _state;

    /// <summary>The configuration in force, or, while the edge starts, the one that it is to start with.</summary>
    private BreakwaterConfig Config => Volatile.Read(ref _edge)?.Plane.Live.Config ?? _expected;

    /// <summary>Serves until it is asked to stop. Returns the exit code.</summary>
    /// <param name="onReady">Called once when it serves, with what it serves.</param>
    /// <exception cref="CannotStartException">A port or the admin socket cannot be used.</exception>
    public async Task<int> ServeAsync(Action<EdgeStatus, AdminServer> onReady)
    {
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStopSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStopSignal);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnReloadSignal);
        using PosixSignalRegistration rotated = PosixSignalRegistration.Create(UserSignal, OnRotateSignal);

        // The admin listener first: it answers while the edge starts, and its faults show before a visitor is let in.
        AdminServer admin = await AdminServer.StartAsync(_data.AdminSocket, Config.Admin.Address, this, _loggers);
        _admin = admin;
        try
        {
            if (await StartEdgeAsync() is not { } edge)
            {
                return ExitCode.Problem;
            }

            await using (edge)
            {
                Volatile.Write(ref _edge, edge);
                _state = EdgeState.Ready;
                Pulse pulse = new(edge.Plane.Clock);
                edge.Plane.Heartbeat.Add(pulse);
                _systemd.StartWatchdog(_time, () => pulse.IsBeating);
                _systemd.Ready(Describe());
                onReady(GetStatus(), admin);
                _supervisor?.Serving(this, _data.Path, Config.Lifecycle.Standby, () => pulse.IsBeating);

                await _stopRequested.Task;
                await DrainAsync(edge);
            }
        }
        finally
        {
            // None, or another one, after a pause.
            if (_admin is { } last)
            {
                await last.DisposeAsync();
            }
        }

        _state = EdgeState.Stopped;
        Log.Stopped(_logger);
        return ExitCode.Ok;
    }

    /// <summary>Starts the edge; null when its configuration cannot be used, which is told.</summary>
    private async Task<TheEdge?> StartEdgeAsync()
    {
        try
        {
            return await TheEdge.StartAsync(_document, new EdgeOptions
            {
                Loggers = _loggers,
                Time = _time,
                Store = _store,
                DataDirectory = _data.Path,
                Taster = TasteCommand.Process(),
                Sockets = _supervisor?.Sockets,
                Gate = _gate,
                StartsWithPrevious = _supervisor is { StartsWithPrevious: true },
                Fuses = FuseOptions.FromEnvironment(_data.Path, _logger),
            });
        }
        catch (ConfigurationException e)
        {
            foreach (ConfigDiagnostic diagnostic in e.Diagnostics)
            {
                Diagnostics.Write(diagnostic, Console.Error);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            throw ListenFailure.Explain(e, Config.Listeners);
        }
    }

    /// <inheritdoc/>
    public EdgeStatus GetStatus() => StatusSnapshot.Take(
        Volatile.Read(ref _edge),
        Config,
        new ProcessFacts(_state, _startedAt, _time.GetElapsedTime(_started), _source.File is { } file ? Path.GetFullPath(file) : null, _data.Path));

    /// <inheritdoc/>
    public bool TryWriteMetrics(IBufferWriter<byte> output)
    {
        if (Volatile.Read(ref _edge) is not { } edge || !Config.Metrics.Prometheus)
        {
            return false;
        }

        edge.WriteMetrics(output);
        return true;
    }

    /// <inheritdoc/>
    public EventPage GetEvents(long after, int max) => Volatile.Read(ref _edge)?.EventsAfter(after, max) ?? new EventPage(0, []);

    /// <inheritdoc/>
    public WafReportPage GetWafReport(int max) => Volatile.Read(ref _edge)?.GetWafReport(max) ?? new WafReportPage(default, [], 0);

    /// <inheritdoc/>
    public WafTopPage GetWafTop(int max) => Volatile.Read(ref _edge)?.GetWafTop(max) ?? new WafTopPage(0, 1, 0, []);

    /// <inheritdoc/>
    public WafExclusionAnswer? FindWafExclusion(string ray) => Volatile.Read(ref _edge)?.FindWafExclusion(ray);

    /// <inheritdoc/>
    public RayExplanation? ExplainRay(string ray) => Volatile.Read(ref _edge)?.Explain(ray);

    /// <inheritdoc/>
    public GenerationsReport? GetGenerations() => Volatile.Read(ref _edge) is { } edge ? GenerationsSnapshot.Take(edge) : null;

    /// <inheritdoc/>
    public Task<ReloadResult> ReloadAsync(ReloadOrder order) => ReloadAsync(order, ChangeSource.Command);

    /// <inheritdoc/>
    public async Task<ReloadResult> RollBackAsync(long? number, bool confirmed) =>
        _state == EdgeState.Ready && Volatile.Read(ref _edge) is { } edge
            ? await ChangeAsync(edge, () => edge.RollBackAsync(number, confirmed))
            : NotServing();

    /// <inheritdoc/>
    public async Task<PinAnswer> PinAsync(string what, bool pins)
    {
        if (_state != EdgeState.Ready || Volatile.Read(ref _edge) is not { } edge)
        {
            return new PinAnswer(false, "the edge is not serving now", "wait until it is ready, then try again", null);
        }

        PinResult result = await (pins ? edge.Road.PinAsync(what) : edge.Road.UnpinAsync(what));
        return new PinAnswer(result.Done, result.What, result.Remedy, result.StorageProblem);
    }

    /// <inheritdoc/>
    public TimeSpan RequestStop(bool now)
    {
        _stopRequested.TrySetResult();
        if (now)
        {
            // Not on the caller's thread: it closes connections, the caller's among them.
            _ = _now.CancelAsync();
            return TimeSpan.Zero;
        }

        LifecycleConfig lifecycle = Config.Lifecycle;
        return lifecycle.DrainDelay + lifecycle.DrainTimeout;
    }

    public void Dispose()
    {
        _systemd.Dispose();
        _loggers.Dispose();
        _now.Dispose();
        _data.Dispose();
    }

    private async Task<ReloadResult> ReloadAsync(ReloadOrder order, ChangeSource source)
    {
        if (_state != EdgeState.Ready || Volatile.Read(ref _edge) is not { } edge)
        {
            return NotServing();
        }

        RoadRequest request = new(new ChangeOrigin(source)) { Read = _source.Read, Urgent = order.Urgent, Confirmed = order.Confirmed, Expected = order.Expected };
        edge.ReopenLogs();
        return await ChangeAsync(edge, () => edge.TakeAsync(request));
    }

    /// <summary>Has something changed, and tells systemd of it.</summary>
    private async Task<ReloadResult> ChangeAsync(TheEdge edge, Func<Task<RoadResult>> change)
    {
        _systemd.Reloading();
        try
        {
            RoadResult result = await change();
            BreakwaterConfig config = Config;
            GenerationStatus generation = StatusSnapshot.GenerationOf(edge);
            if (result.Succeeded)
            {
                _supervisor?.Changed();
                _log.Level = ConsoleLog.LevelOf(config.Logging.Level);
            }

            if (result.Outcome == RoadOutcome.Unchanged)
            {
                Log.ReloadedTheSame(_logger, generation.Number);
            }

            ConfigDiagnostic[] found = [.. result.Diagnostics, .. result.Succeeded ? NeedsRestart(config) : []];
            return new ReloadResult(generation, Changed: result.Outcome == RoadOutcome.Promoted, found) { Outcome = RoadText.Word(result.Outcome) };
        }
        finally
        {
            _systemd.Ready(Describe());
        }
    }

    private ReloadResult NotServing() => new(
        StatusSnapshot.GenerationOf(Volatile.Read(ref _edge)), Changed: false,
        [ConfigDiagnostic.Error(SourcePosition.Of("edge"), "the edge is not serving now", "wait until it is ready, then try again")]);

    private IEnumerable<ConfigDiagnostic> NeedsRestart(BreakwaterConfig next)
    {
        if (next.Admin.Address != _expected.Admin.Address)
        {
            yield return ConfigDiagnostic.Warning(
                next.Admin.PositionOf("address"), "the admin address differs from the one the edge was started with", "restart the edge to change it");
        }

        if (DirectoryOf(next) != _data.Path)
        {
            yield return ConfigDiagnostic.Warning(
                next.PositionOf("data"), "the data directory differs from the one the edge was started with", "restart the edge to change it");
        }
    }

    private async Task DrainAsync(TheEdge edge)
    {
        _state = EdgeState.Draining;
        LifecycleConfig lifecycle = Config.Lifecycle;
        if (_isRetired)
        {
            Log.Retiring(_logger, Environment.ProcessId, lifecycle.DrainTimeout.TotalSeconds);
            await edge.LeaveAsync(lifecycle.DrainTimeout < Farewell ? lifecycle.DrainTimeout : Farewell, _now.Token);
        }
        else
        {
            _systemd.Stopping("draining", lifecycle.DrainDelay + lifecycle.DrainTimeout + Grace);
            Log.Draining(_logger, lifecycle.DrainTimeout.TotalSeconds);
            await Task.Delay(lifecycle.DrainDelay, _time, _now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        int cut = await edge.DrainAsync(lifecycle.DrainTimeout, _now.Token);
        if (cut > 0)
        {
            Log.Cut(_logger, cut);
        }
    }

    private void OnStopSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        RequestStop(now: _stopRequested.Task.IsCompleted);
    }

    private void OnReloadSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ = Task.Run(() => ReloadAsync(new ReloadOrder(), ChangeSource.Signal));
    }

    private void OnRotateSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Volatile.Read(ref _edge)?.ReopenLogs();
    }

    private string Describe()
    {
        int zones = Config.Zones.Count;
        string problems = _edge?.Road.State.LastRefusal is null ? "" : "; the last change was refused";
        return $"generation {_edge?.GenerationNumber}, {zones} {(zones == 1 ? "zone" : "zones")}{problems}";
    }

    /// <summary>Loggers that write to a log.</summary>
    internal static LoggerFactory LoggersOf(ConsoleLog log) => new([log], new LoggerFilterOptions { MinLevel = LogLevel.Trace });

    /// <summary>The data directory of a configuration: what it says, else where commands look for it.</summary>
    internal static string DirectoryOf(BreakwaterConfig config) => config.IsWritten("data") ? config.DataDirectory : DataDirectory.DefaultPath();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "stopping: requests in progress have {Seconds} s; a second signal ends them at once")]
        public static partial void Draining(ILogger logger, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Connections} connections were cut off; lifecycle.drain_timeout gives them longer")]
        public static partial void Cut(ILogger logger, int connections);

        [LoggerMessage(3, LogLevel.Information, "stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(6, LogLevel.Information, "process {ProcessId} is replaced: requests in progress have {Seconds} s")]
        public static partial void Retiring(ILogger logger, int processId, double seconds);

        [LoggerMessage(7, LogLevel.Error, "the supervisor is gone: this edge goes on serving, but nothing restarts it when it falls; `breakwater stop`, then start it again")]
        public static partial void Orphaned(ILogger logger);

        [LoggerMessage(8, LogLevel.Error, "what was let go for another version cannot be taken back")]
        public static partial void NotResumed(ILogger logger, Exception exception);

        [LoggerMessage(5, LogLevel.Information, "reloaded: nothing changed, generation {Number} goes on")]
        public static partial void ReloadedTheSame(ILogger logger, long number);
    }
}
