namespace Breakwater.Config;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Suggestion
{
    // Longer than any key; bounds the work for a hostile or broken document.
    private const int MaxLength = 40;

    /// <summary>
    /// The candidate nearest to what was written, or null when none is near: at most one mistake in three characters, where a mistake is a
    /// character too many, too few, wrong, or swapped with its neighbour (Damerau-Levenshtein, optimal string alignment). Case and the
    /// choice between <c>_</c> and <c>-</c> are no mistakes.
    /// </summary>
    /// <param name="written">What was written.</param>
    /// <param name="candidates">What could have been meant.</param>
    /// <param name="atMost">The most mistakes to assume, however long the text.</param>
    public static string? For(string written, IEnumerable<string> candidates, int atMost = int.MaxValue)
    {
        if (written.Length is 0 or > MaxLength) return null;
        string folded = Fold(written);
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = Distance(folded, Fold(candidate));
            if (distance < bestDistance && distance <= Math.Min(atMost, Math.Max(1, Math.Min(written.Length, candidate.Length) / 3)))
            {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static string Fold(string text) => text.ToLowerInvariant().Replace('-', '_');

    private static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        int[] row = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(substituted, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, row) = (last, row, beforeLast);
        }
        return last[b.Length];
    }
}
