namespace Breakwater.Http;

/// <summary>A language that a client takes. Immutable.</summary>
/// <param name="Start">Where its tag begins in the field's value.</param>
/// <param name="Length">The length of the tag.</param>
/// <param name="Weight">How much it is wanted, in thousandths: 1 to 1000.</param>
public readonly record struct AcceptedLanguage(int Start, int Length, int Weight);

/// <summary>Accept-Language (RFC 9110 §12.5.4): the tags by weight, the heaviest first. Stateless, allocates nothing.</summary>
public static class AcceptedLanguages
{
    /// <summary>
    /// Reads the tags. Among equals the order of the field stays; <c>*</c> and what is not acceptable (<c>q=0</c>) are left out. Where there
    /// is no room for all, the first that were sent are taken.
    /// </summary>
    /// <param name="field">The field's value; several lines joined by commas.</param>
    /// <param name="languages">Receives the tags. The work is its length times the number of tags at most.</param>
    /// <returns>How many there are.</returns>
    public static int Read(ReadOnlySpan<byte> field, Span<AcceptedLanguage> languages)
    {
        int count = 0;
        int at = 0;
        while (at < field.Length && count < languages.Length)
        {
            int comma = field[at..].IndexOf((byte)',');
            int end = comma < 0 ? field.Length : at + comma;
            if (TryReadOne(field, at, end, out AcceptedLanguage language))
            {
                int place = count++;
                for (; place > 0 && languages[place - 1].Weight < language.Weight; place--)
                {
                    languages[place] = languages[place - 1];
                }

                languages[place] = language;
            }

            at = end + 1;
        }

        return count;
    }

    private static bool TryReadOne(ReadOnlySpan<byte> field, int start, int end, out AcceptedLanguage language)
    {
        ReadOnlySpan<byte> element = field[start..end];
        int semicolon = element.IndexOf((byte)';');
        ReadOnlySpan<byte> padded = semicolon < 0 ? element : element[..semicolon];
        ReadOnlySpan<byte> tag = Octets.Trim(padded);
        int weight = semicolon < 0 ? QualityValue.Full : QualityValue.OfParameters(element[(semicolon + 1)..]);
        int leading = padded.Length - padded.TrimStart(" \t"u8).Length;
        language = new AcceptedLanguage(start + leading, tag.Length, weight);
        return !tag.IsEmpty && weight > 0 && !tag.SequenceEqual("*"u8);
    }
}
