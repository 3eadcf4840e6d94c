using System.Globalization;
using Breakwater.Config;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>What tasting says of a candidate. Immutable.</summary>
/// <param name="Summary">What was found, in a line.</param>
/// <param name="Problem">Why it must not go on; null when it may.</param>
/// <param name="IsHeld">Whether a confirmation is enough to let it go on.</param>
internal sealed record TasteVerdict(string Summary, ConfigDiagnostic? Problem, bool IsHeld);

/// <summary>
/// What becomes of the same requests under the generation in force: a candidate is not to blame for what a visitor makes happen with that, too.
/// Immutable.
/// </summary>
/// <param name="Ends">Of each recent request.</param>
/// <param name="SyntheticEnds">Of each made-up one.</param>
/// <param name="SlowestMicros">How long it takes to judge that request which takes the candidate longest.</param>
internal sealed record TasteControl(IReadOnlyList<RehearsedEnd> Ends, IReadOnlyList<RehearsedEnd> SyntheticEnds, double SlowestMicros)
{
    /// <summary>Where nothing is in force yet.</summary>
    public static TasteControl None { get; } = new([], [], 0);

    /// <summary>Judges the same requests with the generation in force.</summary>
    /// <param name="live">The generation in force.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="recent">The recent requests.</param>
    /// <param name="synthetic">The made-up ones.</param>
    /// <param name="slowest">Which of both takes the candidate longest; -1 for none.</param>
    public static TasteControl Of(Generation live, EdgeClock clock, IReadOnlyList<RecentRequest> recent, IReadOnlyList<RecentRequest> synthetic, int slowest)
    {
        Rehearsal rehearsal = new(live, clock);
        RehearsedEnd[] ends = [.. recent.Select(request => rehearsal.Judge(request, out _))];
        RehearsedEnd[] made = [.. synthetic.Select(request => rehearsal.Judge(request, out _))];
        RecentRequest? longest = slowest < 0 || slowest >= recent.Count + synthetic.Count ? null
            : slowest < recent.Count ? recent[slowest] : synthetic[slowest - recent.Count];
        return new TasteControl(ends, made, longest is null ? 0 : rehearsal.Time(longest));
    }
}

/// <summary>Compares what a taster found with its bounds, and with what becomes of the same requests now. Stateless.</summary>
internal static class TasteJudge
{
    /// <summary>Fewer recent requests than this prove nothing about a share of them.</summary>
    public const int MinSample = 20;

    /// <summary>Fewer of them that are newly refused are what an operator means who writes a rule.</summary>
    public const int MinBlocked = 5;

    /// <summary>A quarter of the memory that it may take may come with judging.</summary>
    private const int GrowthPart = 4;

    /// <summary>What takes the generation in force half as long is not the candidate's fault.</summary>
    private const double MuchSlower = 2;

    /// <summary>Judges.</summary>
    /// <param name="findings">What was found; without errors.</param>
    /// <param name="control">What becomes of the same requests now.</param>
    /// <param name="order">What was tasted.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="at">The candidate's document, for messages.</param>
    public static TasteVerdict Judge(TasteFindings findings, TasteControl control, TasteOrder order, TimeSpan took, SourcePosition at)
    {
        int recent = order.Recent.Count, blocked = Newly(findings.Ends, control.Ends, one => one.IsBlocked);
        string memory = findings.MemoryBytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {findings.MemoryBytes >> 20} MiB") : "";
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"judged {recent} recent and {findings.SyntheticEnds.Count} made-up requests in {took.TotalSeconds:F1} s; {blocked} newly refused; the slowest took {findings.SlowestMicros / 1000:F2} ms{memory}");
        if (Problem(findings, control, order, at) is { } problem)
        {
            return new TasteVerdict(summary, problem, IsHeld: false);
        }

        TasteConfig bounds = order.Bounds;
        if (recent < MinSample || blocked < MinBlocked || blocked <= bounds.MaxNewlyBlocked * recent)
        {
            return new TasteVerdict(summary, null, IsHeld: false);
        }

        string share = string.Create(CultureInfo.InvariantCulture, $"{100.0 * blocked / recent:F0}%");
        return new TasteVerdict(
            summary,
            ConfigDiagnostic.Error(
                at, $"it refuses {blocked} of {recent} recent requests ({share}) that are let through now; generations.taste.max_newly_blocked allows {Percent(bounds.MaxNewlyBlocked)}",
                "look at what it blocks (breakwater explain); if that is meant, add --confirm"),
            IsHeld: true);
    }

    /// <summary>Says why a taster found nothing.</summary>
    public static ConfigDiagnostic Explain(TasteResult result, TasteConfig bounds, SourcePosition at) => result.Failure switch
    {
        TasteFailure.TooSlow => ConfigDiagnostic.Error(
            at, string.Create(CultureInfo.InvariantCulture, $"the trial process did not come to an end: it was ended after {result.Took.TotalSeconds:F1} s"),
            $"look for what takes so long; generations.taste.timeout allows {bounds.Timeout.TotalSeconds:F0} s of processor time, and as long without any"),
        TasteFailure.TooMuchMemory => ConfigDiagnostic.Error(
            at, $"the trial process took {result.PeakBytes >> 20} MiB of memory and was ended",
            $"make lists or rules smaller; generations.taste.max_memory allows {bounds.MaxMemory >> 20} MiB beyond three times the size of the files"),
        _ => ConfigDiagnostic.Error(at, $"the trial process crashed under it ({result.Detail})", "this would have ended the edge; please report it, and change what is new"),
    };

    /// <summary>How many requests something holds for under the candidate, and does not under the generation in force.</summary>
    private static int Newly(IReadOnlyList<int> ends, IReadOnlyList<RehearsedEnd> now, Func<RehearsedEnd, bool> holds)
    {
        int count = 0;
        for (int i = 0; i < ends.Count; i++)
        {
            count += holds(RehearsedEnd.Unpack(ends[i])) && !(i < now.Count && holds(now[i])) ? 1 : 0;
        }

        return count;
    }

    private static ConfigDiagnostic? Problem(TasteFindings findings, TasteControl control, TasteOrder order, SourcePosition at)
    {
        int faults = Newly(findings.Ends, control.Ends, one => one.IsFault) + Newly(findings.SyntheticEnds, control.SyntheticEnds, one => one.IsFault);
        if (faults > 0)
        {
            return ConfigDiagnostic.Error(at, $"{faults} requests ended in a fault of the edge; {findings.Fault}", "this is a bug in Breakwater; please report it, and change what is new");
        }

        double micros = findings.SlowestMicros;
        if (micros > order.Bounds.MaxRequestTime.TotalMicroseconds && micros > MuchSlower * control.SlowestMicros)
        {
            string what = findings.Slowest >= 0 && findings.Slowest < order.Recent.Count ? order.Recent[findings.Slowest].Line : "a made-up request";
            return ConfigDiagnostic.Error(
                at,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"judging {what} takes {micros / 1000:F1} ms; generations.taste.max_request_time allows {order.Bounds.MaxRequestTime.TotalMilliseconds:F0} ms"),
                "look at the plan of its expressions (breakwater rules plan)");
        }

        return findings.GrowthBytes > order.Bounds.MaxMemory / GrowthPart
            ? ConfigDiagnostic.Error(
                at, $"judging {findings.Ends.Count + findings.SyntheticEnds.Count} requests takes {findings.GrowthBytes >> 20} MiB of memory that is not given back",
                "this is a bug in Breakwater; please report it, and change what is new")
            : null;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F0}%");
}
