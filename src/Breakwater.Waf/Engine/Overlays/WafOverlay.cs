using System.Globalization;
using System.Text;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>A zone's own settings over a program: bitmaps and a few numbers. Immutable and thread-safe.</summary>
public sealed class WafOverlay
{
    // CRS 4 and CRS 3 call the same things by different names.
    private static readonly string[] ParanoiaNames = ["blocking_paranoia_level", "paranoia_level"];
    private static readonly string[] DetectionNames = ["detection_paranoia_level", "executing_paranoia_level"];

    private WafOverlay(WafProgram program, WafZone zone, (int Slot, byte[] Value)[] pins)
    {
        Program = program;
        Zone = zone;
        Pins = pins;
        Plan = program.PlanFor(ScanPlan.RulesThatMayRun(program, pins));
        Removed = RuleBits.Make(program.Rules.Length);
        Scope = Encoding.UTF8.GetBytes($"{zone.Name}\0{program.Configuration.WebAppId}");
    }

    /// <summary>The rules.</summary>
    public WafProgram Program { get; }

    /// <summary>What the zone said.</summary>
    public WafZone Zone { get; }

    /// <summary>Rules that do not run.</summary>
    internal ulong[] Removed { get; }

    internal TargetExclusion[] Exclusions { get; private init; } = [];

    /// <summary>Rules for which there is an exclusion, so that all others need not ask.</summary>
    internal ulong[] WithExclusions { get; private init; } = [];

    internal (int Slot, byte[] Value)[] Pins { get; }

    internal ReadOnlyMemory<bool> PinnedSlots { get; private init; }

    internal byte[] Scope { get; }

    /// <summary>What values are searched for.</summary>
    internal ScanPlan Plan { get; }

    internal SecEngineMode Mode => Zone.Mode ?? Program.Configuration.RuleEngine ?? SecEngineMode.On;

    /// <summary>Makes a zone's overlay.</summary>
    /// <param name="program">The rules.</param>
    /// <param name="zone">What the zone says.</param>
    /// <param name="diagnostics">Takes what has no effect or cannot be read; positions name the zone.</param>
    public static WafOverlay Create(WafProgram program, WafZone zone, ICollection<SecDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(diagnostics);
        List<TargetExclusion> exclusions = [];
        ulong[] removed = RuleBits.Make(program.Rules.Length);
        ulong[] concerned = RuleBits.Make(program.Rules.Length);
        for (int i = 0; i < zone.Exclusions.Length; i++)
        {
            new ExclusionReader(program, new SecPosition($"zone {zone.Name}, exclusion {i + 1}", 0, 0), diagnostics)
                .Read(zone.Exclusions[i], removed, concerned, exclusions);
        }

        (int Slot, byte[] Value)[] pins = [.. PinsOf(program, zone, diagnostics)];
        bool[] pinned = new bool[program.TxNames.Length];
        foreach ((int slot, _) in pins) pinned[slot] = true;
        WafOverlay overlay = new(program, zone, pins)
        {
            Exclusions = [.. exclusions],
            WithExclusions = concerned,
            PinnedSlots = pins.Length == 0 ? default : pinned,
        };
        removed.CopyTo(overlay.Removed, 0);
        return overlay;
    }

    private static IEnumerable<(int, byte[])> PinsOf(WafProgram program, WafZone zone, ICollection<SecDiagnostic> diagnostics)
    {
        (string What, int? Value, string[] Names)[] settings =
        [
            ("paranoia", zone.Paranoia, ParanoiaNames),
            ("detection paranoia", zone.DetectionParanoia ?? zone.Paranoia, DetectionNames),
            ("inbound threshold", zone.InboundThreshold, ["inbound_anomaly_score_threshold"]),
            ("outbound threshold", zone.OutboundThreshold, ["outbound_anomaly_score_threshold"]),
        ];
        foreach ((string what, int? value, string[] names) in settings)
        {
            if (value is not { } number) continue;
            int[] slots = [.. names.Select(n => program.FindTx(Encoding.UTF8.GetBytes(n))).Where(s => s >= 0)];
            if (slots.Length == 0)
            {
                diagnostics.Add(new SecDiagnostic(new SecPosition($"zone {zone.Name}", 0, 0), SecSeverity.Warning,
                    $"these rules know no {what}", "remove the setting, or use rules that score in the way of the Core Rule Set"));
            }

            byte[] text = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            foreach (int slot in slots) yield return (slot, text);
        }
    }
}
