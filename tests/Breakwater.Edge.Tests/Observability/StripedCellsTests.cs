using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Tests.Observability;

public sealed class StripedCellsTests
{
    [Fact]
    public void What_many_threads_add_is_there_to_the_last_one()
    {
        StripedCells cells = new(3);
        Thread[] threads =
        [
            .. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < 50_000; i++)
                {
                    cells.Add(0, 1);
                    cells.Add(2, i);
                }
            })),
        ];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(8 * 50_000, cells.Sum(0));
        Assert.Equal(0, cells.Sum(1));
        Assert.Equal(8 * (50_000L * 49_999 / 2), cells.Sum(2));
    }

    [Fact]
    public void More_threads_than_stripes_lose_nothing()
    {
        StripedCells cells = new(1);
        int count = ThreadStripe.Shared + 40;
        using Barrier together = new(count);
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(_ => new Thread(
                () =>
                {
                    // All alive at once, so that the last ones find every stripe taken and share one.
                    cells.Add(0, 1);
                    together.SignalAndWait(TestContext.Current.CancellationToken);
                    for (int i = 0; i < 1000; i++)
                    {
                        cells.Add(0, 1);
                    }
                },
                128 * 1024)),
        ];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(count * 1001L, cells.Sum(0));
    }

    [Fact]
    public void A_stripe_is_handed_on_when_its_thread_has_ended()
    {
        List<int> stripes = [];
        for (int i = 0; i < ThreadStripe.Count * 2; i++)
        {
            Thread thread = new(() => stripes.Add(ThreadStripe.Current), 128 * 1024);
            thread.Start();
            thread.Join();
        }

        // Other tests' threads may hold all of them for a while, so this asks for enough, not for all.
        int owned = stripes.Count(stripe => stripe != ThreadStripe.Shared);
        Assert.True(owned > ThreadStripe.Count, "stripes of ended threads were not handed on");
    }

    [Fact]
    public void Adding_allocates_nothing_once_a_thread_has_its_copy()
    {
        StripedCells cells = new(1);
        cells.Add(0, 1);
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                cells.Add(0, 1);
            }
        }));
        Assert.Equal(1001, cells.Sum(0));
    }
}
