using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Origins.Health;

/// <summary>What an origin may be used for at present.</summary>
internal enum OriginState : byte
{
    /// <summary>Requests.</summary>
    Up,

    /// <summary>Fewer requests than its weight says: it is new or came back.</summary>
    SlowStart,

    /// <summary>None: its health checks fail.</summary>
    Down,

    /// <summary>None: it failed exchanges.</summary>
    Ejected,

    /// <summary>One: its ejection is over, and the next request or health check decides.</summary>
    Trial,
}

/// <summary>
/// What is known of one origin's health, from two sources that must both agree to it getting requests: active checks, and the outcomes of
/// exchanges. Thread-safe: the good outcome of an exchange costs two reads; only changes take the lock.
/// </summary>
/// <remarks>
/// <code>
///              failures in a row                 time is over                 good trial
///   In ───────────────────────────▶ Ejected ─────────────────────▶ Trial ─────────────────▶ In (slow start)
///                                      ▲                             │ bad trial: twice as long
///                                      └─────────────────────────────┘
/// </code>
/// The trial is the next health check where there are any, so that no visitor has to be it; else one request.
/// </remarks>
internal sealed partial class OriginHealth(string zone, string name, OriginGroupState group, EdgeClock clock, ILogger logger)
{
    /// <summary>The share of an origin that gets all that its weight says, in percent.</summary>
    public const int FullShare = 100;

    /// <summary>The share that slow start begins with, in percent.</summary>
    public const int FirstShare = 10;

    /// <summary>How long a trial request may take until another one is tried, in microseconds.</summary>
    public const long TrialTime = 30_000_000;

    private enum Checks : byte
    {
        None,
        Passing,
        Failing,
    }

    private enum Ejection : byte
    {
        None,
        Ejected,
        Trial,
    }

    private readonly Lock _lock = new();
    private OriginSettings _settings = OriginSettings.Default;

    // Read without the lock.
    private int _share = FullShare;
    private int _failures;
    private volatile bool _unsettled;
    private volatile Ejection _ejection;
    private int _trialTaken;

    // Under the lock.
    private bool _active;
    private Checks _checks;
    private int _goodChecks;
    private int _badChecks;
    private long _ejectedUntil;
    private long _trialDeadline;
    private int _ejectionsInRow;
    private long _cameBack;
    private bool _ramping;
    private string? _lastError;
    private DateTimeOffset _lastErrorAt;
    private long _ejections;
    private long _checksPassed;
    private long _checksFailed;

    /// <summary>The part of its weight that the origin gets, in percent; 0 = no requests.</summary>
    public int Share => Volatile.Read(ref _share);

    /// <summary>Whether the next request may be the trial that decides on the origin's return.</summary>
    public bool WantsTrialRequest => _ejection == Ejection.Trial && _settings.Health is null;

    /// <summary>Whether the next health check decides on the origin's return, and so should not wait for its turn.</summary>
    public bool WantsTrialCheck => _ejection == Ejection.Trial && _settings.Health is not null;

    /// <summary>Health checks that found nothing wrong.</summary>
    public long ChecksPassed => Volatile.Read(ref _checksPassed);

    /// <summary>Health checks that found something wrong.</summary>
    public long ChecksFailed => Volatile.Read(ref _checksFailed);

    /// <summary>How often it was ejected.</summary>
    public long Ejections => Volatile.Read(ref _ejections);

    /// <summary>Swaps the settings. What they make pointless (a check that is no longer made, an ejection that is no longer wanted) ends.</summary>
    public void Configure(OriginSettings settings, long nowMicros)
    {
        lock (_lock)
        {
            _settings = settings;
            if (settings.Health is null)
            {
                _checks = Checks.None;
                _goodChecks = _badChecks = 0;
            }

            if (settings.Outlier.ConsecutiveFailures <= 0)
            {
                EndEjection();
            }

            Publish(nowMicros);
        }
    }

    /// <summary>Begins afresh, as an origin that nothing is known of: it is taken to be well until something speaks against it.</summary>
    /// <param name="slowly">Whether it joins others that have work already, and so starts slowly.</param>
    /// <param name="nowMicros">The time.</param>
    public void Start(bool slowly, long nowMicros)
    {
        lock (_lock)
        {
            _active = true;
            _ramping = slowly;
            _cameBack = nowMicros;
            Publish(nowMicros);
        }
    }

