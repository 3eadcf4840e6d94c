using System.Globalization;
using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Fuses;

/// <summary>D25.</summary>
internal sealed class CorruptSwitches : Drill
{
    public override DrillSheet Sheet { get; } = new("D25", "The file of kill switches is corrupt")
    {
        Outage = "Cloudflare, 5 December 2025",
        Mechanism = "The kill switch was code on a path of its own, and failed where the part that it was to turn off would have worked.",
        Fault = "The file of bypassed modules becomes rubbish, half a line, a switch for a module that does not exist, one for a year, and a megabyte of nothing.",
        Bound = "It counts as no switch: attacks are refused throughout. The log says what is wrong, once for each content.",
        Guard = "A file in which anything is wrong is no switch at all.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(RefusedEdits.Document(origin));
        _ = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked, Faults.Attack);
        string file = Path.Combine(edge.Data, "bypass");
        string soon = DateTime.UtcNow.AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string[] contents =
        [
            "\0\u0001\u0002 rubbish", "module waf zone shop unt", $"module wafs zone * until {soon}", $"module waf zone * until {soon}\nmodule",
            "module waf zone * until 2099-01-01T00:00:00Z", new string('\n', 1 << 20) + "x",
        ];
        foreach (string content in contents)
        {
            int before = edge.Log.Lines.Count;
            DrillFiles.Replace(file, content);
            ground.Said(await edge.Log.WaitAsync("bypass", before));
            await Task.Delay(20);
            ground.Hold(edge.Log.Lines.Count - before <= 2, "it is told more than once");
        }

        ground.Note("contents", $"{contents.Length} of {contents.Length} ignored");
    }
}
