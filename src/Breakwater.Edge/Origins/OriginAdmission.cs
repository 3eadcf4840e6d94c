using System.Threading.Tasks.Sources;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Origins;

/// <summary>How the request for a place at an origin ended.</summary>
internal enum AdmissionResult : byte
{
    /// <summary>There is a place; it must be given back.</summary>
    Admitted,

    /// <summary>All places are taken, and so is the queue.</summary>
    QueueFull,

    /// <summary>No place became free in time.</summary>
    QueueTimeout,

    /// <summary>The client left while it waited.</summary>
    ClientGone,
}

/// <summary>
/// The door of one origin: so many requests at a time, a bounded queue, first come first served. Thread-safe. Going in and out
/// costs one interlocked operation each while nobody waits; waiting takes a lock and a pooled waiter.
/// </summary>
internal sealed class OriginAdmission(EdgeClock clock)
{
    private const long OneWaiting = 1L << 32;
    private const int MaxSpareWaiters = 256;

    private readonly Lock _lock = new();

    // Requests at the origin in the lower half, waiting ones in the upper: so that one comparison answers "is there room, and nobody
    // before me", and a leaver learns in the same operation whether someone waits.
    private long _load;
    private AdmissionSettings _settings = AdmissionSettings.Default;
    private Waiter? _first;
    private Waiter? _last;
    private Waiter? _spare;
    private int _spareCount;
    private long _queueFull;
    private long _queueTimeouts;

    /// <summary>The limits; a reload may swap them, which holds from the next request or heartbeat on.</summary>
    public AdmissionSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    /// <summary>Requests at the origin.</summary>
    public int InFlight => (int)Volatile.Read(ref _load);

    /// <summary>Requests that wait.</summary>
    public int Waiting => (int)(Volatile.Read(ref _load) >> 32);

    /// <summary>Requests that were refused because the queue was full.</summary>
    public long QueueFull => Volatile.Read(ref _queueFull);

    /// <summary>Requests that waited in vain.</summary>
    public long QueueTimeouts => Volatile.Read(ref _queueTimeouts);

    /// <summary>Whether no request may wait any more: the origin is out of use, and its heartbeat may have ended.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Requests at the origin and waiting: what the balance weighs.</summary>
    public long Load
    {
        get
        {
            long load = Volatile.Read(ref _load);
            return (int)load + (load >> 32);
        }
    }

    /// <summary>Asks for a place.</summary>
    /// <param name="client">Whose request it is; when given, it stops waiting soon after the client has left.</param>
    public ValueTask<AdmissionResult> EnterAsync(ClientStream? client)
    {
        // Anybody waiting makes the sum far greater than any limit.
        return Interlocked.Increment(ref _load) <= Volatile.Read(ref _settings).MaxInFlight
            ? new ValueTask<AdmissionResult>(AdmissionResult.Admitted)
            : Queue(client);
    }

