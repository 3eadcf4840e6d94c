using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;
using Breakwater.Edge.Origins.Http1;

namespace Breakwater.Edge.Tests.Origins;

public class OriginRegistryTests
{
    private static readonly OriginGroupSettings Group = new() { PanicBelow = 0 };

    [Fact]
    public void AReloadKeepsHealthCountersPlacesAndConnections()
    {
        using var lab = new OriginLab();
        OriginGroup before = lab.Use(Group, OriginSettings.Default, 1, 1);
        Origin origin = before.Origins[0];
        origin.Enter();
        origin.Serve(OriginOutcome.Reset, times: 5);
        before.Retries.OnRequest();

        OriginGroup after = lab.Use(Group, OriginSettings.Default with { SlowStart = 1 }, 7, 1, 1);
        Assert.Same(origin, after.Origins[0]);
        Assert.Same(before.Retries, after.Retries);
        Assert.Equal((OriginState.Ejected, 1, 5L), (origin.State(), origin.InFlight, origin.Counters.Failures));
        Assert.Equal(1, after.State.Ejected);
        Assert.Equal(1, origin.Settings.SlowStart);
        Assert.True(after.Origins[2].IsInUse);
    }

    [Fact]
    public void ComposingAloneChangesNothing()
    {
        using var lab = new OriginLab();
        OriginGroup live = lab.Use(Group, OriginSettings.Default, 1, 1);
        OriginGroup refused = lab.Compose(Group, OriginSettings.Default with { SlowStart = 1 }, 1, 1, 1);

        Assert.Same(OriginSettings.Default, live.Origins[0].Settings);
        Assert.False(refused.Origins[2].IsInUse);
        Assert.Equal(2, lab.Registry.GetStatus().Length);

        lab.Registry.Adopt([live]);
        Assert.NotSame(refused.Origins[2], lab.Compose(Group, OriginSettings.Default, 1, 1, 1).Origins[2]);
    }

