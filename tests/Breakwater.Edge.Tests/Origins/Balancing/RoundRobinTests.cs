using Breakwater.Config;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Balancing;

namespace Breakwater.Edge.Tests.Origins.Balancing;

public class RoundRobinTests
{
    private static readonly OriginGroupSettings InTurn = new() { Policy = BalancePolicy.RoundRobin };

    [Theory]
    [InlineData("aaaa", 1)]
    [InlineData("abcabc", 1, 1, 1)]
    [InlineData("abcabc", 20, 20, 20)]
    [InlineData("aabaab", 2, 1)]
    [InlineData("aaabaac", 5, 1, 1)]
    [InlineData("acacac", 1, 0, 1)]
    public void TurnsAreEvenlySpread(string expected, params int[] weights)
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(InTurn, OriginSettings.Default, weights);

        Assert.Equal(expected, string.Concat(expected.Select(_ => group.Choose().Letter())));
    }

    [Fact]
    public void EveryRoundHoldsTheWeightsExactly()
    {
        using var lab = new OriginLab();
        int[] weights = [7, 3, 2, 1];
        OriginGroup group = lab.Use(InTurn, OriginSettings.Default, weights);
        for (int round = 0; round < 10; round++)
        {
            Assert.Equal(weights, group.Shares(weights.Sum()));
        }
    }

    [Fact]
    public void WeightsThatNeedTooLongARoundAreRounded()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(InTurn, OriginSettings.Default, 1_000_003, 500_001, 1);

        int[] shares = group.Shares(RoundRobin.MaxTurns);
        Assert.InRange(shares[0], RoundRobin.MaxTurns * 0.66, RoundRobin.MaxTurns * 0.67);
        Assert.InRange(shares[1], RoundRobin.MaxTurns * 0.33, RoundRobin.MaxTurns * 0.34);
        Assert.InRange(shares[2], 1, 2);
    }

    [Fact]
    public void ARetryGoesToAnother()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(InTurn, OriginSettings.Default, 5, 1, 1);
        var choice = new OriginChoice();
        string tried = "";
        for (int i = 0; i < 3; i++)
        {
            Assert.True(group.TryChoose(in choice, out Origin? origin, out _));
            tried += origin.Letter();
            choice.AddTried(origin);
        }

        Assert.Equal("abc", string.Concat(tried.Order()));
    }

    [Fact]
    public void TheRoundGoesOnAfterAReload()
    {
        using var lab = new OriginLab();
        OriginGroup before = lab.Use(InTurn, OriginSettings.Default, 1, 1, 1);
        Assert.Equal('a', before.Choose().Letter());
        OriginGroup after = lab.Use(InTurn, OriginSettings.Default, 1, 1, 1);
        Assert.Equal('b', after.Choose().Letter());
    }
}
