using Breakwater.Edge.Origins.Balancing;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Origins;

/// <summary>
/// What the origins of one zone share and a reload must not lose: the retry budget, how many are ejected, whose turn it is, whether there
/// is panic. Lives in the <see cref="OriginRegistry"/> under the zone's name. Thread-safe.
/// </summary>
internal sealed partial class OriginGroupState(string zone, ulong seed, ILogger logger)
{
    private readonly Lock _lock = new();
    private OriginGroup? _adopted;
    private int _version;
    private int _ejected;
    private bool _panicking;
    private long _panics;
    private long _ejectionsRefused;

    /// <summary>The name of the zone.</summary>
    public string Zone => zone;

    /// <summary>The retry budget.</summary>
    public RetryBudget Retries { get; } = new();

    /// <summary>Chance, for two choices.</summary>
    public SharedRandom Random { get; } = new(seed);

    /// <summary>Whose turn it is, for round robin.</summary>
    public TurnCounter Turns { get; } = new();

    /// <summary>Changes with the health of any of the origins.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Origins that are ejected at present.</summary>
    public int Ejected => Volatile.Read(ref _ejected);

    /// <summary>Whether too few origins look healthy, so that health is ignored.</summary>
    public bool IsPanicking => Volatile.Read(ref _panicking);

    /// <summary>How often panic began.</summary>
    public long Panics => Volatile.Read(ref _panics);

    /// <summary>Ejections that did not happen because too many were out already.</summary>
    public long EjectionsRefused => Volatile.Read(ref _ejectionsRefused);

    /// <summary>Makes a group the one whose composition counts.</summary>
    public void Adopt(OriginGroup group)
    {
        Volatile.Write(ref _adopted, group);
        Retries.Configure(group.Settings.RetryShare, group.Settings.RetriesPerSecond);
        OnHealthChanged();
    }

    /// <summary>Says that the health of an origin has changed. Called under the origin's health lock: takes none but its own.</summary>
    public void OnHealthChanged()
    {
        Interlocked.Increment(ref _version);
        Volatile.Read(ref _adopted)?.Refresh();
    }

    /// <summary>Asks to eject one more origin. False when as many are out as may be; true must be paired with <see cref="EndEjection"/>.</summary>
    public bool TryEject()
    {
        lock (_lock)
        {
            if (_adopted is not { } group || _ejected >= group.MaxEjected)
            {
                _ejectionsRefused++;
                return false;
            }

            _ejected++;
            return true;
        }
    }

    /// <summary>An ejected origin is in again, or gone.</summary>
    public void EndEjection()
    {
        lock (_lock)
        {
            _ejected--;
        }
    }

    /// <summary>Takes note of what the adopted group found when it looked at its origins.</summary>
    public void OnRefreshed(OriginGroup group, bool panicking, int available, int total)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(group, _adopted) || panicking == _panicking)
            {
                return;
            }

            Volatile.Write(ref _panicking, panicking);
            _panics += panicking ? 1 : 0;
        }

        if (panicking)
        {
            Log.PanicBegins(logger, zone, available, total);
        }
        else
        {
            Log.PanicEnds(logger, zone, available, total);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 411, Level = LogLevel.Error, Message = "Zone {Zone}: panic: only {Available} of {Total} origins look healthy; requests go to all of them, whatever their health")]
        public static partial void PanicBegins(ILogger logger, string zone, int available, int total);

        [LoggerMessage(EventId = 412, Level = LogLevel.Information, Message = "Zone {Zone}: panic is over: {Available} of {Total} origins look healthy")]
        public static partial void PanicEnds(ILogger logger, string zone, int available, int total);
    }
}
