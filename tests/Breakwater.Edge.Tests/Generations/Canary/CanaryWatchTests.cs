using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Generations.Canary;

/// <summary>When a canary is over.</summary>
public sealed class CanaryWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EdgeClock _clock;
    private readonly Generation _candidate = TestExchange.NewGeneration();
    private readonly CanaryRun _run;
    private readonly CanaryWatch _watch;

    public CanaryWatchTests()
    {
        _clock = new EdgeClock(_time);
        _run = new CanaryRun(_candidate, 0.5);
        _watch = new CanaryWatch(_run, new CanaryConfig { Time = TimeSpan.FromSeconds(5), Requests = 1000 }, mayBlock: false, _clock);
    }

    [Fact]
    public async Task WhenItsTimeIsOver()
    {
        Serve(20);
        Beat(19);
        Assert.False(_watch.Ended.IsCompleted);
        Beat(1);
        Assert.Null((await _watch.Ended).Harm);
    }

    [Fact]
    public void WhenTheCandidateHasAnsweredEnough()
    {
        Serve(999);
        Beat(1);
        Assert.False(_watch.Ended.IsCompleted);
        Serve(1);
        Beat(1);
        Assert.True(_watch.Ended.IsCompleted);
    }

    [Fact]
    public void AfterASecondInWhichHardlyAnybodyCame()
    {
        Serve(CanaryWatch.QuietRequests - 1);
        Beat(3);
        Assert.False(_watch.Ended.IsCompleted);
        Beat(1);
        Assert.True(_watch.Ended.IsCompleted);
    }

    [Fact]
    public async Task AtASignOfHarm()
    {
        Serve(20, ExchangeEnd.EdgeFault);
        Beat(1);
        Assert.NotNull((await _watch.Ended).Harm);
    }

    private void Beat(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _time.Advance(Heartbeat.Interval);
            _watch.OnHeartbeat(_clock.Micros);
        }
    }

    private void Serve(int requests, ExchangeEnd end = ExchangeEnd.Completed)
    {
        for (int i = 0; i < requests; i++)
        {
            Exchange exchange = TestExchange.Get();
            exchange.Generation = _candidate;
            exchange.Record.End = end;
            _run.Add(exchange);
        }
    }
}
