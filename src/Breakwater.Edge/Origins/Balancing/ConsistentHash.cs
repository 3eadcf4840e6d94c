using System.Text;

namespace Breakwater.Edge.Origins.Balancing;

/// <summary>
/// Weighted rendezvous hashing (Thaler and Ravishankar, 1998; weights by the logarithmic method of Schindelhauer and Schomaker, 2005):
/// every origin draws a number for the key, and the best draw wins.
/// </summary>
/// <remarks>
/// Why not a ring or a Maglev table: here weights hold exactly, and movement is the least possible for every kind of change. An origin
/// that leaves gives up only its own keys, spread over all others by their weights; an origin whose weight rises (it joins, or ramps up in
/// slow start) only gains keys. A ring comes near to that with thousands of points per origin; Maglev moves others' keys too.
/// Nothing has to be rebuilt, all edges agree without talking, and the second best is there for a retry. The price is one draw per
/// origin and choice: a few nanoseconds each, and a logarithm where weights differ.
/// </remarks>
internal sealed class ConsistentHash : OriginSelector
{
    private readonly Candidate[] _candidates;

    // From the origins' names only: the same on every edge and after every restart.
    private readonly ulong[] _seeds;
    private readonly double[] _perWeight;
    private readonly bool _equalWeights;

    public ConsistentHash(Candidate[] candidates)
    {
        _candidates = candidates;
        _seeds = Array.ConvertAll(candidates, candidate => StableHash.Of(Encoding.UTF8.GetBytes(candidate.Origin.Name)));
        _perWeight = Array.ConvertAll(candidates, candidate => 1.0 / candidate.Weight);
        _equalWeights = Array.TrueForAll(candidates, candidate => candidate.Weight == candidates[0].Weight);
    }

    public override Origin? Choose(in OriginChoice choice)
    {
        if (_candidates.Length == 0)
        {
            return null;
        }

        return (choice.Attempts > 0 ? Best(in choice, skipTried: true) : null) ?? Best(in choice, skipTried: false);
    }

    private Origin? Best(in OriginChoice choice, bool skipTried)
    {
        Origin? best = null;
        double bestDraw = double.PositiveInfinity;
        ulong bestHash = 0;
        for (int i = 0; i < _candidates.Length; i++)
        {
            Origin origin = _candidates[i].Origin;
            if (skipTried && choice.WasTried(origin))
            {
                continue;
            }

            ulong hash = SharedRandom.Mix(choice.HashKey ^ _seeds[i]);
            if (_equalWeights)
            {
                // The same winner as below: for equal weights the least draw is the greatest hash.
                if (hash >= bestHash)
                {
                    bestHash = hash;
                    best = origin;
                }

                continue;
            }

            // The hash as a number between 0 and 1, both excluded, made an exponential draw with the weight as its rate:
            // of such draws each is the least with a probability in proportion to its rate.
            double draw = -Math.Log(((hash >> 11) + 0.5) * (1.0 / (1L << 53))) * _perWeight[i];
            if (draw <= bestDraw)
            {
                bestDraw = draw;
                best = origin;
            }
        }

        return best;
    }
}
