using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>
/// D50: the process ends at any point of the road, in good order or not, and starts again with any document: it serves one whole version that
/// somebody once asked for, and numbers go on rising. The same steps for the same seed.
/// </summary>
public sealed class RandomRestartsTests
{
    private const int Rounds = 40;
    private const string Bounds = "generations: {canary: {share: 50%, time: 10s}, bake: {time: 1m, requests: 0}}";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AStartEndsInOneVersion(int seed)
    {
        Random random = new(seed);
        await using RoadLab lab = new() { CanaryTime = null, Disk = new DurableFiles(), Patience = TimeSpan.FromMinutes(5) };
        var asked = new HashSet<string> { "0" };
        await lab.StartAsync(Marked("0"), Bounds);
        long highest = 1;
        int fellBack = 0, went = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            string name = $"{round}";
            Task<RoadResult>? travel = null;
            switch (random.Next(4))
            {
                case 0:
                    lab.Files.Write("breakwater.yaml", "zones: [");
                    break;
                case 1:
                    // Cut off on canary.
                    asked.Add(name);
                    travel = lab.ReloadAsync(Marked(name), Bounds);
                    await lab.UntilAsync(() => travel.IsCompleted || lab.Edge.Road.IsComparing, "canary");
                    break;
                default:
                    asked.Add(name);
                    travel = lab.ReloadAsync(Marked(name), Bounds);
                    await lab.UntilAsync(() => travel.IsCompleted || lab.Edge.Road.IsComparing, "canary");
                    lab.Time.Advance(TimeSpan.FromSeconds(10));
                    went += (await travel).Outcome == RoadOutcome.Promoted ? 1 : 0;
                    break;
            }

            if (random.Next(2) == 0)
            {
                lab.Time.Advance(TimeSpan.FromMinutes(2));
                lab.Time.Advance(TimeSpan.FromSeconds(1));
                await lab.Edge.Road.RestAsync();
            }

            highest = Math.Max(highest, lab.Live.Number);
            await (random.Next(2) == 0 ? lab.StopAsync() : lab.CrashAsync());
            if (travel is not null)
            {
                await travel;
            }

            await lab.RestartAsync();
            Assert.Null(lab.State.Candidate);
            Assert.True(lab.Live.Number >= highest, $"{lab.Live.Number} after {highest}");
            Assert.Contains(Assert.Single((await lab.GetAsync("/")).Values("X-Answered")), asked);
            fellBack += lab.Edge.Road.Instead is null ? 0 : 1;
        }

        Assert.True(fellBack > 3 && went > 3, $"{fellBack} starts fell back, {went} changes went through");
    }

    private static string Marked(string name) => $"rules: [{{when: true, do: rewrite, set_response_headers: {{X-Answered: \"{name}\"}}}}]";
}
