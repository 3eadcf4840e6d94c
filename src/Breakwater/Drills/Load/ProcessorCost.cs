namespace Breakwater.Drills.Load;

/// <summary>What a request costs a process. Stateless.</summary>
internal static class ProcessorCost
{
    /// <summary>
    /// Processor time for one request, in microseconds: the least of three measurements, since the runtime goes on compiling what it meets. The first few requests warm it up.
    /// The kernel counts in hundredths of a second, so there have to be some hundred.
    /// </summary>
    /// <param name="ground">The ground; a request that fails breaks the drill.</param>
    /// <param name="used">The processor time that the process has used so far.</param>
    /// <param name="door">Where to ask.</param>
    /// <param name="visit">What for.</param>
    /// <param name="requests">Requests of a measurement.</param>
    public static async Task<double> MeasureAsync(DrillGround ground, Func<TimeSpan> used, Door door, Visit visit, int requests)
    {
        await FloodAsync(ground, door, visit, requests / 2);
        double least = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            TimeSpan before = used();
            LoadFigures figures = await FloodAsync(ground, door, visit, requests);
            ground.Hold(figures.Failed == 0, $"{visit.Name}: {figures.Failed} of {figures.Requests} failed: {string.Join("; ", figures.Failures)}");
            least = Math.Min(least, (used() - before).TotalMicroseconds / figures.Requests);
        }

        return least;
    }

    /// <summary>Asks as fast as the answers come.</summary>
    public static async Task<LoadFigures> FloodAsync(DrillGround ground, Door door, Visit visit, int requests)
    {
        await using SteadyLoad load = ground.Flood(door, new LoadShape { Connections = 4, PerSecond = 0 }, visit);
        await load.SendAsync(requests);
        return await load.StopAsync();
    }
}
