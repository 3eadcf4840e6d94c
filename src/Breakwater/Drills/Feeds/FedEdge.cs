using System.Globalization;
using System.Text.Json;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Feeds;

/// <summary>An edge with a list that somebody else makes, as its file. Stateless.</summary>
internal static class FedEdge
{
    /// <summary>Entries that the list may have.</summary>
    public const int MaxItems = 200;

    /// <summary>Somebody at an address that every good list has.</summary>
    public static Visit Listed { get; } = Visit.Blocked;

    /// <summary>A good content; the first line is what the load asks for.</summary>
    /// <param name="entries">How many entries.</param>
    /// <param name="round">Makes the last ones others: more would be held.</param>
    public static string Good(int entries = 60, int round = 0) => "203.0.113.0/24\n"
        + string.Concat(Enumerable.Range(1, entries - 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"100.64.{(i < entries - 3 ? 0 : round % 256)}.{i}\n")));

    /// <summary>A content above the cap: as if the rows of a table had been doubled and doubled again.</summary>
    public static string Oversized => Good(MaxItems + 1);

    /// <summary>Starts one. Changes travel as fast as they may, and prove themselves within a second.</summary>
    public static async Task<PrivateEdge> StartAsync(DrillGround ground, string zones = "")
    {
        ground.Write("bad.txt", Good());
        DrillOrigin origin = await ground.OriginAsync();
        return await ground.EdgeAsync(Document(ground, origin, zones));
    }

    /// <summary>Its configuration.</summary>
    public static string Document(DrillGround ground, DrillOrigin origin, string zones = "") => DrillGround.Head + $$"""
        generations:
          canary: {share: 50%, time: 200ms}
          bake: {time: 1s, requests: 5}
          feeds: {max_items: {{MaxItems}}, max_size: 64KiB}
        lists:
          bad: {file: {{ground.PathOf("bad.txt")}}}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src in $bad', do: block}
        {{zones}}

        """;

    /// <summary>What is known of the feed.</summary>
    public static async Task<JsonElement> FeedAsync(PrivateEdge edge) => (await edge.AdminJsonAsync("/generations")).GetProperty("feeds")[0];
}
