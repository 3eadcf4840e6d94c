using Breakwater.Waf.Scanning;

namespace Breakwater.Waf.Engine;

/// <summary>
/// A phase as a zone's settings have it run: its steps, and what the values of each target are searched for before the first rule runs. Immutable.
/// </summary>
internal sealed class PhaseScan
{
    private readonly TargetScan?[] _scans; // of each target, first by the request's operators, then by the response's

    private PhaseScan(WafRule[] rules, RuleStep[] steps, TargetScan[] targets, int allTargets)
    {
        Rules = rules;
        Steps = steps;
        Targets = targets;
        _scans = new TargetScan?[2 * allTargets];
        foreach (TargetScan scan in targets) _scans[(2 * scan.Target.Id) + (scan.IsResponse ? 1 : 0)] = scan;
    }

    /// <summary>The rules in order.</summary>
    public WafRule[] Rules { get; }

    /// <summary>The rules as the loop over them sees them.</summary>
    public RuleStep[] Steps { get; }

    public TargetScan[] Targets { get; }

    /// <summary>What the values of a target are searched for, by rules that are searched for.</summary>
    public TargetScan ScanOf(TargetPiece target, bool isResponse) => _scans[(2 * target.Id) + (isResponse ? 1 : 0)]!;

    /// <param name="program">The program.</param>
    /// <param name="rules">The rules of the phase.</param>
    /// <param name="mayRun">Those that may run: only for these is anything searched.</param>
    /// <param name="indexOf">The index of the request or the response.</param>
    /// <param name="scans">How many targets are searched in the phases before this one, and then in this one too.</param>
    public static PhaseScan Create(WafProgram program, WafRule[] rules, ulong[] mayRun, Func<bool, ScanIndex> indexOf, ref int scans)
    {
        int requestWords = program.WordsOf(isResponse: false);
        RuleStep[] steps = new RuleStep[rules.Length];
        List<(RuleLink Link, Feed Feed)> reads = [];
        for (int i = 0; i < rules.Length; i++)
        {
            steps[i] = RuleStep.Of(rules[i], RuleBits.Has(mayRun, rules[i].Ordinal), requestWords);
            if (steps[i].Kind == StepKind.Candidate) reads.AddRange(rules[i].First.Bundle!.Feeds.Select(feed => (rules[i].First, feed)));
        }

        List<TargetScan> targets = [];
        foreach (var target in reads.GroupBy(static read => (read.Feed.Piece, read.Link.Bundle!.IsResponse)))
        {
            ScanIndex index = indexOf(target.Key.IsResponse);
            ulong[] open = Mask(target.Select(static read => read.Link.Bit), index.WordCount);
            for (int i = 0; i < open.Length; i++) open[i] &= index.Open[i];
            List<FeedScan> feeds = [];
            foreach (var feed in target.GroupBy(static read => read.Feed))
            {
                ulong[] operators = Mask(feed.Select(static read => read.Link.Bit).Where(bit => !RuleBits.Has(open, bit)), index.WordCount);
                if (RuleBits.Count(operators) > 0) feeds.Add(new FeedScan(feed.Key, operators));
            }

            targets.Add(new TargetScan(scans++, targets.Count, target.Key.Piece, target.Key.IsResponse, [.. feeds.OrderBy(static feed => feed.IsSmall)], open));
        }

        return new PhaseScan(rules, steps, [.. targets], program.TxSlotsOf.Length);
    }

    private static ulong[] Mask(IEnumerable<int> bits, int words)
    {
        ulong[] mask = new ulong[words];
        foreach (int bit in bits) mask[bit >> 6] |= 1UL << bit;
        return mask;
    }
}

/// <summary>What the values of one target are searched for. Immutable.</summary>
/// <param name="Number">Its number among those of all phases.</param>
/// <param name="Place">Its number in the phase.</param>
/// <param name="Target">The target.</param>
/// <param name="IsResponse">Whether by the operators of the response.</param>
/// <param name="Feeds">What operators read of it, first what many read; no operators of <paramref name="Open"/>.</param>
/// <param name="Open">The operators that may hold for any value, so that none needs to be looked at.</param>
internal sealed record TargetScan(int Number, int Place, TargetPiece Target, bool IsResponse, FeedScan[] Feeds, ulong[] Open);

/// <summary>What a feed is searched for. Immutable.</summary>
/// <param name="Feed">The feed.</param>
/// <param name="Operators">The operators that read it, a bit each.</param>
internal sealed record FeedScan(Feed Feed, ulong[] Operators)
{
    // To look for the literals of all operators costs about as much as to try a few operators.
    private const int Few = 4;

    /// <summary>Whether its operators are so few that a value is not searched for their literals.</summary>
    public bool IsSmall { get; } = RuleBits.Count(Operators) <= Few;
}
