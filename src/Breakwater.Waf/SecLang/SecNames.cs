namespace Breakwater.Waf.SecLang;

/// <summary>How findings speak about words of a rule file. Stateless.</summary>
internal static class SecNames
{
    private const int QuotedLength = 60;

    /// <summary>A text of the operator's in quotes, shortened, without control characters.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        string shown = text.Length <= QuotedLength ? text.ToString() : $"{text[..QuotedLength]}…";
        return $"\"{string.Concat(shown.Select(c => char.IsControl(c) ? '·' : c))}\"";
    }

    /// <summary>The nearest of the names there are, as a question, or where to look them up.</summary>
    public static string DidYouMean(ReadOnlySpan<char> name, IEnumerable<string> names)
    {
        string? nearest = null;
        int least = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in names)
        {
            int distance = Distance(name, candidate, least);
            if (distance < least) (least, nearest) = (distance, candidate);
        }

        return nearest is null ? "see docs/waf.md for the names there are" : $"did you mean {nearest}?";
    }

    /// <summary>Edit distance without regard to case; <paramref name="limit"/> when it is at least that.</summary>
    private static int Distance(ReadOnlySpan<char> a, string b, int limit)
    {
        if (a.Length > 64 || Math.Abs(a.Length - b.Length) >= limit) return limit;
        Span<int> row = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int cost = char.ToUpperInvariant(a[i]) == char.ToUpperInvariant(b[j]) ? 0 : 1;
                int best = Math.Min(Math.Min(row[j] + 1, row[j + 1] + 1), diagonal + cost);
                diagonal = row[j + 1];
                row[j + 1] = best;
            }
        }

        return Math.Min(row[b.Length], limit);
    }
}
