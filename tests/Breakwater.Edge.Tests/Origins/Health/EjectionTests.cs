using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;

namespace Breakwater.Edge.Tests.Origins.Health;

public class EjectionTests
{
    private static readonly OriginSettings AfterThree = new() { Outlier = new OutlierSettings(3, EjectFor: 10_000_000, MaxEjectFor: 60_000_000) };

    private static readonly OriginGroupSettings NoPanic = new() { PanicBelow = 0 };

    [Theory]
    [InlineData(OriginOutcome.Success, false)]
    [InlineData(OriginOutcome.ServerError, true)]
    [InlineData(OriginOutcome.ConnectFailed, true)]
    [InlineData(OriginOutcome.Reset, true)]
    [InlineData(OriginOutcome.Timeout, true)]
    [InlineData(OriginOutcome.BadResponse, true)]
    [InlineData(OriginOutcome.ClientGone, false)]
    internal void FailuresInARowEject(OriginOutcome outcome, bool ejects)
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        Origin origin = group.Origins[0];

        origin.Serve(outcome, times: 2);
        Assert.Equal(OriginState.Up, origin.State());
        origin.Serve(outcome);
        Assert.Equal(ejects ? OriginState.Ejected : OriginState.Up, origin.State());
        Assert.Equal(ejects ? [0, 100] : [52, 48], group.Shares(100));
    }

    [Theory]
    [InlineData(200, OriginOutcome.Success)]
    [InlineData(404, OriginOutcome.Success)]
    [InlineData(500, OriginOutcome.Success)]
    [InlineData(501, OriginOutcome.Success)]
    [InlineData(502, OriginOutcome.ServerError)]
    [InlineData(503, OriginOutcome.ServerError)]
    [InlineData(504, OriginOutcome.ServerError)]
    [InlineData(505, OriginOutcome.Success)]
    internal void OnlyStatusesOfAServerThatIsNotWorkingBlameIt(int status, OriginOutcome outcome) =>
        Assert.Equal(outcome, OriginOutcomes.OfStatus(status));

    [Fact]
    public void ASuccessBetweenFailuresForgetsThem()
    {
        using var lab = new OriginLab();
        Origin origin = lab.Use(NoPanic, AfterThree, 1, 1).Origins[0];
        for (int i = 0; i < 10; i++)
        {
            origin.Serve(OriginOutcome.ConnectFailed, times: 2);
            origin.Serve(OriginOutcome.Success);
        }

        Assert.Equal(OriginState.Up, origin.State());
    }

    [Fact]
    public void AClientThatLeftIsNoJudgement()
    {
        using var lab = new OriginLab();
        Origin origin = lab.Use(NoPanic, AfterThree, 1, 1).Origins[0];
        origin.Serve(OriginOutcome.Timeout, times: 2);
        origin.Serve(OriginOutcome.ClientGone, times: 10);
        Assert.Equal(OriginState.Up, origin.State());
        origin.Serve(OriginOutcome.Timeout);
        Assert.Equal(OriginState.Ejected, origin.State());
    }

    [Fact]
    public void NeverMeansNever()
    {
        using var lab = new OriginLab();
        Origin origin = lab.Use(NoPanic, AfterThree with { Outlier = AfterThree.Outlier with { ConsecutiveFailures = 0 } }, 1, 1).Origins[0];
        origin.Serve(OriginOutcome.ConnectFailed, times: 1000);
        Assert.Equal(OriginState.Up, origin.State());
    }

    [Theory]
    [InlineData(1, 1.0, 0)]
    [InlineData(2, 0.5, 1)]
    [InlineData(3, 0.5, 1)]
    [InlineData(4, 0.5, 2)]
    [InlineData(10, 0.3, 3)]
    [InlineData(10, 0.01, 1)]
    [InlineData(10, 0.0, 0)]
    [InlineData(4, 1.0, 4)]
    public void NoMoreThanTheAllowedShareIsEjected(int origins, double share, int expected)
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic with { MaxEjected = share }, AfterThree, [.. Enumerable.Repeat(1, origins)]);
        foreach (Origin origin in group.Origins)
        {
            origin.Serve(OriginOutcome.Timeout, times: 5);
        }

        Assert.Equal(expected, group.Origins.Count(origin => origin.State() == OriginState.Ejected));
        Assert.Equal(expected, group.State.Ejected);
        Assert.Equal(expected < origins, group.State.EjectionsRefused > 0);
    }

    [Fact]
    public void AnEjectionThatIsOverMakesRoomForAnother()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        group.Origins[0].Serve(OriginOutcome.Timeout, times: 3);
        group.Origins[1].Serve(OriginOutcome.Timeout, times: 3);
        Assert.Equal(OriginState.Up, group.Origins[1].State());

        lab.Advance(10.25);
        Assert.Same(group.Origins[0], group.Choose());
        group.Origins[0].Serve(OriginOutcome.Success);
        group.Origins[1].Serve(OriginOutcome.Timeout);
        Assert.Equal(OriginState.Up, group.Origins[0].State());
        Assert.Equal(OriginState.Ejected, group.Origins[1].State());
    }

    [Fact]
    public void EachFurtherEjectionLastsTwiceAsLongUpToACap()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        Origin origin = group.Origins[0];
        origin.Serve(OriginOutcome.Timeout, times: 3);
        foreach (double seconds in new double[] { 10, 20, 40, 60, 60 })
        {
            Assert.Equal(lab.Time.GetUtcNow().AddSeconds(seconds), origin.GetStatus().EjectedUntil);
            lab.Advance(seconds - 0.25);
            Assert.Equal(OriginState.Ejected, origin.State());
            lab.Advance(0.25);
            Assert.Equal(OriginState.Trial, origin.State());
            Assert.Same(origin, group.Choose());
            origin.Serve(OriginOutcome.Timeout);
        }

        Assert.Equal(6, origin.GetStatus().Ejections);
    }

    [Fact]
    public void AnOriginThatStayedInLongEnoughStartsAgainWithTheFirst()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        Origin origin = group.Origins[0];

        void EjectAndReturn(double seconds)
        {
            origin.Serve(OriginOutcome.Timeout, times: 3);
            Assert.Equal(lab.Time.GetUtcNow().AddSeconds(seconds), origin.GetStatus().EjectedUntil);
            lab.Advance(seconds);
            Assert.Same(origin, group.Choose());
            origin.Serve(OriginOutcome.Success);
            Assert.Equal(OriginState.Up, origin.State());
        }

        EjectAndReturn(10);
        EjectAndReturn(20);
        lab.Advance(59);
        EjectAndReturn(40);
        lab.Advance(61);
        EjectAndReturn(10);
    }

    [Fact]
    public void OneRequestAtATimeIsTheTrial()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        Origin origin = group.Origins[0];
        origin.Serve(OriginOutcome.Timeout, times: 3);
        lab.Advance(10);

        Assert.Same(origin, group.Choose());
        Assert.Equal([0, 100], group.Shares(100));

        // The client of the trial leaves: nothing is known, the next one is the trial.
        origin.Serve(OriginOutcome.ClientGone);
        Assert.Same(origin, group.Choose());
        Assert.Equal([0, 100], group.Shares(100));

        origin.Serve(OriginOutcome.Success);
        Assert.Equal(OriginState.Up, origin.State());
        Assert.Contains("Zone shop: origin http://a.example is back after its ejection", lab.Log);
    }

    [Fact]
    public void ATrialThatTakesForEverIsNotTheLast()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        group.Origins[0].Serve(OriginOutcome.Timeout, times: 3);
        lab.Advance(10);
        Assert.Same(group.Origins[0], group.Choose());
        lab.Advance(29);
        Assert.Equal([0, 10], group.Shares(10));
        lab.Advance(1.25);
        Assert.Equal([1, 9], group.Shares(10));
    }

    [Fact]
    public void ATunnelThatWasAcceptedIsAGoodTrialBeforeItEnds()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        Origin origin = group.Origins[0];
        origin.Serve(OriginOutcome.Timeout, times: 3);
        lab.Advance(10);
        Assert.Same(origin, group.Choose());
        origin.Enter();
        origin.OnAnswered();
        Assert.Equal(OriginState.Up, origin.State());
        Assert.Equal(1, origin.InFlight);
    }

    [Fact]
    public void WhatWasUnderWayBeforeTheEjectionDecidesNothing()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        Origin origin = group.Origins[0];
        origin.Enter();
        origin.Enter();
        origin.Enter();
        origin.Serve(OriginOutcome.Timeout, times: 3);

        origin.Exit(OriginOutcome.Success, 1);
        Assert.Equal(OriginState.Ejected, origin.State());
        lab.Advance(10);
        origin.Exit(OriginOutcome.Timeout, 0);
        Assert.Equal(OriginState.Trial, origin.State());
        origin.Exit(OriginOutcome.Success, 1);
        Assert.Equal(OriginState.Trial, origin.State());
    }

    [Fact]
    public void WhereThereAreHealthChecksTheNextOneIsTheTrial()
    {
        using var lab = new OriginLab();
        string? problem = null;
        int checks = 0;
        lab.Probe = (origin, _, _) =>
        {
            checks += origin.Letter() == 'a' ? 1 : 0;
            return Task.FromResult(origin.Letter() == 'a' ? problem : null);
        };
        OriginSettings settings = AfterThree with { Health = new HealthCheckSettings { Interval = 3600_000_000 } };
        OriginGroup group = lab.Use(NoPanic, settings, 1, 1);
        Origin origin = group.Origins[0];
        Assert.Equal(1, checks);
        origin.Serve(OriginOutcome.Timeout, times: 3);

        // The first trial fails, and no visitor was asked.
        problem = "it answers 500, not 200 to 399";
        lab.Advance(10.25);
        Assert.Equal(2, checks);
        Assert.Equal(OriginState.Ejected, origin.State());
        Assert.Equal([0, 100], group.Shares(100));

        problem = null;
        lab.Advance(20.25);
        Assert.Equal(3, checks);
        Assert.Equal(OriginState.Up, origin.State());
    }

    [Fact]
    public void AReloadThatTurnsEjectionOffBringsTheOriginBack()
    {
        using var lab = new OriginLab();
        Origin origin = lab.Use(NoPanic, AfterThree, 1, 1).Origins[0];
        origin.Serve(OriginOutcome.Timeout, times: 3);
        OriginGroup group = lab.Use(NoPanic, AfterThree with { Outlier = AfterThree.Outlier with { ConsecutiveFailures = 0 } }, 1, 1);
        Assert.Equal(OriginState.Up, origin.State());
        Assert.Equal(0, group.State.Ejected);
    }

    [Fact]
    public void EachChangeIsLoggedOnce()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterThree, 1, 1);
        group.Origins[0].Serve(OriginOutcome.Timeout, times: 50);
        Assert.Equal(["Zone shop: origin http://a.example is ejected for 10 s: it does not answer in time"], lab.Log);
    }
}