    /// <summary>Forgets everything, and judges no more until it is started again.</summary>
    public void Stop(long nowMicros)
    {
        lock (_lock)
        {
            _active = false;
            EndEjection();
            _checks = Checks.None;
            _goodChecks = _badChecks = _ejectionsInRow = 0;
            Volatile.Write(ref _failures, 0);
            _ramping = false;
            Publish(nowMicros);
        }
    }

    /// <summary>Takes note of how an exchange went.</summary>
    public void OnOutcome(OriginOutcome outcome)
    {
        if (outcome == OriginOutcome.Success && Volatile.Read(ref _failures) == 0 && _ejection != Ejection.Trial)
        {
            return;
        }

        if (outcome == OriginOutcome.ClientGone)
        {
            // A trial that nobody waited for has shown nothing: the next request is one.
            Volatile.Write(ref _trialTaken, 0);
            return;
        }

        if (outcome == OriginOutcome.Success)
        {
            OnSuccess();
        }
        else
        {
            OnFailure(outcome);
        }
    }

    /// <summary>Takes the one trial that an origin gets after an ejection. True for one caller at a time.</summary>
    public bool TryTakeTrial()
    {
        if (!WantsTrialRequest || Interlocked.CompareExchange(ref _trialTaken, 1, 0) != 0)
        {
            return false;
        }

        Volatile.Write(ref _trialDeadline, clock.Micros + TrialTime);
        return true;
    }

    /// <summary>Takes note of a health check.</summary>
    /// <param name="problem">What was wrong; null when nothing was.</param>
    public void OnCheck(string? problem)
    {
        lock (_lock)
        {
            if (!_active || _settings.Health is not { } health)
            {
                return;
            }

            long now = clock.Micros;
            if (problem is null)
            {
                _checksPassed++;
                _badChecks = 0;
                _goodChecks = Math.Min(_goodChecks + 1, health.HealthyAfter);
                if (_checks == Checks.Failing && _goodChecks >= health.HealthyAfter)
                {
                    Log.CheckedUp(logger, zone, name);
                }

                if (_checks == Checks.None || _goodChecks >= health.HealthyAfter)
                {
                    _checks = Checks.Passing;
                }

                if (_ejection == Ejection.Trial)
                {
                    Return(now);
                }
            }
            else
            {
                _checksFailed++;
                Remember(problem);
                _goodChecks = 0;
                _badChecks = Math.Min(_badChecks + 1, health.UnhealthyAfter);

                // Of an origin that no check has found well yet, the first bad one is believed.
                if (_checks != Checks.Failing && (_checks == Checks.None || _badChecks >= health.UnhealthyAfter))
                {
                    _checks = Checks.Failing;
                    Log.CheckedDown(logger, zone, name, problem);
                }

                if (_ejection == Ejection.Trial)
                {
                    Eject(now, problem);
                }
            }

            Publish(now);
        }
    }

    /// <summary>Ends what is over: ejections, trials that got no answer, slow start.</summary>
    public void OnHeartbeat(long nowMicros)
    {
        if (!_unsettled)
        {
            return;
        }

        lock (_lock)
        {
            if (_ejection == Ejection.Ejected && nowMicros >= _ejectedUntil)
            {
                Volatile.Write(ref _trialTaken, 0);
                _ejection = Ejection.Trial;
                group.OnHealthChanged();
            }
            else if (_ejection == Ejection.Trial && Volatile.Read(ref _trialTaken) != 0 && nowMicros >= Volatile.Read(ref _trialDeadline))
            {
                Volatile.Write(ref _trialTaken, 0);
            }
            else if (_ejection == Ejection.None && nowMicros - _cameBack >= _settings.Outlier.MaxEjectFor)
            {
                _ejectionsInRow = 0;
            }

            Publish(nowMicros);
        }
    }

    /// <summary>The parts of <see cref="OriginStatus"/> that are known here.</summary>
    public (OriginState State, long EjectedUntilMicros, string? LastError, DateTimeOffset LastErrorAt) Describe()
    {
        lock (_lock)
        {
            OriginState state = _ejection switch
            {
                Ejection.Ejected => OriginState.Ejected,
                Ejection.Trial => OriginState.Trial,
                _ when _checks == Checks.Failing => OriginState.Down,
                _ when _share < FullShare => OriginState.SlowStart,
                _ => OriginState.Up,
            };
            return (state, _ejection == Ejection.Ejected ? _ejectedUntil : 0, _lastError, _lastErrorAt);
        }
    }

