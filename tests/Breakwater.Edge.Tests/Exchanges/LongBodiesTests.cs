using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Tests.Exchanges;

public sealed class LongBodiesTests
{
    [Fact]
    public async Task Half_of_the_processors_look_at_long_bodies_and_the_next_one_waits_for_its_turn()
    {
        LongBodies bodies = new();
        for (int i = 0; i < LongBodies.Places; i++)
        {
            await bodies.EnterAsync();
        }

        Task next = bodies.EnterAsync().AsTask();
        Assert.False(next.IsCompleted);
        bodies.Leave();
        await next.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), LongBodies.Places);
    }
}
