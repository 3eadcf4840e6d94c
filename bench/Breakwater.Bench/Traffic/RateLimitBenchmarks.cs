using BenchmarkDotNet.Attributes;
using Breakwater.Traffic;

namespace Breakwater.Bench.Traffic;

/// <summary>Counting a request: hashing its key, one busy client, a million clients in random order, and a flood of clients that come once.</summary>
[MemoryDiagnoser]
public class RateLimitBenchmarks
{
    private const int Clients = 1_000_000, Requests = 1 << 16;

    private readonly CounterKey[] _keys = new CounterKey[Requests];
    private readonly CounterWindow _window = CounterWindow.Create(TimeSpan.FromMinutes(1), 100);
    private readonly SlidingWindowCounters _counters = new(SlidingWindowCounters.DefaultMemory, 12345);
    private readonly SlidingWindowCounters _full = new(SlidingWindowCounters.DefaultMemory, 12345);
    private readonly RateLimiter _limiter;
    private long _now;
    private ulong _next = 1UL << 40;

    public RateLimitBenchmarks()
    {
        _limiter = new RateLimiter(new RateLimitSettings("bench", TimeSpan.FromMinutes(1), 100, TimeSpan.Zero), _counters);
    }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        for (int i = 0; i < Clients; i++)
        {
            _counters.Count(Key((ulong)i), _window, 0, 1);
            _full.Count(Key((ulong)i), _window, 0, 1);
        }

        for (int i = 0; i < Requests; i++)
        {
            _keys[i] = Key((ulong)random.Next(Clients));
        }

        Console.WriteLine($"// {_counters.MemoryBytes / 1048576.0:F1} MiB, places {_counters.Capacity:N0}, displaced {_counters.Displaced:N0}");
    }

    [Benchmark(Description = "hash an address")]
    public CounterKey Hash()
    {
        KeyHasher hasher = _limiter.StartKey();
        hasher.Add("198.51.100.77"u8);
        return hasher.Finish();
    }

    [Benchmark(Description = "count, one client")]
    public bool One() => _counters.Count(_keys[0], _window, _now++ >> 10, 1).Counted;

    [Benchmark(Description = "count, a million clients", OperationsPerInvoke = Requests)]
    public double Million()
    {
        double sum = 0;
        _now += 100;
        foreach (CounterKey key in _keys)
        {
            sum += _counters.Count(key, _window, _now, 1).Count;
        }

        return sum;
    }

    [Benchmark(Description = "hash and count, new clients, table full")]
    public bool Flood() => _full.Count(Key(_next++), _window, _now++ >> 10, 1).Counted;

    private CounterKey Key(ulong client)
    {
        KeyHasher hasher = _counters.StartKey();
        hasher.Add(client);
        return hasher.Finish();
    }
}
