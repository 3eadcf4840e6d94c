namespace Breakwater.Edge.Events;

/// <summary>The last events of an edge: a ring of fixed size, by number and by ray. Thread-safe.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class EventStore(int capacity = EventStore.DefaultCapacity)
{
    /// <summary>Events that are kept.</summary>
    public const int DefaultCapacity = 4096;

    private readonly SecurityEvent?[] _ring = new SecurityEvent[capacity];
    private readonly Lock _lock = new();
    private long _last;

    /// <summary>How many there have been.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Keeps an event. Returns it with its number.</summary>
    public SecurityEvent Add(SecurityEvent added)
    {
        lock (_lock)
        {
            added = added with { Number = _last + 1 };
            _ring[_last % capacity] = added;
            Volatile.Write(ref _last, _last + 1);
            return added;
        }
    }

    /// <summary>Those that came after one and are still kept, the oldest first.</summary>
    /// <param name="number">The number of that one; 0 = from the beginning. One that is yet to come means that the process is another.</param>
    /// <param name="max">How many at most.</param>
    public EventPage After(long number, int max)
    {
        lock (_lock)
        {
            number = number > _last ? 0 : number;
            long from = Math.Max(number, _last - capacity);
            int count = (int)Math.Min(_last - from, max);
            var events = new SecurityEvent[count];
            for (int i = 0; i < count; i++)
            {
                events[i] = _ring[(from + i) % capacity]!;
            }

            return new EventPage(_last, events);
        }
    }

    /// <summary>Those of one exchange, in their order; none when it had none, or when they are not kept any more.</summary>
    public IReadOnlyList<SecurityEvent> Of(string ray) =>
        [.. After(0, capacity).Events.Where(kept => string.Equals(kept.Ray, ray, StringComparison.OrdinalIgnoreCase))];
}
