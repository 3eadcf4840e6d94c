using Breakwater.Waf.Scanning;

namespace Breakwater.Waf.Engine;

/// <summary>
/// A phase as a zone's settings have it run: its steps, and what the values of each target are searched for before the first rule runs. Immutable.
/// </summary>
internal sealed class PhaseScan
{
    private readonly int[] _places; // of each feed among those of the phase, first as the request's, then as the response's; -1 for none
    private readonly bool[] _isOpen; // for each place, FeedScan.IsOpen

    private PhaseScan(WafRule[] rules, RuleStep[] steps, TargetScan[] targets, int feeds)
    {
        Rules = rules;
        Steps = steps;
        Targets = targets;
        _places = new int[2 * feeds];
        Array.Fill(_places, -1);
        foreach (TargetScan target in targets)
        {
            foreach (FeedScan feed in target.Feeds) _places[(2 * feed.Feed.Id) + (target.IsResponse ? 1 : 0)] = feed.Place;
        }

        FeedCount = targets.Sum(static t => t.Feeds.Length);
        _isOpen = new bool[FeedCount];
        foreach (FeedScan feed in targets.SelectMany(static t => t.Feeds)) _isOpen[feed.Place] = feed.IsOpen;
    }

    /// <summary>The rules in order.</summary>
    public WafRule[] Rules { get; }

    /// <summary>The rules as the loop over them sees them.</summary>
    public RuleStep[] Steps { get; }

    public TargetScan[] Targets { get; }

    /// <summary>How many feeds are searched.</summary>
    public int FeedCount { get; }

    /// <summary>How many are searched in the phases before.</summary>
    public int FirstFeed { get; private init; }

    /// <summary>Which of the feeds searched a feed is.</summary>
    public int PlaceOf(Feed feed, bool isResponse) => _places[(2 * feed.Id) + (isResponse ? 1 : 0)];

    /// <summary>Whether the operators of the feed at a place may hold for any value.</summary>
    public bool IsOpen(int place) => _isOpen[place];

    /// <param name="program">The program.</param>
    /// <param name="rules">The rules of the phase.</param>
    /// <param name="mayRun">Those that may run: only for these is anything searched.</param>
    /// <param name="indexOf">The index of the request or the response.</param>
    /// <param name="targetCount">Targets of the phases before this one, and then of this one too.</param>
    /// <param name="feedCount">The same of feeds.</param>
    public static PhaseScan Create(WafProgram program, WafRule[] rules, ulong[] mayRun, Func<bool, ScanIndex> indexOf, ref int targetCount, ref int feedCount)
    {
        int requestWords = program.WordsOf(isResponse: false);
        RuleStep[] steps = new RuleStep[rules.Length];
        List<(RuleLink Link, Feed Feed)> reads = [];
        for (int i = 0; i < rules.Length; i++)
        {
            steps[i] = RuleStep.Of(rules[i], RuleBits.Has(mayRun, rules[i].Ordinal), requestWords);
            if (steps[i].Kind == StepKind.Candidate) reads.AddRange(rules[i].First.Bundle!.Feeds.Select(feed => (rules[i].First, feed)));
        }

        int place = 0;
        List<TargetScan> targets = [];
        foreach (var target in reads.GroupBy(static read => (read.Feed.Piece, read.Link.Bundle!.IsResponse)))
        {
            ScanIndex index = indexOf(target.Key.IsResponse);
            List<FeedScan> feeds = [];
            foreach (var feed in target.GroupBy(static read => read.Feed))
            {
                ulong[] operators = Mask(feed.Select(static read => read.Link.Bit), index.WordCount);
                feeds.Add(new FeedScan(place++, feed.Key, operators, IsWithin(operators, index.Open.ToArray())));
            }

            targets.Add(new TargetScan(targetCount++, target.Key.Piece, target.Key.IsResponse, [.. feeds.OrderBy(static feed => feed.IsSmall)]));
        }

        PhaseScan scan = new(rules, steps, [.. targets], program.Feeds.Length) { FirstFeed = feedCount };
        feedCount += scan.FeedCount;
        return scan;
    }

    private static bool IsWithin(ulong[] some, ulong[] all) => some.Zip(all).All(static pair => (pair.First & ~pair.Second) == 0);

    private static ulong[] Mask(IEnumerable<int> bits, int words)
    {
        ulong[] mask = new ulong[words];
        foreach (int bit in bits) mask[bit >> 6] |= 1UL << bit;
        return mask;
    }
}

/// <summary>What the values of one target are searched for. Immutable.</summary>
/// <param name="Number">Its number among the targets of all phases.</param>
/// <param name="Target">The target.</param>
/// <param name="IsResponse">Whether by the operators of the response.</param>
/// <param name="Feeds">What operators read of it, first what many read.</param>
internal sealed record TargetScan(int Number, TargetPiece Target, bool IsResponse, FeedScan[] Feeds);

/// <summary>What a feed is searched for. Immutable.</summary>
/// <param name="Place">Its number in the phase.</param>
/// <param name="Feed">The feed.</param>
/// <param name="Operators">The operators that read it, a bit each.</param>
/// <param name="IsOpen">Whether they may hold for any value, so that none needs to be looked at.</param>
internal sealed record FeedScan(int Place, Feed Feed, ulong[] Operators, bool IsOpen)
{
    // To look for the literals of all operators costs about as much as to try a few operators.
    private const int Few = 4;

    /// <summary>Whether its operators are so few that a value is not searched for their literals.</summary>
    public bool IsSmall { get; } = RuleBits.Count(Operators) <= Few;
}
