using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Rules;

/// <summary>D4.</summary>
internal sealed class MissingValues : Drill
{
    public override DrillSheet Sheet { get; } = new("D4", "A value that is missing")
    {
        Outage = "Cloudflare, 18 November 2025",
        Mechanism = "Where the bot score could not be computed, an older proxy took it as 0, which means certainly a bot: rules that block bots blocked everybody.",
        Fault = "Rules block by country and network number while no database tells either, in every way of asking; there is no bot model yet, so places stand in for the score.",
        Bound = "Nobody is blocked: a missing value is absent, and no comparison with it holds, not even `ne` or `lt`. A rule that needs no such value blocks as ever.",
        Guard = "Fields are absent, never zero or empty; what is said of an absent field does not match.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(DrillGround.Head + $$$"""
            lists:
              networks: {kind: asn, items: [0, 64500]}
            access:
              - {block: {country: DE}}
              - {block: {asn: 64500}}
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{{origin.Url}}}"}]
                rules:
                  - {when: 'ip.src.asnum lt 30', do: block}
                  - {when: 'ip.src.asnum eq 0', do: block}
                  - {when: 'ip.src.asnum ne 3320', do: block}
                  - {when: 'ip.src.asnum in {0..100}', do: block}
                  - {when: 'ip.src.asnum in $networks', do: block}
                  - {when: 'ip.src.country ne "DE"', do: block}
                  - {when: 'ip.src.country eq ""', do: block}
                  - {when: 'len(ip.src.country) lt 2', do: block}
                  - {when: 'ip.src.lat ne "0"', do: block}
                  - {when: 'ip.src eq 203.0.113.9', do: block}

            """);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Good, Visit.Blocked);
        await load.SendAsync(200);
        ground.Note("false blocks", $"{load.FiguresOf(Visit.Good).Failed} of {load.FiguresOf(Visit.Good).Requests}");
    }
}
