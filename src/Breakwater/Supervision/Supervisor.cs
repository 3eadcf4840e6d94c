using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using Breakwater.Commands;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Lifecycle;

namespace Breakwater.Supervision;

/// <summary>
/// The process that an operator starts with <c>breakwater run</c>. It starts the edge as a child, keeps a copy of every socket that the edge
/// listens on, and starts another edge when that one falls: connections wait in the kernel meanwhile. It reads no configuration, takes no
/// connection and parses nothing that a visitor sent, so that little can happen to it; one thread does all of it and waits for nobody.
/// </summary>
/// <remarks>
/// <code>
/// operator ── signals ──▶ supervisor ── line (ControlChannel) ──▶ edge      serves
///             super.sock      │ sockets                     └───▶ standby   rehearsed, waits for its turn
/// </code>
/// When the supervisor itself is killed, the edge goes on serving: the protection of the protection must not be the outage either.
/// </remarks>
internal sealed partial class Supervisor
{
    /// <summary>The variable that, with the value <c>off</c>, has the edge run alone.</summary>
    public const string Variable = "BREAKWATER_SUPERVISOR";

    /// <summary>How long after an edge began to serve its standby is started: it takes a second of processor time to warm up.</summary>
    private static readonly TimeSpan StandbyDelay = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // Signs of life come every second.
    private const int MaxSilentTicks = 20;

    // SIGHUP, SIGINT, SIGUSR1, SIGTERM, SIGCHLD on Linux.
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int User1 = 10;
    private const int Terminate = 15;
    private const int ChildEnded = 17;

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly SupervisorLog _log;
    private readonly SystemdNotifier _systemd = SystemdNotifier.FromEnvironment();
    private readonly RestartLadder _ladder;
    private readonly CrashRecord _crashes;
    private readonly HeldSockets _sockets = new();
    private readonly List<EdgeChild> _children = [];
    private readonly IReadOnlyList<string> _arguments;
    private readonly List<string> _environment;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly int _wakeReader;
    private readonly int _wakeWriter;

    private ProgramCommand _program;
    private EdgeChild? _live;
    private EdgeChild? _standby;
    private bool _wantsStandby;
    private long? _startDue;
    private long? _standbyDue;
    private long? _fellAt;
    private long _nextTick;
    private long _nextSignOfLife;
    private bool _everServed;
    private int _stopsAsked;
    private int _lastCode;
    private int? _exit;

    private Supervisor(ProgramCommand program, IReadOnlyList<string> arguments)
    {
        _program = program;
        _arguments = arguments;
        _log = new SupervisorLog(_time);
        _ladder = new RestartLadder(_time, new Random());
        _crashes = new CrashRecord(_time);
        _environment = EnvironmentForEdges();
        (_wakeReader, _wakeWriter) = SystemCalls.SocketPair();
    }