    /// <summary>Gives the place back.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _load) >= OneWaiting)
        {
            lock (_lock)
            {
                AdmitWaiting();
            }
        }
    }

    /// <summary>Ends waits that have taken too long or whose client has left.</summary>
    public void OnHeartbeat(long nowMicros)
    {
        if (Waiting == 0)
        {
            return;
        }

        lock (_lock)
        {
            Waiter? previous = null;
            for (Waiter? waiter = _first; waiter is not null; waiter = waiter.Next)
            {
                AdmissionResult result = waiter.IsClientGone ? AdmissionResult.ClientGone
                    : nowMicros >= waiter.Deadline ? AdmissionResult.QueueTimeout
                    : AdmissionResult.Admitted;
                if (result == AdmissionResult.Admitted)
                {
                    previous = waiter;
                    continue;
                }

                Unlink(previous, waiter);
                Interlocked.Add(ref _load, -OneWaiting);
                _queueTimeouts += result == AdmissionResult.QueueTimeout ? 1 : 0;
                waiter.End(result);
            }

            // The limit may have been raised.
            AdmitWaiting();
        }
    }

    private ValueTask<AdmissionResult> Queue(ClientStream? client)
    {
        lock (_lock)
        {
            // What was taken above comes back first; it may have stood in the way of a waiter for a moment.
            Interlocked.Decrement(ref _load);
            AdmitWaiting();
            if (_first is null && TryTakePlace())
            {
                return new ValueTask<AdmissionResult>(AdmissionResult.Admitted);
            }

            AdmissionSettings settings = Settings;
            if (IsClosed || Waiting >= settings.MaxQueued)
            {
                _queueFull++;
                return new ValueTask<AdmissionResult>(AdmissionResult.QueueFull);
            }

            Waiter waiter = _spare ?? new Waiter(this);
            if (_spare is not null)
            {
                _spare = waiter.Next;
                _spareCount--;
            }

            ValueTask<AdmissionResult> wait = waiter.Begin(client, clock.Micros + settings.QueueTimeout);
            Append(waiter);
            Interlocked.Add(ref _load, OneWaiting);

            // A place that was given back before the line above found nobody waiting; from there on Exit sees us.
            AdmitWaiting();
            return wait;
        }
    }

    /// <summary>Lets in whoever waits while there is room. Under the lock.</summary>
    private void AdmitWaiting()
    {
        while (_first is { } waiter)
        {
            if (waiter.IsClientGone)
            {
                Unlink(null, waiter);
                Interlocked.Add(ref _load, -OneWaiting);
                waiter.End(AdmissionResult.ClientGone);
            }
            else if (TryTakePlace())
            {
                Unlink(null, waiter);
                Interlocked.Add(ref _load, -OneWaiting);
                waiter.End(AdmissionResult.Admitted);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Takes a place if there is one, whoever waits. Under the lock.</summary>
    private bool TryTakePlace()
    {
        int limit = Settings.MaxInFlight;
        long load = Volatile.Read(ref _load);
        while ((int)load < limit)
        {
            long seen = Interlocked.CompareExchange(ref _load, load + 1, load);
            if (seen == load)
            {
                return true;
            }

            load = seen;
        }

        return false;
    }

    private void Append(Waiter waiter)
    {
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    private void Unlink(Waiter? previous, Waiter waiter)
    {
        if (previous is null)
        {
            _first = waiter.Next;
        }
        else
        {
            previous.Next = waiter.Next;
        }

        if (ReferenceEquals(_last, waiter))
        {
            _last = previous;
        }
    }

    private void Recycle(Waiter waiter)
    {
        lock (_lock)
        {
            if (_spareCount < MaxSpareWaiters)
            {
                waiter.Next = _spare;
                _spare = waiter;
                _spareCount++;
            }
        }
    }

    /// <summary>
    /// One waiting request. Owned by the queue until it ends, then by the awaiting flow until that has taken the result.
    /// </summary>
    private sealed class Waiter(OriginAdmission admission) : IValueTaskSource<AdmissionResult>
    {
        // Continuations go to the thread pool: on the leaver's own stack a row of short exchanges would let each other in, deeper and deeper.
        private ManualResetValueTaskSourceCore<AdmissionResult> _core = new() { RunContinuationsAsynchronously = true };
        private ClientStream? _client;

        public Waiter? Next { get; set; }

        public long Deadline { get; private set; }

        public bool IsClientGone => _client is { } client && client.Failure != ExchangeEnd.None;

        public ValueTask<AdmissionResult> Begin(ClientStream? client, long deadline)
        {
            _client = client;
            Deadline = deadline;
            Next = null;
            return new ValueTask<AdmissionResult>(this, _core.Version);
        }

        public void End(AdmissionResult result) => _core.SetResult(result);

        public AdmissionResult GetResult(short token)
        {
            AdmissionResult result = _core.GetResult(token);
            _core.Reset();
            _client = null;
            admission.Recycle(this);
            return result;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
