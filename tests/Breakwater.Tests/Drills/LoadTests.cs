using System.Net;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Tests.Drills;

/// <summary>The load tells what it saw: a drill is only as good as its witness.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Good_answers_are_no_failures()
    {
        await using DrillOrigin origin = await DrillOrigin.StartAsync();
        LoadFigures figures = await RunAsync(origin, Visit.Good);
        Assert.Equal(0, figures.Failed);
        Assert.True(figures.Requests >= 50);
        Assert.Equal(origin.Requests, figures.Requests + figures.Retried);
    }

    [Fact]
    public async Task Another_status_is_a_failure()
    {
        await using DrillOrigin origin = await DrillOrigin.StartAsync();
        origin.Behaviour = context => DrillOrigin.AnswerAsync(context, 500);
        LoadFigures figures = await RunAsync(origin, Visit.Good);
        Assert.Equal(figures.Requests, figures.Failed);
        Assert.Equal("a visitor: answered 500, not 200", figures.Failures[0]);
    }

    [Fact]
    public async Task A_visitor_who_should_be_refused_and_is_not_is_a_failure()
    {
        await using DrillOrigin origin = await DrillOrigin.StartAsync();
        LoadFigures figures = await RunAsync(origin, Visit.Blocked);
        Assert.Equal(figures.Requests, figures.Failed);
    }

    [Fact]
    public async Task The_answer_to_another_request_is_a_failure()
    {
        await using DrillOrigin origin = await DrillOrigin.StartAsync();
        origin.Behaviour = context =>
        {
            context.Request.Headers[Visit.NumberField] = "0";
            return DrillOrigin.AnswerWellAsync(context);
        };
        LoadFigures figures = await RunAsync(origin, Visit.Good);
        Assert.Equal(figures.Requests, figures.Failed);
        Assert.Equal("a visitor: the answer belongs to another request", figures.Failures[0]);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_a_failure()
    {
        await using DrillOrigin origin = await DrillOrigin.StartAsync();
        origin.Behaviour = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        LoadFigures figures = await RunAsync(origin, Visit.Good);
        Assert.Equal(figures.Requests, figures.Failed);
    }

    [Fact]
    public async Task Nobody_listening_is_a_failure()
    {
        DrillOrigin origin = await DrillOrigin.StartAsync();
        Door door = new(new IPEndPoint(IPAddress.Loopback, origin.Port));
        await origin.DisposeAsync();
        await using SteadyLoad load = new(door, [Visit.Good], new LoadShape());
        await load.SendAsync(20);
        LoadFigures figures = await load.StopAsync();
        Assert.Equal(figures.Requests, figures.Failed);
    }

    [Fact]
    public void The_percentiles_are_those_of_the_samples()
    {
        LoadFigures figures = LoadFigures.Of(Enumerable.Range(1, 1000).Select(i => new Sample("a", 0, i, i == 7 ? "broken" : null, i == 8)));
        Assert.Equal((1000, 1, 1), (figures.Requests, figures.Failed, figures.Retried));
        Assert.Equal((500, 990, 1000), (figures.P50Ms, figures.P99Ms, figures.MaxMs));
    }

    private static async Task<LoadFigures> RunAsync(DrillOrigin origin, Visit visit)
    {
        await using SteadyLoad load = new(new Door(new IPEndPoint(IPAddress.Loopback, origin.Port)), [visit], new LoadShape { PerSecond = 0 });
        await load.SendAsync(50);
        return await load.StopAsync();
    }
}
