using Breakwater.Config;
using Breakwater.Edge.Origins;
using CsCheck;

namespace Breakwater.Edge.Tests.Origins.Balancing;

public class ConsistentHashTests
{
    private const int Keys = 2000;

    private static readonly OriginGroupSettings ByKey = new() { Policy = BalancePolicy.Hash, PanicBelow = 0 };

    private static readonly Gen<int[]> Weights = Gen.Int[1, 5].Array[2, 8];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(3, 1)]
    [InlineData(10, 5, 1)]
    public void KeysFallByWeight(params int[] weights)
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(ByKey, OriginSettings.Default, weights);

        const int Requests = 100_000;
        int[] shares = group.Shares(Requests);
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = weights[i] / (double)weights.Sum();
            double bound = 5 * Math.Sqrt(expected * (1 - expected) / Requests);
            Assert.InRange(shares[i] / (double)Requests, expected - bound, expected + bound);
        }
    }

    [Fact]
    public void AKeyStaysWhereItIs()
    {
        using var lab = new OriginLab(1);
        using var other = new OriginLab(2);
        OriginGroup group = lab.Use(ByKey, OriginSettings.Default, 1, 2, 3);
        OriginGroup elsewhere = other.Use(ByKey, OriginSettings.Default, 1, 2, 3);

        Assert.Equal(Homes(group), Homes(group));
        Assert.Equal(Homes(group), Homes(elsewhere));
    }

    [Fact]
    public void WhatIsEjectedGivesUpItsOwnKeysAndNoOthersMove() => Weights.Sample(weights =>
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(ByKey, OriginSettings.Default, weights);
        string before = Homes(group);

        group.Origins[0].Serve(OriginOutcome.ConnectFailed, times: 5);
        Assert.Equal(0, group.Origins[0].Health.Share);
        string without = Homes(group);
        for (int key = 0; key < Keys; key++)
        {
            Assert.True(before[key] == 'a' ? without[key] != 'a' : without[key] == before[key]);
        }
    }, iter: 50);

    [Fact]
    public void WhatWeighsMoreOnlyGainsKeys() => Weights.Sample(weights =>
    {
        using var lab = new OriginLab();
        string before = Homes(lab.Use(ByKey, OriginSettings.Default, weights));
        int[] heavier = [weights[0] + 1, .. weights[1..]];
        string after = Homes(lab.Use(ByKey, OriginSettings.Default, heavier));
        for (int key = 0; key < Keys; key++)
        {
            Assert.True(after[key] == before[key] || after[key] == 'a');
        }
    }, iter: 50);

    [Fact]
    public void WhatIsNewTakesItsShareAndNoOthersMove() => Weights.Sample(weights =>
    {
        using var lab = new OriginLab();
        string before = Homes(lab.Use(ByKey, OriginSettings.Default, weights));
        string after = Homes(lab.Use(ByKey, OriginSettings.Default, [.. weights, 2]));
        char added = (char)('a' + weights.Length);
        int moved = 0;
        for (int key = 0; key < Keys; key++)
        {
            Assert.True(after[key] == before[key] || after[key] == added);
            moved += after[key] == before[key] ? 0 : 1;
        }

        double share = 2.0 / (weights.Sum() + 2);
        double bound = 6 * Math.Sqrt(share * (1 - share) / Keys);
        Assert.InRange(moved / (double)Keys, share - bound, share + bound);
    }, iter: 50);

    [Fact]
    public void ARetryGoesWhereTheKeyWouldGoWithoutTheFirst()
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(ByKey, OriginSettings.Default, 1, 1, 1, 1);
        var retries = new List<(ulong Key, Origin Second)>();
        for (ulong key = 0; key < 100; key++)
        {
            var choice = new OriginChoice(key);
            Assert.True(group.TryChoose(in choice, out Origin? first, out _));
            choice.AddTried(first);
            Assert.True(group.TryChoose(in choice, out Origin? second, out _));
            if (first == group.Origins[0])
            {
                retries.Add((key, second));
            }
        }

        Assert.NotEmpty(retries);
        group.Origins[0].Serve(OriginOutcome.ConnectFailed, times: 5);
        Assert.All(retries, retry => Assert.Equal(retry.Second, group.Choose(retry.Key)));
    }

    /// <summary>The letter of the origin of each key.</summary>
    private static string Homes(OriginGroup group) => string.Create(Keys, group, static (homes, group) =>
    {
        for (int key = 0; key < homes.Length; key++)
        {
            homes[key] = group.Choose((ulong)key).Letter();
        }
    });
}
