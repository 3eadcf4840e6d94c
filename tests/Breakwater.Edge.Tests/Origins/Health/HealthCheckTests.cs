using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;

namespace Breakwater.Edge.Tests.Origins.Health;

public class HealthCheckTests
{
    private static readonly OriginSettings Checked = new()
    {
        Health = new HealthCheckSettings { Interval = 10_000_000, Timeout = 2_000_000, HealthyAfter = 2, UnhealthyAfter = 3 },
    };

    // Each letter is one check: g good, b bad. The state after it: U up, D down.
    [Theory]
    [InlineData("g", "U")]
    [InlineData("b", "D")]
    [InlineData("gbb", "UUU")]
    [InlineData("gbbb", "UUUD")]
    [InlineData("gbbgbbgbbb", "UUUUUUUUUD")]
    [InlineData("bg", "DD")]
    [InlineData("bgg", "DDU")]
    [InlineData("bgbgg", "DDDDU")]
    [InlineData("gbbbggbbb", "UUUDDUUUD")]
    public void SoManyInARowDecide(string checks, string states)
    {
        using var lab = new OriginLab();
        int next = 0;
        lab.Probe = (_, _, _) => Task.FromResult(checks[next++] == 'g' ? null : "bad");
        Origin origin = lab.UseOne(Checked);
        string seen = "";
        while (true)
        {
            seen += origin.State() == OriginState.Down ? 'D' : 'U';
            if (next == checks.Length)
            {
                break;
            }

            int done = next;
            for (int beat = 0; next == done; beat++)
            {
                Assert.InRange(beat, 0, 4 * 11 + 1);
                lab.Advance(0.25);
            }
        }

        Assert.Equal(states, seen);
    }

    [Fact]
    public void ChecksComeAtTheirIntervalGiveOrTakeATenth()
    {
        using var lab = new OriginLab();
        var times = new List<long>();
        lab.Probe = (_, _, _) =>
        {
            times.Add(lab.Clock.Micros);
            return Task.FromResult<string?>(null);
        };
        lab.UseOne(Checked);
        lab.Advance(10 * 100);

        long[] gaps = [.. times.Zip(times.Skip(1), (a, b) => b - a)];
        Assert.InRange(gaps.Length, 95, 105);
        Assert.All(gaps, gap => Assert.InRange(gap, 9_000_000, 11_250_000));
        Assert.True(gaps.Distinct().Count() >= 5);
    }

    [Fact]
    public void ACheckThatTakesTooLongIsBadAndTheNextDoesNotOverlap()
    {
        using var lab = new OriginLab();
        int running = 0, started = 0;
        lab.Probe = async (_, _, cancellation) =>
        {
            started++;
            Assert.Equal(1, Interlocked.Increment(ref running));
            var never = new TaskCompletionSource();
            using CancellationTokenRegistration registration = cancellation.Register(() =>
            {
                Interlocked.Decrement(ref running);
                never.SetCanceled(cancellation);
            });
            await never.Task;
            return null;
        };
        Origin origin = lab.UseOne(Checked);
        lab.Advance(1.75);
        Assert.Equal((1, OriginState.Up), (running, origin.State()));
        lab.Advance(0.25);
        Assert.True(SpinWait.SpinUntil(() => origin.State() == OriginState.Down, 5000));
        Assert.Equal((0, 1), (running, started));
        Assert.Equal("no answer in time", origin.GetStatus().LastError);
    }

    [Fact]
    public void WhateverGoesWrongIsABadCheck()
    {
        using var lab = new OriginLab();
        lab.Probe = (_, _, _) => throw new InvalidOperationException("a bug");
        Origin origin = lab.UseOne(Checked);
        Assert.Equal(OriginState.Down, origin.State());
        Assert.Equal("a bug", origin.GetStatus().LastError);
        Assert.Contains("Zone shop: origin http://a.example is down: its health check fails: a bug", lab.Log);
    }

    [Fact]
    public void OnlySoManyRunAtOnce()
    {
        using var lab = new OriginLab();
        int started = 0;
        var release = new TaskCompletionSource<string?>();
        lab.Probe = (_, _, _) =>
        {
            started++;
            return release.Task;
        };
        OriginSettings patient = new() { Health = Checked.Health! with { Timeout = 3600_000_000 } };
        lab.Registry.Adopt([lab.Registry.Compose("shop", new OriginGroupSettings(), [.. Enumerable.Range(0, 100).Select(i =>
            new OriginDefinition(new Uri($"http://10.0.0.{i}")) { Settings = patient })])]);
        lab.Advance(1);
        Assert.Equal(OriginRegistry.MaxConcurrentChecks, started);

        release.SetResult(null);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            lab.Advance(0.25);
            return started == 100;
        }, 5000));
    }

    [Fact]
    public void WithoutChecksADownOriginIsUp()
    {
        using var lab = new OriginLab();
        lab.Probe = (_, _, _) => Task.FromResult<string?>("bad");
        Origin origin = lab.UseOne(Checked);
        Assert.Equal(OriginState.Down, origin.State());
        lab.UseOne(OriginSettings.Default);
        Assert.Equal(OriginState.Up, origin.State());
    }

    [Fact]
    public void AnOriginOutOfUseIsNotChecked()
    {
        using var lab = new OriginLab();
        int checks = 0;
        lab.Probe = (_, _, _) =>
        {
            checks++;
            return Task.FromResult<string?>(null);
        };
        lab.UseOne(Checked);
        lab.Registry.Adopt([]);
        lab.Advance(100);
        Assert.Equal(1, checks);
    }
}
