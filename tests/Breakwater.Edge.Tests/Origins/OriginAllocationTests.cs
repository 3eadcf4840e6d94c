using Breakwater.Config;
using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Tests.Origins;

public class OriginAllocationTests
{
    [Theory]
    [InlineData(BalancePolicy.TwoChoices)]
    [InlineData(BalancePolicy.RoundRobin)]
    [InlineData(BalancePolicy.Hash)]
    public void ChoosingEnteringAndLeavingAllocateNothing(BalancePolicy policy)
    {
        using var lab = new OriginLab();
        OriginGroup group = lab.Use(new OriginGroupSettings { Policy = policy }, OriginSettings.Default, 1, 2, 3, 1, 1, 1, 1, 1, 1, 1);

        Origin Choose(in OriginChoice choice) =>
            group.TryChoose(in choice, out Origin? origin, out _) ? origin : throw new InvalidOperationException();

        void Run(int requests)
        {
            for (int i = 0; i < requests; i++)
            {
                var choice = new OriginChoice((ulong)i);
                group.Retries.OnRequest();
                Origin origin = Choose(in choice);
                origin.Enter();
                origin.Exit(OriginOutcome.ServerError, 100);

                choice.AddTried(origin);
                group.Retries.TryTake();
                origin = Choose(in choice);
                origin.Enter();
                origin.Resolver.GetEndPointAsync().Now();
                origin.Exit(OriginOutcome.Success, 100);
            }
        }

        Run(1000);
        Assert.Equal(0, LeastAllocated.By(() => Run(10_000)));
    }
}
