using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Starts;

/// <summary>An edge whose generations prove themselves within a second, so that there is something to start from. Stateless.</summary>
internal static class KeptEdge
{
    /// <summary>What tells the first generation.</summary>
    public static Visit First { get; } = Visit.Good with { Name = "blocked since the first generation", Client = "203.0.113.9", Expected = 403 };

    /// <summary>What tells the second.</summary>
    public static Visit Second { get; } = Visit.Good with { Name = "blocked since the second generation", Client = "192.0.2.77", Expected = 403 };

    /// <summary>A configuration; its list is a file.</summary>
    public static string Document(DrillOrigin origin, string list) => DrillGround.Head + $$"""
        generations: {canary: {time: 500ms}, bake: {time: 1s, requests: 5} }
        lists:
          bad: {file: {{list}}}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src in $bad', do: block}

        """;

    /// <summary>Starts one and waits until its first generation is good.</summary>
    public static async Task<PrivateEdge> StartAsync(DrillGround ground)
    {
        ground.Write("bad.txt", "203.0.113.0/24\n");
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(Document(origin, ground.PathOf("bad.txt")));
        await BakeAsync(edge);
        return edge;
    }

    /// <summary>Takes another list into force and waits until that is good.</summary>
    public static async Task ChangeAsync(DrillGround ground, PrivateEdge edge)
    {
        ground.Write("bad.txt", "203.0.113.0/24\n192.0.2.77\n");
        ReloadAnswer answer = await edge.ReloadAsync();
        ground.Hold(answer is { Reloaded: true, Changed: true }, $"a good change is refused: {string.Join(", ", answer.Diagnostics.Select(one => one.Problem))}");
        await BakeAsync(edge);
    }

    private static async Task BakeAsync(PrivateEdge edge)
    {
        await using SteadyLoad load = new(edge.Door, [Visit.Good], new LoadShape { Connections = 2, PerSecond = 60 });
        await edge.ProvesItselfAsync();
    }
}