    /// <summary>Notes what went wrong, in words for the operator.</summary>
    public void OnError(string error)
    {
        lock (_lock)
        {
            Remember(error);
        }
    }

    private void OnSuccess()
    {
        Volatile.Write(ref _failures, 0);

        // What was under way before the ejection may still end well; only a trial speaks for the present.
        if (_ejection == Ejection.Trial && Volatile.Read(ref _trialTaken) != 0)
        {
            lock (_lock)
            {
                if (_ejection == Ejection.Trial && WantsTrialRequest)
                {
                    long now = clock.Micros;
                    Return(now);
                    Publish(now);
                }
            }
        }
    }

    private void OnFailure(OriginOutcome outcome)
    {
        int failures = Interlocked.Increment(ref _failures);
        int limit = _settings.Outlier.ConsecutiveFailures;
        Ejection ejection = _ejection;
        if (limit <= 0 || ejection == Ejection.Ejected || (ejection == Ejection.None && failures < limit))
        {
            return;
        }

        lock (_lock)
        {
            long now = clock.Micros;
            if (_ejection == Ejection.Trial)
            {
                if (!WantsTrialRequest || Volatile.Read(ref _trialTaken) == 0)
                {
                    return;
                }
            }
            else if (!_active || _ejection != Ejection.None || Volatile.Read(ref _failures) < limit || !group.TryEject())
            {
                return;
            }

            Eject(now, Describe(outcome));
            Publish(now);
        }
    }

    private void Eject(long now, string reason)
    {
        OutlierSettings outlier = _settings.Outlier;
        _ejectionsInRow++;
        _ejections++;
        Volatile.Write(ref _failures, 0);

        // 2^20 times any ejection is past any cap.
        long time = Math.Min(outlier.MaxEjectFor, outlier.EjectFor << Math.Min(_ejectionsInRow - 1, 20));
        _ejectedUntil = now + time;
        _ejection = Ejection.Ejected;
        Remember(reason);
        Log.Ejected(logger, zone, name, time / 1_000_000.0, reason);
    }

    private void Return(long now)
    {
        EndEjection();
        _cameBack = now;
        Log.Returned(logger, zone, name);
    }

    private void EndEjection()
    {
        if (_ejection != Ejection.None)
        {
            _ejection = Ejection.None;
            Volatile.Write(ref _failures, 0);
            group.EndEjection();
        }
    }

    /// <summary>Works out the share and lets the group know when it changed. Under the lock.</summary>
    private void Publish(long now)
    {
        bool available = _checks != Checks.Failing && _ejection == Ejection.None;
        if (available && _share == 0)
        {
            _ramping = true;
            _cameBack = now;
        }

        long slowStart = _settings.SlowStart;
        _ramping &= available && now - _cameBack < slowStart;
        int share = !available ? 0
            : _ramping ? Math.Max(FirstShare, (int)(FullShare * (now - _cameBack) / slowStart))
            : FullShare;
        _unsettled = _ejection != Ejection.None || _ramping || _ejectionsInRow > 0;
        if (share != _share)
        {
            Volatile.Write(ref _share, share);
            group.OnHealthChanged();
        }
    }

    private void Remember(string error)
    {
        _lastError = error;
        _lastErrorAt = clock.UtcNow;
    }

    private static string Describe(OriginOutcome outcome) => outcome switch
    {
        OriginOutcome.ServerError => "it answers 502, 503 or 504",
        OriginOutcome.ConnectFailed => "it cannot be connected to",
        OriginOutcome.Reset => "it closes connections before its answers are complete",
        OriginOutcome.Timeout => "it does not answer in time",
        _ => "its answers are malformed",
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "Zone {Zone}: origin {Origin} is ejected for {Seconds} s: {Reason}")]
        public static partial void Ejected(ILogger logger, string zone, string origin, double seconds, string reason);

        [LoggerMessage(EventId = 402, Level = LogLevel.Information, Message = "Zone {Zone}: origin {Origin} is back after its ejection")]
        public static partial void Returned(ILogger logger, string zone, string origin);

        [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "Zone {Zone}: origin {Origin} is down: its health check fails: {Problem}")]
        public static partial void CheckedDown(ILogger logger, string zone, string origin, string problem);

        [LoggerMessage(EventId = 404, Level = LogLevel.Information, Message = "Zone {Zone}: origin {Origin} is up again: its health checks pass")]
        public static partial void CheckedUp(ILogger logger, string zone, string origin);
    }
}
