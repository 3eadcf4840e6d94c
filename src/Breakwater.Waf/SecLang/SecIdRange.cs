using System.Globalization;

namespace Breakwater.Waf.SecLang;

/// <summary>Rule ids from one to another, both included. Immutable.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public readonly record struct SecIdRange(long From, long To)
{
    /// <summary>Whether an id is in it.</summary>
    public bool Contains(long id) => id >= From && id <= To;

    /// <summary><c>1-5</c>, or <c>1</c>.</summary>
    public override string ToString() =>
        From == To ? From.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{From}-{To}");

    /// <summary>Reads <c>942100</c> or <c>942100-942199</c>.</summary>
    internal static SecFault? Parse(ReadOnlySpan<char> text, out SecIdRange range)
    {
        range = default;
        text = text.Trim();
        int dash = text.IndexOf('-');
        if (TryId(dash < 0 ? text : text[..dash], out long from) && TryId(dash < 0 ? text : text[(dash + 1)..], out long to) && from <= to)
        {
            range = new SecIdRange(from, to);
            return null;
        }

        return new SecFault($"{SecNames.Quote(text)} is no rule id and no range of them", "write 942100 or 942100-942199");
    }

    internal static bool TryId(ReadOnlySpan<char> text, out long id) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
