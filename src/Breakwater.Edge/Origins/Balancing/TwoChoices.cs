namespace Breakwater.Edge.Origins.Balancing;

/// <summary>
/// Power of two choices (Mitzenmacher, 2001): two different origins are drawn at random by weight, and the one with less load for its
/// weight gets the request. Keeps the greatest load nearly even without the herding of "always the least loaded", where many edges
/// pick the same origin at once. When loads are equal the first draw decides, so that a quiet site follows the weights too.
/// </summary>
internal sealed class TwoChoices : OriginSelector
{
    private readonly SharedRandom _random;
    private readonly Candidate[] _candidates;

    // _ends[i] is the sum of the weights up to and including candidate i.
    private readonly long[] _ends;

    public TwoChoices(Candidate[] candidates, SharedRandom random)
    {
        _random = random;
        _candidates = candidates;
        _ends = new long[candidates.Length];
        long sum = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            sum += candidates[i].Weight;
            _ends[i] = sum;
        }
    }

    public override Origin? Choose(in OriginChoice choice)
    {
        Candidate[] candidates = _candidates;
        if (candidates.Length <= 1)
        {
            return candidates.Length == 0 ? null : candidates[0].Origin;
        }

        ulong random = _random.Next();
        if (choice.Attempts > 0 && ChooseUntried(in choice, random) is { } untried)
        {
            return untried;
        }

        long total = _ends[^1];
        int first = Find(SharedRandom.Below(random, total));

        // The second draw is over the others only: their weights, as if the first one's stretch were cut out.
        ref readonly Candidate a = ref candidates[first];
        long point = SharedRandom.Below(SharedRandom.Mix(random), total - a.Weight);
        ref readonly Candidate b = ref candidates[Find(point < _ends[first] - a.Weight ? point : point + a.Weight)];
        return a.Origin.Load * b.Weight <= b.Origin.Load * a.Weight ? a.Origin : b.Origin;
    }

    /// <summary>A retry: by weight among those that were not tried.</summary>
    private Origin? ChooseUntried(in OriginChoice choice, ulong random)
    {
        long total = 0;
        foreach (ref readonly Candidate candidate in _candidates.AsSpan())
        {
            total += choice.WasTried(candidate.Origin) ? 0 : candidate.Weight;
        }

        long point = SharedRandom.Below(random, total);
        foreach (ref readonly Candidate candidate in _candidates.AsSpan())
        {
            if (!choice.WasTried(candidate.Origin))
            {
                point -= candidate.Weight;
                if (point < 0)
                {
                    return candidate.Origin;
                }
            }
        }

        return null;
    }

    /// <summary>The candidate whose stretch of the sum of weights holds a point.</summary>
    private int Find(long point)
    {
        long[] ends = _ends;
        if (ends.Length <= 8)
        {
            int index = 0;
            while (ends[index] <= point)
            {
                index++;
            }

            return index;
        }

        int low = 0;
        int high = ends.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ends[middle] <= point)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
