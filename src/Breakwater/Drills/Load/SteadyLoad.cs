using System.Collections.Concurrent;
using System.Diagnostics;

namespace Breakwater.Drills.Load;

/// <summary>How a load is put together. Immutable.</summary>
internal sealed record LoadShape
{
    /// <summary>Kept-alive connections, each with one request at a time.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Requests a second, all connections together; 0 = each sends the next one when it has its answer.</summary>
    public double PerSecond { get; init; } = 240;

    /// <summary>How long a request may take until it has failed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// A steady, bounded load on an edge: so many connections, so many requests a second, each request in the accounts. Thread-safe. Times are taken from
/// the moment at which a request was due as long as an earlier one was in its way, so that an edge that stands still is not asked less and praised for it.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    /// <summary>A load that gets on no further for so long is at an end.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(30);

    private readonly Door _door;
    private readonly Visit[] _visits;
    private readonly LoadShape _shape;
    private readonly ConcurrentQueue<Sample> _samples = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _begun;
    private int _stretch;
    private int _stopped;

    /// <summary>Begins at once.</summary>
    /// <param name="door">Where to.</param>
    /// <param name="visits">What each connection asks for, in turn.</param>
    /// <param name="shape">How much of it.</param>
    public SteadyLoad(Door door, IEnumerable<Visit> visits, LoadShape shape)
    {
        _door = door;
        _visits = [.. visits];
        _shape = shape;
        _running = Task.WhenAll(Enumerable.Range(0, shape.Connections).Select(index => Task.Run(() => RunAsync(index))));
    }

    /// <summary>Requests that are over.</summary>
    public int Over => _samples.Count;

    /// <summary>Begins another stretch of the figures. Returns its number.</summary>
    public int NextStretch() => Interlocked.Increment(ref _stretch);

    /// <summary>Waits until so many requests more are over.</summary>
    /// <exception cref="DrillException">They do not end.</exception>
    public async Task SendAsync(int requests)
    {
        int goal = Over + requests;
        long begun = Stopwatch.GetTimestamp();
        while (Over < goal)
        {
            if (Stopwatch.GetElapsedTime(begun) > Standstill)
            {
                throw new DrillException($"the load came to a standstill: {Over} of {goal} requests are over");
            }

            await Task.Delay(5);
        }
    }

    /// <summary>What became of all requests so far, or of those of one stretch.</summary>
    public LoadFigures Figures(int? stretch = null) => LoadFigures.Of(_samples.Where(sample => stretch is null || sample.Stretch == stretch));

    /// <summary>What became of the visits of one kind.</summary>
    public LoadFigures FiguresOf(Visit visit) => LoadFigures.Of(_samples.Where(sample => sample.Visit == visit.Name));

    /// <summary>Every sample so far.</summary>
    public IReadOnlyCollection<Sample> Samples => _samples;

    /// <summary>Begins no further request, waits for those in progress, and holds that every one is accounted for.</summary>
    /// <exception cref="DrillException">One is not: a bug of the drill.</exception>
    public async Task<LoadFigures> StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _stop.CancelAsync();
        }

        await _running;
        return Interlocked.Read(ref _begun) == _samples.Count
            ? Figures()
            : throw new DrillException($"{Interlocked.Read(ref _begun)} requests were begun, {_samples.Count} are accounted for");
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task RunAsync(int index)
    {
        using VisitorConnection connection = new(_door, _shape.Patience);
        double gap = _shape.PerSecond > 0 ? _shape.Connections * 1000 / _shape.PerSecond : 0;
        long start = Stopwatch.GetTimestamp();
        double due = gap * index / _shape.Connections;
        for (int turn = index; !_stop.IsCancellationRequested; turn++)
        {
            double now = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            bool isLate = gap > 0 && due < now;
            if (gap > 0 && due > now)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(due - now), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_stop.IsCancellationRequested)
                {
                    return;
                }
            }

            long sent = Stopwatch.GetTimestamp();
            long number = Interlocked.Increment(ref _begun);
            Visit visit = _visits[turn % _visits.Length];
            int stretch = Volatile.Read(ref _stretch);
            (string? failure, bool retried) = await connection.AskAsync(visit, number);
            double took = isLate ? Stopwatch.GetElapsedTime(start).TotalMilliseconds - due : Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            _samples.Enqueue(new Sample(visit.Name, stretch, took, failure, retried, sent, Stopwatch.GetTimestamp()));

            // A standstill of many gaps counts in full for the requests that were due in it, as far as one connection sends them one after the other; it is
            // not made up for by a burst of more than a few.
            due = Math.Max(due + gap, Stopwatch.GetElapsedTime(start).TotalMilliseconds - (4 * gap));

            // Nobody listens: not a thousand times a second.
            if (failure is not null && connection.Status == 0)
            {
                await Task.Delay(10, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
