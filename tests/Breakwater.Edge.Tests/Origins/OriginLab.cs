using System.Net;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Origins;

/// <summary>A registry of origins in a world where time moves only when the test says so, DNS and checks answer what it says, and chance has a seed.</summary>
internal sealed class OriginLab : ILogger<OriginRegistry>, IDisposable
{
    private readonly Heartbeat _heartbeat;

    public OriginLab(ulong seed = 1)
    {
        Clock = new EdgeClock(Time);
        _heartbeat = new Heartbeat(Clock);
        Registry = new OriginRegistry(Clock, _heartbeat, this, seed)
        {
            Lookup = (host, cancellation) => Lookup(host, cancellation),
            Probe = (origin, settings, cancellation) => Probe(origin, settings, cancellation),
        };
    }

    public FakeTimeProvider Time { get; } = new();

    public EdgeClock Clock { get; }

    public OriginRegistry Registry { get; }

    /// <summary>What DNS answers.</summary>
    public HostLookup Lookup { get; set; } = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]);

    /// <summary>What health checks find.</summary>
    public HealthProbe Probe { get; set; } = (_, _, _) => Task.FromResult<string?>(null);

    /// <summary>What was logged.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Origins named a, b, c… with these weights, in use.</summary>
    public OriginGroup Use(OriginGroupSettings settings, OriginSettings origin, params int[] weights)
    {
        OriginGroup group = Compose(settings, origin, weights);
        Registry.Adopt([group]);
        return group;
    }

    /// <summary>Origins named a, b, c… with these weights, not in use yet.</summary>
    public OriginGroup Compose(OriginGroupSettings settings, OriginSettings origin, params int[] weights) =>
        Registry.Compose("shop", settings, [.. weights.Select((weight, i) => new OriginDefinition(Url(i)) { Weight = weight, Settings = origin })]);

    /// <summary>One origin that looks after itself.</summary>
    public Origin UseOne(OriginSettings origin) => Use(new OriginGroupSettings(), origin, 1).Origins[0];

    public static Uri Url(int index) => new($"http://{(char)('a' + index)}.example:80");

    /// <summary>Lets time pass, beat by beat.</summary>
    public void Advance(double seconds)
    {
        for (TimeSpan left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= Heartbeat.Interval)
        {
            Time.Advance(left < Heartbeat.Interval ? left : Heartbeat.Interval);
        }
    }

    public void Dispose()
    {
        Registry.Dispose();
        _heartbeat.Dispose();
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Log)
        {
            Log.Add(formatter(state, exception));
        }
    }
}

/// <summary>Words for tests.</summary>
internal static class OriginWords
{
    /// <summary>Chooses, as the next request would.</summary>
    public static Origin Choose(this OriginGroup group, ulong key = 0)
    {
        Assert.True(group.TryChoose(new OriginChoice(key), out Origin? origin, out _));
        return origin;
    }

    /// <summary>How often each origin is chosen in so many requests that end at once.</summary>
    public static int[] Shares(this OriginGroup group, int requests)
    {
        var counts = new int[group.Origins.Count];
        for (int i = 0; i < requests; i++)
        {
            Origin origin = group.Choose((ulong)i);
            counts[group.Origins.ToList().IndexOf(origin)]++;
        }

        return counts;
    }

    /// <summary>Takes a place that is free.</summary>
    public static void Enter(this Origin origin)
    {
        if (origin.EnterAsync().Now() != AdmissionResult.Admitted)
        {
            Assert.Fail("There was no place.");
        }
    }

    /// <summary>The result of what must be complete.</summary>
    public static T Now<T>(this ValueTask<T> task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            Assert.Fail("It is not complete.");
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>An exchange that ends so, so many times.</summary>
    public static void Serve(this Origin origin, OriginOutcome outcome, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            origin.Enter();
            origin.Exit(outcome, 1000);
        }
    }

    public static OriginState State(this Origin origin) => origin.GetStatus().State;

    /// <summary>The first letter of an origin's host.</summary>
    public static char Letter(this Origin origin) => origin.Url.Host[0];
}
