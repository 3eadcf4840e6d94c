using System.Numerics;

namespace Breakwater.Waf.Engine;

/// <summary>The operators that read a feed, a bit each. Immutable.</summary>
internal sealed class FeedUse
{
    // To scan a value for all operators costs about as much as to run a handful of them on it.
    private const int FewOperators = 4;

    private FeedUse(ulong[] operators)
    {
        Operators = operators;
        IsSmall = operators.Sum(BitOperations.PopCount) <= FewOperators;
    }

    public ulong[] Operators { get; }

    /// <summary>Whether they are so few that a value which nobody has scanned yet is not worth a scan.</summary>
    public bool IsSmall { get; }

    /// <summary>The use of each feed by the operators of the request, or of the response.</summary>
    public static FeedUse[] Of(int feeds, IEnumerable<WafRule> rules, bool isResponse, int words)
    {
        ulong[][] bits = [.. Enumerable.Range(0, feeds).Select(_ => new ulong[words])];
        foreach (WafRule rule in rules)
        {
            for (RuleLink? link = rule.First; link is not null; link = link.Next)
            {
                if (link.Bit < 0 || link.Bundle!.IsResponse != isResponse) continue;
                foreach (Feed feed in link.Bundle.Feeds) bits[feed.Id][link.Bit >> 6] |= 1UL << link.Bit;
            }
        }

        return [.. bits.Select(b => new FeedUse(b))];
    }
}
