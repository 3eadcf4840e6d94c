using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins.Health;

/// <summary>Where a retry goes when every origin in use has been tried for the request.</summary>
public class LastResortTests
{
    private static readonly OriginSettings AfterOne = new() { Outlier = new OutlierSettings(1, EjectFor: 10_000_000, MaxEjectFor: 60_000_000) };

    private static readonly OriginGroupSettings NoPanic = new() { PanicBelow = 0 };

    [Fact]
    public void ToOneThatIsLeftOutRatherThanToTheOneThatHasJustFailed()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterOne, 1, 1);
        group.Origins[0].Serve(OriginOutcome.ConnectFailed);
        Origin first = group.Choose();
        Assert.Same(group.Origins[1], first);

        var retry = new OriginChoice(0);
        retry.AddTried(first);
        Assert.True(group.TryChoose(in retry, out Origin? second, out _));
        Assert.Same(group.Origins[0], second);
    }

    [Fact]
    public void ToTheSameOneWhenTheOtherHasNoWeight()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(NoPanic, AfterOne, 1, 0);
        var retry = new OriginChoice(0);
        retry.AddTried(group.Origins[0]);
        Assert.True(group.TryChoose(in retry, out Origin? second, out _));
        Assert.Same(group.Origins[0], second);
    }
}
