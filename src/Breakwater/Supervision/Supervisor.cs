using System.Collections;
using System.Globalization;
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

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly SupervisorLog _log;
    private readonly SystemdNotifier _systemd = SystemdNotifier.FromEnvironment();
    private readonly RestartLadder _ladder;
    private readonly CrashRecord _crashes;
    private readonly HeldSockets _sockets = new();
    private readonly List<EdgeChild> _children = [];
    private readonly IReadOnlyList<string> _arguments;
    private readonly List<string> _environment;
    private readonly SignalPipe _signals = new();

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
        SignalPipe.Hold(false);
        return supervisor.Loop();
    }

    private int Loop()
    {
        SystemCalls.PollDescriptor[] polled = new SystemCalls.PollDescriptor[8];
        List<EdgeChild> children = [];
        while (_exit is null)
        {
            int count = 0;
            Watch(_signals.Descriptor, false);
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
