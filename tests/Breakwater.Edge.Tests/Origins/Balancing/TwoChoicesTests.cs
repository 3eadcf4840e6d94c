using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins.Balancing;

public class TwoChoicesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 1, 1)]
    [InlineData(100, 1)]
    [InlineData(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)]
    public void IdleOriginsAreChosenByWeight(params int[] weights)
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), OriginSettings.Default, weights);

        const int Requests = 100_000;
        int[] shares = group.Shares(Requests);

        // Five standard deviations of a binomial share.
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = weights[i] / (double)weights.Sum();
            double bound = 5 * Math.Sqrt(expected * (1 - expected) / Requests);
            Assert.InRange(shares[i] / (double)Requests, expected - bound, expected + bound);
        }
    }

    [Fact]
    public void BusyOriginsAreFilledByWeight()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), OriginSettings.Default, 4, 2, 1, 1);
        for (int i = 0; i < 800; i++)
        {
            group.Choose().Enter();
        }

        // The least loaded of two keeps loads per weight within a few requests of each other.
        Assert.InRange(group.Origins[0].InFlight, 390, 410);
        Assert.InRange(group.Origins[1].InFlight, 190, 210);
        Assert.InRange(group.Origins[2].InFlight, 90, 110);
        Assert.InRange(group.Origins[3].InFlight, 90, 110);
    }

    [Fact]
    public void TheBusierOfTwoIsNotChosen()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), OriginSettings.Default, 1, 1);
        group.Origins[0].Enter();

        Assert.Equal([0, 1000], group.Shares(1000));
    }

    [Fact]
    public void WhatWasTriedIsChosenOnlyWhenNothingElseIsLeft()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings(), OriginSettings.Default, 1, 10, 1);
        for (int i = 0; i < 100; i++)
        {
            var choice = new OriginChoice();
            var chosen = new HashSet<Origin>();
            for (int attempt = 0; attempt < 3; attempt++)
            {
                Assert.True(group.TryChoose(in choice, out Origin? origin, out _));
                Assert.True(chosen.Add(origin));
                choice.AddTried(origin);
            }

            Assert.True(group.TryChoose(in choice, out _, out _));
        }
    }

    [Fact]
    public void AnOriginOfWeightZeroGetsNothing()
    {
        using var lab = new OriginLab();
        Assert.Equal([1000, 0], lab.Use(new OriginGroupSettings(), OriginSettings.Default, 1, 0).Shares(1000));
    }

    [Fact]
    public void TheSameSeedMakesTheSameChoices()
    {
        static string Choices(ulong seed)
        {
            using var lab = new OriginLab(seed);
            OriginGroup group = lab.Use(new OriginGroupSettings(), OriginSettings.Default, 1, 1, 1);
            return string.Concat(Enumerable.Range(0, 50).Select(_ => group.Choose().Letter()));
        }

        Assert.Equal(Choices(7), Choices(7));
        Assert.NotEqual(Choices(7), Choices(8));
    }
}