    [Theory]
    [InlineData("shop", "http://a.example:80", true)]
    [InlineData("shop", "http://a.example", true)]
    [InlineData("shop", "http://a.example:81", false)]
    [InlineData("shop", "http://b.example", false)]
    [InlineData("blog", "http://a.example", false)]
    public void AnOriginIsTheSameWhenItsZoneAndUrlAre(string zone, string url, bool same)
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(OriginSettings.Default);
        Origin other = lab.Registry.Compose(zone, Group, [new OriginDefinition(new Uri(url))]).Origins[0];
        Assert.Equal(same, ReferenceEquals(origin, other));
    }

    [Fact]
    public void OtherTlsSettingsMakeAnotherOrigin()
    {
        using var lab = new OriginLab();
        Origin With(OriginTlsSettings tls) =>
            lab.Registry.Compose("shop", Group, [new OriginDefinition(new Uri("https://a.example")) { Tls = tls }]).Origins[0];

        Origin origin = With(new OriginTlsSettings("a.example"));
        Assert.Same(origin, With(new OriginTlsSettings("a.example")));
        Assert.NotSame(origin, With(new OriginTlsSettings("b.example")));
        Assert.NotSame(origin, With(new OriginTlsSettings("a.example", verify: false)));
    }

    [Fact]
    public void AnOriginNamedTwiceIsOneWithBothWeights()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Registry.Compose("shop", Group,
            [new OriginDefinition(OriginLab.Url(0)) { Weight = 2 }, new OriginDefinition(OriginLab.Url(1)), new OriginDefinition(OriginLab.Url(0))]);
        Assert.Equal([3, 1], group.Members.Select(member => member.Weight));
    }

    [Fact]
    public async Task WhatNoGroupHasIsRetiredButFinishesItsWork()
    {
        using var lab = new OriginLab();
        OriginGroup before = lab.Use(Group, OriginSettings.Default with { Admission = new AdmissionSettings(1, 10, 5_000_000) }, 1, 1);
        Origin leaving = before.Origins[1];
        leaving.Enter();
        Task<AdmissionResult> waiting = leaving.EnterAsync().AsTask();
        OriginConnectionPool pool = leaving.Pool;

        lab.Use(Group, OriginSettings.Default, 1);
        Assert.False(leaving.IsInUse);

        // Its pool keeps nothing, but watches the deadlines of what is under way.
        Assert.Same(pool, leaving.Pool);
        Assert.Equal(0, pool.Settings.MaxIdle);
        Assert.DoesNotContain(lab.Registry.GetStatus(), status => status.Url.StartsWith("http://b", StringComparison.Ordinal));

        // Its waits still end in time.
        lab.Advance(5.25);
        Assert.Equal(AdmissionResult.QueueTimeout, await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        lab.Advance(60);
        Assert.Same(pool, leaving.Pool);
        leaving.Exit(OriginOutcome.Reset, 0);
        lab.Advance(0.25);
        Assert.NotSame(pool, leaving.Pool);
    }

    [Fact]
    public void ALateAttemptAtAnOriginOutOfUseGetsAPoolThatIsNotForgotten()
    {
        using var lab = new OriginLab();
        OriginGroup before = lab.Use(Group, OriginSettings.Default, 1);
        Origin leaving = before.Origins[0];
        lab.Registry.Adopt([]);
        lab.Advance(70);

        Assert.Same(leaving, before.Choose());
        leaving.Enter();
        OriginConnectionPool late = leaving.Pool;
        Assert.Equal(0, late.Settings.MaxIdle);
        lab.Advance(120);
        Assert.Same(late, leaving.Pool);

        leaving.Exit(OriginOutcome.Success, 1);
        lab.Advance(0.25);
        Assert.NotSame(late, leaving.Pool);
    }

    [Fact]
    public void AnOriginThatComesBackKeepsConnectionsAgain()
    {
        using var lab = new OriginLab();
        OriginGroup first = lab.Use(Group, OriginSettings.Default, 1);
        OriginConnectionPool pool = first.Origins[0].Pool;
        lab.Registry.Adopt([]);
        lab.Registry.Adopt([first]);
        Assert.Same(pool, first.Origins[0].Pool);
        Assert.Equal(OriginSettings.Default.Pool, pool.Settings);
    }

    [Fact]
    public void AGroupThatWasInUseBeforeMayBeAdoptedAgain()
    {
        using var lab = new OriginLab();
        OriginGroup first = lab.Use(Group, OriginSettings.Default, 1, 1);
        Origin origin = first.Origins[1];
        origin.Serve(OriginOutcome.Reset, times: 5);
        OriginGroup second = lab.Use(Group, OriginSettings.Default, 1);
        Assert.Equal(0, second.State.Ejected);

        lab.Registry.Adopt([first]);
        Assert.True(origin.IsInUse);
        Assert.Equal(OriginState.Up, origin.State());
        Assert.Same(origin, lab.Compose(Group, OriginSettings.Default, 1, 1).Origins[1]);
        Assert.Equal(2, first.Shares(100).Count(count => count > 0));
    }

    [Fact]
    public void AnOriginOutOfUseIsJudgedNoMore()
    {
        using var lab = new OriginLab();
        OriginGroup before = lab.Use(Group, OriginSettings.Default, 1, 1, 1);
        OriginGroup after = lab.Use(Group, OriginSettings.Default, 1, 1);
        before.Origins[2].Serve(OriginOutcome.Reset, times: 100);
        Assert.Equal(0, after.State.Ejected);
        after.Origins[0].Serve(OriginOutcome.Reset, times: 5);
        Assert.Equal(1, after.State.Ejected);
    }

    [Fact]
    public void ExchangesOfTheGenerationBeforeSeeTheSameHealth()
    {
        using var lab = new OriginLab();
        OriginGroup before = lab.Use(Group, OriginSettings.Default, 1, 1);
        OriginGroup after = lab.Use(Group, OriginSettings.Default, 1, 1);
        after.Origins[0].Serve(OriginOutcome.Reset, times: 5);
        Assert.Equal([0, 100], before.Shares(100));
    }

    [Fact]
    public async Task ReloadsUnderLoadLoseNoRequest()
    {
        using var lab = new OriginLab();

        // With panic mode: a reload may leave only origins that happen to be ejected.
        var settings = new OriginGroupSettings();
        OriginGroup live = lab.Use(settings, OriginSettings.Default, 1, 1, 1);
        using var stop = new CancellationTokenSource();
        long served = 0;

        async Task Flow(int number)
        {
            while (!stop.IsCancellationRequested)
            {
                OriginGroup group = Volatile.Read(ref live);
                Assert.True(group.TryChoose(new OriginChoice((ulong)number), out Origin? origin, out _));
                Assert.Equal(AdmissionResult.Admitted, await origin.EnterAsync());
                await Task.Yield();
                origin.Exit(number % 7 == 0 ? OriginOutcome.Timeout : OriginOutcome.Success, 10);
                Interlocked.Increment(ref served);
            }
        }

        Task[] flows = [.. Enumerable.Range(0, 8).Select(number => Task.Run(() => Flow(number)))];
        for (int reload = 0; reload < 300; reload++)
        {
            OriginGroup next = reload % 2 == 0
                ? lab.Compose(settings, OriginSettings.Default, 1, 1)
                : lab.Compose(settings, OriginSettings.Default with { SlowStart = 1_000_000 }, 1, 2, 3, 4);
            lab.Registry.Adopt([next]);
            Volatile.Write(ref live, next);
            lab.Advance(0.25);
        }

        stop.Cancel();
        await Task.WhenAll(flows).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(served > 0);
        Assert.All(lab.Registry.Origins, origin => Assert.Equal(0, origin.Load));
        Assert.Equal(lab.Registry.Origins.Count(origin => origin.State() is OriginState.Ejected or OriginState.Trial), live.State.Ejected);
    }
}
