namespace Breakwater.Rules.Syntax;

/// <summary>Finds the known name that a person probably meant.</summary>
internal static class Suggestions
{
    /// <summary>Longer names are no typing errors of anything, and would cost time.</summary>
    private const int LongestName = 80;

    /// <summary>The nearest name by typing errors, if at most a third of it is wrong; null when nothing is near.</summary>
    public static string? Nearest(ReadOnlySpan<char> name, IEnumerable<string> names)
    {
        if (name.Length is 0 or > LongestName) return null;
        int best = Math.Max(1, name.Length / 3) + 1;
        string? nearest = null;
        foreach (string candidate in names)
        {
            if (candidate.AsSpan().Equals(name, StringComparison.OrdinalIgnoreCase)) return candidate;
            if (Math.Abs(candidate.Length - name.Length) >= best || candidate.Length > LongestName) continue;
            int distance = Distance(name, candidate);
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that make one name the other, letters' case aside.</summary>
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> before = stackalloc int[LongestName + 1];
        Span<int> previous = stackalloc int[LongestName + 1];
        Span<int> current = stackalloc int[LongestName + 1];
        for (int j = 0; j <= b.Length; j++) previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                char x = char.ToLowerInvariant(a[i - 1]), y = char.ToLowerInvariant(b[j - 1]);
                int cost = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (x == y ? 0 : 1));
                if (i > 1 && j > 1 && x == char.ToLowerInvariant(b[j - 2]) && y == char.ToLowerInvariant(a[i - 2]))
                {
                    cost = Math.Min(cost, before[j - 2] + 1);
                }

                current[j] = cost;
            }

            Span<int> free = before;
            before = previous;
            previous = current;
            current = free;
        }

        return previous[b.Length];
    }
}
