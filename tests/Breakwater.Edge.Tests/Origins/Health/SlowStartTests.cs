using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;

namespace Breakwater.Edge.Tests.Origins.Health;

public class SlowStartTests
{
    private static readonly OriginSettings TenSeconds = new()
    {
        SlowStart = 10_000_000,
        Outlier = new OutlierSettings(1, EjectFor: 1_000_000, MaxEjectFor: 1_000_000),
    };

    // At each second after the return: the share in percent.
    private static readonly (double Second, int Share)[] Ramp = [(0, 10), (0.5, 10), (1, 10), (1.5, 15), (2.5, 25), (5, 50), (9.75, 97), (10, 100), (60, 100)];

    [Fact]
    public void AnOriginThatCameBackGetsItsShareStepByStep()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), TenSeconds, 1, 1);
        Origin origin = group.Origins[0];
        origin.Serve(OriginOutcome.Reset);
        lab.Advance(1);
        Assert.Same(origin, group.Choose());
        origin.Serve(OriginOutcome.Success);

        AssertRamp(lab, group, origin);
    }

    [Fact]
    public void SoDoesOneThatJoinsOthers()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), TenSeconds, 1);
        Assert.Equal(OriginState.Up, group.Origins[0].State());
        group = lab.Use(new OriginGroupSettings(), TenSeconds, 1, 1);
        Assert.Equal(OriginState.Up, group.Origins[0].State());

        AssertRamp(lab, group, group.Origins[1]);
    }

    [Fact]
    public void ThoseThatStartTogetherDoNot()
    {
        using var lab = new OriginLab();
        Assert.All(lab.Use(new OriginGroupSettings(), TenSeconds, 1, 1).Origins, origin => Assert.Equal(OriginState.Up, origin.State()));
    }

    [Fact]
    public void WithoutSlowStartAReturnIsAtFullShare()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), TenSeconds with { SlowStart = 0 }, 1, 1);
        group.Origins[0].Serve(OriginOutcome.Reset);
        lab.Advance(1);
        Assert.Same(group.Origins[0], group.Choose());
        group.Origins[0].Serve(OriginOutcome.Success);
        Assert.Equal(100, group.Origins[0].Health.Share);
    }

    private static void AssertRamp(OriginLab lab, OriginGroup group, Origin origin)
    {
        double second = 0;
        foreach ((double at, int share) in Ramp)
        {
            lab.Advance(at - second);
            second = at;
            Assert.Equal(share, origin.Health.Share);
            Assert.Equal(share < 100 ? OriginState.SlowStart : OriginState.Up, origin.State());

            const int Requests = 20_000;
            double expected = share / (share + 100.0);
            double got = group.Shares(Requests)[group.Origins.ToList().IndexOf(origin)] / (double)Requests;
            double bound = 5 * Math.Sqrt(expected * (1 - expected) / Requests);
            Assert.InRange(got, expected - bound, expected + bound);
        }
    }
}
