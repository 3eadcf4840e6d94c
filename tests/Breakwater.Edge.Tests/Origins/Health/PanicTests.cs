using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins.Health;

public class PanicTests
{
    private static readonly OriginSettings Checked = new() { Health = new HealthCheckSettings { Interval = 1_000_000, UnhealthyAfter = 1, HealthyAfter = 1 } };

    // Down is how many of the origins fail their checks.
    [Theory]
    [InlineData(4, 0, 0.5, false)]
    [InlineData(4, 2, 0.5, false)]
    [InlineData(4, 3, 0.5, true)]
    [InlineData(4, 4, 0.5, true)]
    [InlineData(1, 1, 0.5, true)]
    [InlineData(10, 7, 0.3, false)]
    [InlineData(10, 8, 0.3, true)]
    public void WithTooFewHealthyAllAreUsed(int origins, int down, double panicBelow, bool panics)
    {
        using var lab = new OriginLab();
        lab.Probe = (origin, _, _) => Task.FromResult(origin.Letter() - 'a' < down ? "down" : null);
        OriginGroup group = lab.Use(new OriginGroupSettings { PanicBelow = panicBelow }, Checked, [.. Enumerable.Repeat(1, origins)]);

        Assert.Equal(panics, group.IsPanicking);
        Assert.Equal(panics, group.State.IsPanicking);
        Assert.Equal(panics ? origins : origins - down, group.Shares(1000).Count(count => count > 0));
    }

    [Fact]
    public void WithoutPanicModeNobodyIsLeft()
    {
        using var lab = new OriginLab();
        lab.Probe = (_, _, _) => Task.FromResult<string?>("down");
        OriginGroup group = lab.Use(new OriginGroupSettings { PanicBelow = 0 }, Checked, 1, 1);

        Assert.False(group.TryChoose(new OriginChoice(), out Origin? origin, out ExchangeEnd failure));
        Assert.Null(origin);
        Assert.Equal(ExchangeEnd.NoOrigin, failure);
    }

    [Fact]
    public void PanicKeepsToTheWeights()
    {
        using var lab = new OriginLab();
        lab.Probe = (_, _, _) => Task.FromResult<string?>("down");
        int[] shares = lab.Use(new OriginGroupSettings(), Checked, 3, 1, 0).Shares(10_000);
        Assert.InRange(shares[0], 7250, 7750);
        Assert.Equal(0, shares[2]);
    }

    [Fact]
    public void BeginningAndEndAreToldOnce()
    {
        using var lab = new OriginLab();
        bool down = true;
        lab.Probe = (_, _, _) => Task.FromResult(down ? "down" : null);
        OriginGroup group = lab.Use(new OriginGroupSettings(), Checked, 1, 1, 1);
        lab.Advance(10);
        down = false;
        lab.Advance(10);

        Assert.False(group.IsPanicking);
        Assert.Equal(1, group.State.Panics);
        Assert.Equal(
            [
                "Zone shop: panic: only 1 of 3 origins look healthy; requests go to all of them, whatever their health",
                "Zone shop: panic is over: 2 of 3 origins look healthy",
            ],
            lab.Log.Where(line => line.Contains("panic", StringComparison.Ordinal)));
    }
}
