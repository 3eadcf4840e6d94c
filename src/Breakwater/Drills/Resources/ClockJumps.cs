using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Resources;

/// <summary>D33.</summary>
internal sealed class ClockJumps : Drill
{
    public override DrillSheet Sheet { get; } = new("D33", "The clock jumps")
    {
        Outage = "a fault that every server meets one day",
        Mechanism = "Limits and bans that are kept in wall time end at once, or never, when the clock is set.",
        Fault = "The wall clock is set an hour ahead, two hours back and a year ahead, while one visitor has exceeded a rate limit and others have not. (Failure injection, armed when the edge is started.)",
        Bound = "Who was refused is refused on, and nobody else is.",
        Guard = "Limits and timeouts run on monotonic time; wall time is for logs and people.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(
            DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]
                rules:
                  - {limit: 5 per 1m by ip, when: 'http.request.uri.path eq "/login"', timeout: 10m, do: block}

            """,
            ground.WithClock());
        Visit eager = Visit.Good with { Name = "a visitor who exceeded a limit", Target = "/login", Expected = 429 };
        for (int i = 0; i < 6; i++)
        {
            await DrillGround.AskAsync(edge.Door, eager);
        }

        Visit other = Visit.Good with { Name = "another visitor at the login", Target = "/login", Client = "198.51.100.99" };
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, eager);
        foreach (TimeSpan jump in new[] { TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(365), TimeSpan.Zero })
        {
            await ground.SetClockAsync(jump);
            DateTimeOffset started = (await edge.StatusAsync()).StartedAt;
            ground.Hold(started.Year > 2000, "the status is not there");
            await load.SendAsync(40);
            ground.Hold(await DrillGround.AskAsync(edge.Door, other) is null, $"a visitor within the limit is refused, with the clock {jump} off");
        }
    }
}