    /// <summary>Whether a command line asks for an edge with a supervisor.</summary>
    public static bool IsWanted(string[] arguments)
    {
        if (arguments.Length == 0 || arguments[0] != "run" || !SystemCalls.IsSupported || Environment.GetEnvironmentVariable(Variable) == "off")
        {
            return false;
        }

        foreach (string argument in arguments)
        {
            if (argument is "--no-supervisor" or "--help" or "-h" or "-?" or "/?" or "/h")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Is the supervisor until it is asked to stop. Returns the exit code.</summary>
    /// <param name="arguments">The program's arguments; an edge gets the same.</param>
    public static int Run(string[] arguments)
    {
        Supervisor supervisor = new(ProgramCommand.Current(), arguments);
        supervisor.Register();
        if (Environment.GetEnvironmentVariable(StateVariable) is { } state)
        {
            Environment.SetEnvironmentVariable(StateVariable, null);
            supervisor.TakeOver(state);
        }
        else
        {
            supervisor.TakeSystemdSockets();
            supervisor.StartEdge();
        }

        // Held back while one supervisor became the next.
        SystemCalls.HoldSignals(hold: false, HangUp, Interrupt, User1, Terminate, ChildEnded);
        return supervisor.Loop();
    }

    private int Loop()
    {
        SystemCalls.PollDescriptor[] polled = new SystemCalls.PollDescriptor[8];
        List<EdgeChild> children = [];
        while (_exit is null)
        {
            int count = 0;
            Watch(_wakeReader, false);
            int control = _control?.Descriptor ?? -1;
            if (control >= 0)
            {
                Watch(control, false);
            }

            children.Clear();
            children.AddRange(_children);
            foreach (EdgeChild child in children)
            {
                Watch(child.Channel.Descriptor, child.HasUnsent);
            }

            SystemCalls.Poll(polled.AsSpan(0, count), MillisecondsToNext());
            int at = 0;
            if (IsReady(polled[at++]))
            {
                TakeSignals();
            }

            if (control >= 0 && IsReady(polled[at++]))
            {
                TakeOrder();
            }

            foreach (EdgeChild child in children)
            {
                SystemCalls.PollDescriptor seen = polled[at++];
                if ((seen.Returned & SystemCalls.PollOut) != 0)
                {
                    child.Flush();
                }

                if (IsReady(seen))
                {
                    Listen(child);
                }
            }

            Reap();
            OnTime();

            void Watch(int descriptor, bool output)
            {
                if (count == polled.Length)
                {
                    Array.Resize(ref polled, count * 2);
                }

                polled[count++] = new SystemCalls.PollDescriptor { Descriptor = descriptor, Events = (short)(SystemCalls.PollIn | (output ? SystemCalls.PollOut : 0)) };
            }
        }

        _control?.Dispose();
        _sockets.RemoveFiles();
        return _exit.Value;
    }

    private static bool IsReady(SystemCalls.PollDescriptor descriptor) => (descriptor.Returned & (SystemCalls.PollIn | SystemCalls.PollError)) != 0;

    private int MillisecondsToNext()
    {
        long now = _time.GetTimestamp();
        long next = _nextTick;
        foreach (long? due in (ReadOnlySpan<long?>)[_startDue, _standbyDue, _upgrade?.Deadline])
        {
            next = Math.Min(next, due ?? long.MaxValue);
        }

        return next <= now ? 0 : (int)Math.Min(1000, Math.Ceiling(_time.GetElapsedTime(now, next).TotalMilliseconds));
    }

    private long In(TimeSpan time) => _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency);

    private bool IsDue(long? due) => due is { } at && _time.GetTimestamp() >= at;

    /// <summary>What is due by the clock.</summary>
    private void OnTime()
    {
        if (IsDue(_startDue))
        {
            _startDue = null;
            StartEdge();
        }

        if (IsDue(_standbyDue))
        {
            _standbyDue = null;
            StartStandby();
        }

        UpgradeOnTime();
        if (_time.GetTimestamp() < _nextTick)
        {
            return;
        }

        _nextTick = In(Tick);
        foreach (EdgeChild child in _children)
        {
            // Looks, not time: a machine that was asleep has not looked either.
            if (child.State is ChildState.Serving && ++child.SilentTicks > MaxSilentTicks)
            {
                child.SilentTicks = 0;
                _log.Error($"edge process {child.Process} has given no sign of life for {MaxSilentTicks} s and is ended");
                child.Kill();
            }
        }

        if (_systemd.WatchdogInterval is { } interval && _time.GetTimestamp() >= _nextSignOfLife)
        {
            // Of the supervisor's own: it is this process that sees to the edge's.
            _nextSignOfLife = In(interval / 2 > Tick ? interval / 2 - Tick : TimeSpan.Zero);
            _systemd.Send("WATCHDOG=1");
        }
    }

    // ---- Edges --------------------------------------------------------------------------------------------------------------------------

    /// <summary>Has an edge serve: the standby if there is one, else a new one.</summary>
    private void StartEdge()
    {
        EdgeChild? child = _standby;
        _standby = null;
        _live = child ??= Spawn(_program, rehearse: false);
        if (child is not null)
        {
            Go(child);
        }
    }

    private void StartStandby()
    {
        if (_wantsStandby && _standby is null && _upgrade is null && _stopsAsked == 0 && _live is { State: ChildState.Serving })
        {
            _standby = Spawn(_program, rehearse: true);
        }
    }

    /// <summary>Starts a process; null, and another try is due, when it cannot be.</summary>
    private EdgeChild? Spawn(ProgramCommand program, bool rehearse)
    {
        try
        {
            EdgeChild child = EdgeChild.Start(program, _arguments, _environment, _time.GetTimestamp());
            _children.Add(child);
            foreach ((string name, int descriptor) in _sockets.All)
            {
                child.Tell("socket", name, descriptor);
            }

            if (rehearse)
            {
                child.Tell("rehearse");
            }

            return child;
        }
        catch (IOException e)
        {
            _log.Error(e.Message);
            if (!rehearse)
            {
                if (!_everServed)
                {
                    _exit = ExitCode.CannotStart;
                }

                _startDue = In(RestartLadder.MaxDelay);
            }

            return null;
        }
    }

    /// <summary>Lets an edge serve.</summary>
    private void Go(EdgeChild child)
    {
        child.State = ChildState.Starting;
        string suspects = WriteSuspects() is { } path ? $"\nsuspects={path}" : "";
        child.Tell("go", string.Create(CultureInfo.InvariantCulture, $"mode={_ladder.Mode}\nrestarts={_ladder.Crashes}{suspects}"));
    }

    /// <summary>Writes down what the next edge is to leave out and refuse; null when that is nothing.</summary>
    private string? WriteSuspects()
    {
        if (_control is null || _ladder.Crashes == 0)
        {
            return null;
        }

        string path = Path.Combine(_control.Directory, "suspects");
        SwitchSet suspects = _crashes.Suspects(withoutModules: _ladder.Mode == StartMode.SuspectsOff);
        try
        {
            SwitchFile.Write(path, suspects);
            return suspects.IsEmpty ? null : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Warning($"{path} cannot be written, so that the next edge knows nothing of suspects: {e.Message}");
            return null;
        }
    }

    /// <summary>Takes what a child has to say.</summary>
    private void Listen(EdgeChild child)
    {
        while (child.Channel.Receive(wait: false, out ChannelMessage message) == ChannelState.Message)
        {
            Take(child, message);
        }
    }

    private void Take(EdgeChild child, ChannelMessage message)
    {
        child.SilentTicks = 0;
        switch (message.Word)
        {
            case "bound" when message.Descriptor >= 0:
                _sockets.Add(message.Text, message.Descriptor);
                if (_standby is { } standby && standby != child)
                {
                    standby.Tell("socket", message.Text, message.Descriptor);
                }

                return;
            case "unused":
                child.Unused.Add(message.Text);
                return;
            case "rehearsed":
                child.State = ChildState.Ready;
                UpgradeOn(child, message);
                break;
            case "serving":
                OnServing(child, message.Text);
                UpgradeOn(child, message);
                break;
            case "notify" when child == _live:
                _systemd.Send(message.Text);
                break;
            case "changed" when child == _live:
                _ladder.Reset();
                break;
            case "unfit" or "paused" or "resumed" or "checked":
                UpgradeOn(child, message);
                break;
        }

        if (message.Descriptor >= 0)
        {
            SystemCalls.Close(message.Descriptor);
        }
    }

    private void OnServing(EdgeChild child, string text)
    {
        child.State = ChildState.Serving;
        child.HasServed = true;
        _everServed = true;
        string[] lines = text.Split('\n');
        _wantsStandby = lines.Length > 1 && lines[1] == "standby";
        Offer(lines[0]);
        FlightFiles.Sweep(lines[0], process => _children.Exists(one => one.Process == process));
        if (_fellAt is { } fell)
        {
            _fellAt = null;
            _log.Information(string.Create(
                CultureInfo.InvariantCulture, $"edge process {child.Process} serves, {_time.GetElapsedTime(fell).TotalMilliseconds:F0} ms after the other was gone"));
        }

        if (_upgrade is null)
        {
            DropUnused(child);
            _standbyDue = In(StandbyDelay);
        }
    }

    private void DropUnused(EdgeChild child)
    {
        foreach (string name in child.Unused)
        {
            _sockets.Drop(name);
        }

        child.Unused.Clear();
    }

    // ---- Their ends ---------------------------------------------------------------------------------------------------------------------

    /// <summary>Sees to processes that have ended: edges, and, as the first process of a container, whatever was left to it.</summary>
    private void Reap()
    {
        while (SystemCalls.Reap(out int status) is > 0 and int process)
        {
            if (_children.Find(child => child.Process == process) is { } child)
            {
                // What it said last is still in the line.
                Listen(child);
                _children.Remove(child);
                child.Dispose();
                OnEnd(child, new ChildEnd(status));
            }
        }
    }

    private void OnEnd(EdgeChild child, ChildEnd end)
    {
        if (child == _standby)
        {
            _standby = null;
            _standbyDue = In(RestartLadder.MaxDelay);
            if (_stopsAsked == 0)
            {
                _log.Warning($"standby process {child.Process} {end}; another is started later");
            }

            EndWhenEmpty();
            return;
        }

        if (UpgradeOnEnd(child, end) || child != _live)
        {
            EndWhenEmpty();
            return;
        }

        _live = null;
        bool refusedToStart = !_everServed && end.Signal == 0 && end.Code is ExitCode.Problem or ExitCode.Usage or ExitCode.CannotStart;
        if (_stopsAsked > 0 || refusedToStart || (end.Signal == 0 && end.Code == ExitCode.Ok))
        {
            // One that was ended because it was still starting did what it was asked to.
            _lastCode = _stopsAsked > 0 && !child.HasServed ? ExitCode.Ok : end.Code;
            _stopsAsked = Math.Max(_stopsAsked, 1);
            StopOthers();
            EndWhenEmpty();
            return;
        }

        _fellAt ??= _time.GetTimestamp();
        StartMode before = _ladder.Mode;
        RestartPlan plan = _ladder.OnCrash();
        string? work = _control is null ? null : _crashes.Take(FlightFiles.PathOf(_control.Directory, child.Process), child.Process);
        Report(child, end, before, plan, work);
        if (plan.Delay == TimeSpan.Zero)
        {
            StartEdge();
        }
        else
        {
            _startDue = In(plan.Delay);
        }
    }

    private void EndWhenEmpty()
    {
        if (_stopsAsked > 0 && _live is null && _children.Count == 0)
        {
            _exit = _lastCode;
        }
    }

    private void Report(EdgeChild child, ChildEnd end, StartMode before, RestartPlan plan, string? work)
    {
        string served = child.HasServed
            ? string.Create(CultureInfo.InvariantCulture, $" after {_time.GetElapsedTime(child.Started).TotalSeconds:F0} s") : " before it served";
        string next = plan.Mode == before
            ? plan.Delay == TimeSpan.Zero
                ? _standby is { } standby ? $"process {standby.Process}, which stood by, takes over" : "another is started"
                : string.Create(CultureInfo.InvariantCulture, $"another is started in {plan.Delay.TotalSeconds:F1} s")
            : $"the third time within {RestartLadder.Window.TotalSeconds:F0} s: " + (plan.Mode == StartMode.Previous
                ? "the next one starts with the last known good generation" : "the next one starts with suspect modules off");
        _log.Error($"edge process {child.Process} {end}{served}{(work is null ? "" : $" (at work: {work})")}; {next}");
    }

    // ---- Signals ------------------------------------------------------------------------------------------------------------------------

    private void Register()
    {
        foreach (int signal in (ReadOnlySpan<int>)[Terminate, Interrupt, HangUp, User1, ChildEnded])
        {
            byte[] number = [(byte)signal];
            _signals.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                _ = SystemCalls.TrySend(_wakeWriter, number, -1, wait: false);
            }));
        }
    }

    private void TakeSignals()
    {
        Span<byte> number = stackalloc byte[8];
        while (SystemCalls.Receive(_wakeReader, number, wait: false, out _) > 0)
        {
            switch (number[0])
            {
                case Terminate or Interrupt:
                    Stop();
                    break;
                case HangUp:
                    _live?.Tell("reload");
                    break;
                case User1:
                    foreach (EdgeChild child in _children)
                    {
                        child.Tell("rotate");
                    }

                    break;
            }
        }
    }

    /// <summary>Somebody wants it to end: the first time politely, the second time at once.</summary>
    private void Stop()
    {
        _stopsAsked++;
        StopOthers();
        if (_live is null)
        {
            EndWhenEmpty();
            return;
        }

        if (_stopsAsked > 1 && _live.State == ChildState.Starting)
        {
            _live.Kill();
        }

        _live.Tell(_stopsAsked == 1 ? "stop" : "stop-now");
    }

    /// <summary>Ends what does not serve, and lets what serves its last connections finish.</summary>
    private void StopOthers()
    {
        _startDue = _standbyDue = null;
        foreach (EdgeChild child in _children)
        {
            if (child == _live)
            {
                continue;
            }

            if (child.State is ChildState.Rehearsing or ChildState.Ready or ChildState.Starting)
            {
                child.Kill();
            }
            else
            {
                child.Tell(_stopsAsked <= 1 ? "stop" : "stop-now");
            }
        }
    }

    // ---- Surroundings -------------------------------------------------------------------------------------------------------------------

    private void TakeSystemdSockets()
    {
        foreach ((string name, int descriptor) in SystemdSockets.Inherited.All)
        {
            SystemCalls.SetInheritable(descriptor, false);
            _sockets.Add(string.Create(CultureInfo.InvariantCulture, $"systemd:{descriptor}:{name}"), descriptor);
        }
    }

    /// <summary>The variables of this process without those that are for it alone: sockets, the service manager's socket and watchdog.</summary>
    private static List<string> EnvironmentForEdges()
    {
        List<string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name is not ("LISTEN_PID" or "LISTEN_FDS" or "LISTEN_FDNAMES" or "WATCHDOG_USEC" or "WATCHDOG_PID" or StateVariable or EdgeChild.ChannelVariable))
            {
                variables.Add($"{name}={variable.Value}");
            }
        }

        return variables;
    }
}
