using Breakwater.Edge.Events;

namespace Breakwater.Edge.Tests.Events;

public sealed class EventSamplerTests
{
    [Fact]
    public void A_burst_passes_then_so_many_a_second()
    {
        EventBudget budget = new(perSecond: 10, burst: 50);
        Assert.Equal(50, Taken(budget, from: 0, count: 1000, step: 0));
        Assert.Equal(100, Taken(budget, from: 0, count: 10_000, step: 1000));
    }

    [Fact]
    public void A_rest_gives_back_a_burst_and_no_more()
    {
        EventBudget budget = new(perSecond: 10, burst: 50);
        Taken(budget, from: 0, count: 1000, step: 0);
        Assert.Equal(50, Taken(budget, from: 3_600_000_000, count: 1000, step: 0));
    }

    [Fact]
    public void Threads_share_one_budget()
    {
        EventBudget budget = new(perSecond: 1, burst: 100);
        int taken = 0;
        Parallel.For(0, 4, _ => Interlocked.Add(ref taken, Taken(budget, from: 5, count: 1000, step: 0)));
        Assert.Equal(100, taken);
    }

    private static int Taken(EventBudget budget, long from, int count, long step) =>
        Enumerable.Range(1, count).Count(i => budget.TryTake(from + (i * step)));
}
