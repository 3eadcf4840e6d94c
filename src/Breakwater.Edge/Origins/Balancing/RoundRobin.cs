namespace Breakwater.Edge.Origins.Balancing;

/// <summary>
/// Smooth weighted round robin: a table of turns in which each origin stands as often as its weight says, evenly spread, so that weights
/// 5, 1, 1 give a a a b a a c and never a run of all five. The table is made once for each state of health; a choice takes the
/// next turn with one interlocked increment.
/// </summary>
internal sealed class RoundRobin : OriginSelector
{
    /// <summary>
    /// Turns in the table, unless there are more origins. Weights that need more are rounded to it, no origin to less than one turn.
    /// </summary>
    public const int MaxTurns = 4096;

    private readonly Origin[] _turns;
    private readonly TurnCounter _counter;

    public RoundRobin(Candidate[] candidates, TurnCounter counter)
    {
        _counter = counter;
        _turns = candidates.Length == 0 ? [] : Spread(candidates);
    }

    public override Origin? Choose(in OriginChoice choice)
    {
        Origin[] turns = _turns;
        if (turns.Length == 0)
        {
            return null;
        }

        int turn = (int)(_counter.Next() % (uint)turns.Length);
        if (choice.Attempts > 0)
        {
            for (int i = 0; i < turns.Length; i++)
            {
                Origin next = turns[(turn + i) % turns.Length];
                if (!choice.WasTried(next))
                {
                    return next;
                }
            }
        }

        return turns[turn];
    }

    private static Origin[] Spread(Candidate[] candidates)
    {
        int[] counts = Counts(candidates);
        int total = counts.Sum();
        var positions = new double[total];
        var turns = new Origin[total];
        int next = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            // Each origin's turns are evenly spaced over the round; the phase keeps equal weights in configured order.
            double phase = (i + 0.5) / candidates.Length;
            for (int k = 0; k < counts[i]; k++, next++)
            {
                positions[next] = (k + phase) / counts[i];
                turns[next] = candidates[i].Origin;
            }
        }

        Array.Sort(positions, turns);
        return turns;
    }

    /// <summary>How many turns each origin gets: the weights in lowest terms, scaled down where that is still too many.</summary>
    private static int[] Counts(Candidate[] candidates)
    {
        long divisor = 0;
        long total = 0;
        foreach (Candidate candidate in candidates)
        {
            divisor = GreatestCommonDivisor(candidate.Weight, divisor);
            total += candidate.Weight;
        }

        double scale = Math.Min(1.0 / divisor, MaxTurns / (double)total);
        return Array.ConvertAll(candidates, candidate => Math.Max(1, (int)Math.Round(candidate.Weight * scale)));
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}

/// <summary>Whose turn it is: survives changes of health, so that the round goes on where it was. Thread-safe.</summary>
internal sealed class TurnCounter
{
    private uint _taken = uint.MaxValue;

    /// <summary>Takes a turn.</summary>
    public uint Next() => Interlocked.Increment(ref _taken);
}
