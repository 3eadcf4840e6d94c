using System.Numerics;

namespace Breakwater.Waf.Engine;

/// <summary>The operators that read a feed, a bit each. Immutable.</summary>
internal sealed class FeedUse
{
    // To scan a value for all operators costs about as much as to run a handful of them on it.
    private const int FewOperators = 4;

    private FeedUse(ulong[] operators, ulong[] wanted)
    {
        Operators = operators;
        IsSmall = wanted.Sum(BitOperations.PopCount) <= FewOperators;
    }

    public ulong[] Operators { get; }

    /// <summary>Whether those of rules that may run are so few that a value which nobody has scanned yet is not worth a scan.</summary>
    public bool IsSmall { get; }

    /// <summary>The use of each feed by the operators of links, each with whether its rule may run.</summary>
    public static FeedUse[] Of(int feeds, IEnumerable<(RuleLink Link, bool MayRun)> links, int words)
    {
        ulong[][] bits = [.. Enumerable.Range(0, feeds).Select(_ => new ulong[words])];
        ulong[][] wanted = [.. Enumerable.Range(0, feeds).Select(_ => new ulong[words])];
        foreach ((RuleLink link, bool mayRun) in links)
        {
            foreach (Feed feed in link.Bundle!.Feeds)
            {
                bits[feed.Id][link.Bit >> 6] |= 1UL << link.Bit;
                if (mayRun) wanted[feed.Id][link.Bit >> 6] |= 1UL << link.Bit;
            }
        }

        return [.. bits.Zip(wanted, static (all, some) => new FeedUse(all, some))];
    }
}
