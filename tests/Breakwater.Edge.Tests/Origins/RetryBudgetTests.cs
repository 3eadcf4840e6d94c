using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins;

public class RetryBudgetTests
{
    private const long Second = 1_000_000;

    private long _now;

    [Theory]
    [InlineData(0.2, 0, 100, 20)]
    [InlineData(0.2, 10, 100, 30)]
    [InlineData(0.2, 10, 0, 10)]
    [InlineData(0.0, 0, 1000, 0)]
    [InlineData(0.0, 3, 1000, 3)]
    [InlineData(1.0, 0, 50, 50)]
    public void AllowsAShareOfTheRequestsAndAFewBesides(double share, int perSecond, int requests, int expected)
    {
        RetryBudget budget = Budget(share, perSecond);
        Request(budget, requests);
        Assert.Equal(expected, Retry(budget));
        Assert.Equal(expected, budget.Retries);
        Assert.Equal(1, budget.Refused);
    }

    [Fact]
    public void TheFewAreThereEverySecond()
    {
        RetryBudget budget = Budget(0, 2);
        for (int second = 0; second < 30; second++)
        {
            Assert.Equal(2, Retry(budget));
            Pass(budget, 1);
        }
    }

    [Fact]
    public void OldRequestsNoLongerCount()
    {
        RetryBudget budget = Budget(0.5, 0);
        Request(budget, 100);
        Pass(budget, RetryBudget.WindowSeconds - 1);
        Assert.Equal(50, Retry(budget));

        Pass(budget, 1);
        Assert.Equal(0, Retry(budget));
    }

    [Fact]
    public void OldRetriesNoLongerCount()
    {
        RetryBudget budget = Budget(0.5, 0);
        Request(budget, 100);
        Assert.Equal(50, Retry(budget));

        Pass(budget, 5);
        Request(budget, 20);
        Assert.Equal(10, Retry(budget));

        // The first fifty, and the hundred requests that allowed them, have left the window together.
        Pass(budget, 5);
        Request(budget, 20);
        Assert.Equal(10, Retry(budget));
    }

    [Fact]
    public void AWindowSleptThroughIsOver()
    {
        RetryBudget budget = Budget(0.5, 0);
        Request(budget, 100);
        _now += 3600 * Second;
        budget.OnHeartbeat(_now);
        Assert.Equal(0, Retry(budget));
    }

    [Fact]
    public void ThreadsTogetherGetNoMoreThanTheBudget()
    {
        RetryBudget budget = Budget(0.1, 7);
        Request(budget, 1000);
        int taken = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 1000; i++)
            {
                if (budget.TryTake())
                {
                    Interlocked.Increment(ref taken);
                }
            }
        });

        // A refused one stands in the others' way for a moment; so there may be fewer, never more.
        Assert.InRange(taken, 90, 107);
        Assert.Equal(taken, budget.Retries);
    }

    private RetryBudget Budget(double share, int perSecond)
    {
        var budget = new RetryBudget();
        budget.Configure(share, perSecond);
        budget.OnHeartbeat(_now);
        return budget;
    }

    private static void Request(RetryBudget budget, int times)
    {
        for (int i = 0; i < times; i++)
        {
            budget.OnRequest();
        }
    }

    /// <summary>Retries until one is refused.</summary>
    private static int Retry(RetryBudget budget)
    {
        int taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        return taken;
    }

    private void Pass(RetryBudget budget, int seconds)
    {
        for (int i = 0; i < seconds * 4; i++)
        {
            _now += Second / 4;
            budget.OnHeartbeat(_now);
        }
    }
}
