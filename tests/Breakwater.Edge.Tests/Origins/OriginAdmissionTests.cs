using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins;

public class OriginAdmissionTests
{
    private static readonly OriginSettings Narrow = new() { Admission = new AdmissionSettings(MaxInFlight: 2, MaxQueued: 3, QueueTimeout: 5_000_000) };

    [Fact]
    public async Task SoManyEnterSoManyWaitTheRestIsRefused()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        ValueTask<AdmissionResult>[] asked = Ask(origin, 7);

        Assert.Equal([true, true, false, false, false, true, true], asked.Select(wait => wait.IsCompleted));
        Assert.Equal(AdmissionResult.Admitted, await asked[0]);
        Assert.Equal(AdmissionResult.Admitted, await asked[1]);
        Assert.Equal(AdmissionResult.QueueFull, await asked[5]);
        Assert.Equal(AdmissionResult.QueueFull, await asked[6]);
        Assert.Equal((2, 3, 2L), (origin.InFlight, origin.Queued, origin.QueueFull));
    }

    [Fact]
    public async Task WhoWaitsEntersInTurn()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        ValueTask<AdmissionResult>[] asked = Ask(origin, 5);
        for (int i = 2; i < 5; i++)
        {
            Assert.False(asked[i].IsCompleted);
            origin.Exit(OriginOutcome.Success, 0);
            Assert.Equal(AdmissionResult.Admitted, await asked[i]);
            Assert.Equal((2, 4 - i), (origin.InFlight, origin.Queued));
        }
    }

    [Fact]
    public async Task WhoComesWhileOthersWaitQueuesBehindThem()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        ValueTask<AdmissionResult>[] asked = Ask(origin, 3);
        ValueTask<AdmissionResult> last = origin.EnterAsync();

        origin.Exit(OriginOutcome.Success, 0);
        Assert.Equal(AdmissionResult.Admitted, await asked[2]);
        Assert.False(last.IsCompleted);
    }

    [Fact]
    public async Task AWaitEndsAfterTheQueueTimeout()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        ValueTask<AdmissionResult> first = Ask(origin, 3)[2];
        lab.Advance(2);
        ValueTask<AdmissionResult> second = origin.EnterAsync();

        lab.Advance(2.75);
        Assert.False(first.IsCompleted);
        lab.Advance(0.5);
        Assert.Equal(AdmissionResult.QueueTimeout, await first);
        Assert.False(second.IsCompleted);
        Assert.Equal((2, 1, 1L), (origin.InFlight, origin.Queued, origin.QueueTimeouts));

        origin.Exit(OriginOutcome.Success, 0);
        Assert.Equal(AdmissionResult.Admitted, await second);
    }

    [Fact]
    public async Task AClientThatLeftStopsWaiting()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        Ask(origin, 2);
        var client = new IdleClient();
        ValueTask<AdmissionResult> waiting = origin.EnterAsync(client);
        ValueTask<AdmissionResult> behind = origin.EnterAsync();

        client.Leave();
        lab.Advance(0.5);
        Assert.Equal(AdmissionResult.ClientGone, await waiting);
        Assert.Equal((2, 1, 0L), (origin.InFlight, origin.Queued, origin.QueueTimeouts));

        origin.Exit(OriginOutcome.Success, 0);
        Assert.Equal(AdmissionResult.Admitted, await behind);
    }

    [Fact]
    public async Task APlaceIsNotGivenToAClientThatLeft()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        Ask(origin, 2);
        var client = new IdleClient();
        ValueTask<AdmissionResult> waiting = origin.EnterAsync(client);
        ValueTask<AdmissionResult> behind = origin.EnterAsync();

        client.Leave();
        origin.Exit(OriginOutcome.Success, 0);
        Assert.Equal(AdmissionResult.ClientGone, await waiting);
        Assert.Equal(AdmissionResult.Admitted, await behind);
        Assert.Equal((2, 0), (origin.InFlight, origin.Queued));
    }

    [Fact]
    public async Task AHigherLimitAfterAReloadLetsWaitersIn()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        ValueTask<AdmissionResult>[] asked = Ask(origin, 5);
        lab.UseOne(new OriginSettings { Admission = Narrow.Admission with { MaxInFlight = 4 } });
        lab.Advance(0.25);

        Assert.Equal(AdmissionResult.Admitted, await asked[2]);
        Assert.Equal(AdmissionResult.Admitted, await asked[3]);
        Assert.Equal((4, 1), (origin.InFlight, origin.Queued));
    }

    [Fact]
    public async Task AnOriginOutOfUseLetsNobodyQueueButThoseWhoWaitMayEnter()
    {
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(Narrow);
        ValueTask<AdmissionResult> waiting = Ask(origin, 3)[2];
        lab.Registry.Adopt([]);

        Assert.Equal(AdmissionResult.QueueFull, await origin.EnterAsync());
        origin.Exit(OriginOutcome.Success, 0);
        Assert.Equal(AdmissionResult.Admitted, await waiting);
    }

    [Fact]
    public async Task ManyAtOnceNeverExceedTheLimitAndAllGetThrough()
    {
        const int Flows = 64, Rounds = 300, Limit = 5;
        using var lab = new OriginLab();
        Origin origin = lab.UseOne(new OriginSettings { Admission = new AdmissionSettings(Limit, MaxQueued: Flows, QueueTimeout: long.MaxValue / 2) });
        int inside = 0, most = 0, served = 0;

        async Task Flow(int number)
        {
            for (int i = 0; i < Rounds; i++)
            {
                Assert.Equal(AdmissionResult.Admitted, await origin.EnterAsync());
                int now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                if ((number + i) % 3 == 0)
                {
                    await Task.Yield();
                }

                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref served);
                origin.Exit(OriginOutcome.Success, 0);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Flows).Select(number => Task.Run(() => Flow(number)))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Flows * Rounds, served);
        Assert.InRange(most, 1, Limit);
        Assert.Equal((0, 0), (origin.InFlight, origin.Queued));
    }

    private static ValueTask<AdmissionResult>[] Ask(Origin origin, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => origin.EnterAsync())];

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
