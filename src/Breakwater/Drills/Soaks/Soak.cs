using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Feeds;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Soaks;

/// <summary>
/// The soak: a steady load, and faults of every kind in an order that a seed decides. Every request is accounted for; only those in flight when the process
/// that serves is killed may fail.
/// </summary>
/// <param name="duration">No round of faults is begun after that.</param>
/// <param name="seed">Decides the order of faults, and the variants of each.</param>
internal sealed class Soak(TimeSpan duration, int seed = Soak.DefaultSeed) : Drill
{
    /// <summary>What it is called.</summary>
    public const string Word = "soak";

    /// <summary>The seed, unless another one is wanted.</summary>
    public const int DefaultSeed = 20251118;

    public override DrillSheet Sheet { get; } = new(Word, "All of it in turns")
    {
        Outage = "all of the above",
        Mechanism = "Faults that are harmless one by one meet each other.",
        Fault = "Under a steady load, round after round in an order that a seed decides: good and bad configurations, a feed that is good and bad, rollbacks, a full disk, a clock that jumps, "
            + "kill switches, and at the end of each round SIGKILL for the process that serves.",
        Bound = "Every request is accounted for; only those in flight at a SIGKILL fail, and they are counted. Nothing bad is ever in force; in the end a good change is taken and proves itself, "
            + "the edge ends when it is told to, and no process is left.",
        Guard = "All of them.",
        Limits = new LoadLimits { Failed = null, P99 = TimeSpan.FromSeconds(5) },
        RunsAlone = true,
    };

    /// <summary>A round that has begun is gone through, whatever its steps wait for.</summary>
    public override TimeSpan Patience => duration + TimeSpan.FromMinutes(3);

    public override async Task RunAsync(DrillGround ground)
    {
        ground.Note("seed", seed.ToString(CultureInfo.InvariantCulture));
        (string place, SmallDisk? disk) = await DiskAsync(ground);
        DrillOrigin origin = await ground.OriginAsync();
        ground.Write("bad.txt", Entries(0));
        string log = Path.Combine(place, "access.log");
        string document = Document(origin, ground.PathOf("bad.txt"), log);
        string config = ground.Write("breakwater.yaml", document);
        PrivateEdge edge = ground.Own(await PrivateEdge.StartAsync(config, Path.Combine(place, "data"), ground.WithClock() with { Supervised = true }));

        // Five visits in turn over eight connections: none of these is always the one that is refused, which a canary would take for the candidate's doing.
        SteadyLoad load = await ground.LoadAsync(edge.Door, InFlight.Shape, Visit.Good, Visit.Good, Visit.Good, Visit.Good, Visit.Blocked);
        InFlight inFlight = new();
        Chaos chaos = new(ground, edge, disk, document, log, inFlight);
        Random random = new(seed);
        int rounds = 0;
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < duration; rounds++)
        {
            await chaos.RoundAsync(random);
        }

        ground.Note("rounds", rounds.ToString(CultureInfo.InvariantCulture));
        await chaos.CalmAsync();
        await load.SendAsync(200);
        LoadFigures figures = await load.StopAsync();
        ground.Note("accounted for", string.Create(CultureInfo.InvariantCulture, $"{figures.Requests - figures.Failed} answered as they should be, {figures.Failed} failed, of {figures.Requests}"));
        inFlight.Hold(ground, load);

        await edge.StopAsync();
        IReadOnlyList<string> left = ProcessEnd.KillThoseOf(ground.Directory);
        ground.Hold(left.Count == 0, $"processes are left: {string.Join("; ", left)}");
    }

    /// <summary>The list of a round.</summary>
    public static string Entries(int round) => "203.0.113.0/24\n" + string.Create(CultureInfo.InvariantCulture, $"192.0.2.{round % 250}\n");

    private static async Task<(string Place, SmallDisk? Disk)> DiskAsync(DrillGround ground)
    {
        try
        {
            SmallDisk disk = ground.Own(await SmallDisk.MountAsync(ground.PathOf("disk"), mebibytes: 32));
            ground.Note("disk", disk.Kind);
            return (disk.PathOf(""), disk);
        }
        catch (DrillException exception)
        {
            ground.Note("disk", $"never full: {exception.Message}");
            return (ground.Directory, null);
        }
    }

    private static string Document(DrillOrigin origin, string list, string log) => DrillGround.Head.Replace("{to: \"off\"}", $"{{to: {log}}}", StringComparison.Ordinal) + $$"""
        generations:
          canary: {share: 50%, time: 300ms}
          bake: {time: 1s, requests: 5}
          feeds: {max_items: {{FedEdge.MaxItems}}, max_size: 64KiB}
        lists:
          bad: {file: {{list}}}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src in $bad', do: block}
              - when: true
                do: rewrite
                set_headers: {X-Drill: "1"}

        """;
}
