using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@rxGlobal</c>: as <see cref="Rx"/>, for all matches one after the other; a group is what it was in the last match that had it.
/// </summary>
public sealed class RxGlobal : Rx
{
    // Each match costs a search of its own; what follows that many is for no rule to see.
    private const int MaxMatches = 1000;

    private RxGlobal(ByteRegex regex)
        : base(regex)
    {
    }

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        if (!Regex.IsMatch(value)) return false;
        groups.Fill(ByteRange.None);
        Span<ByteRange> match = stackalloc ByteRange[MaxGroups];
        int at = 0;
        bool any = false;
        for (int i = 0; i < MaxMatches && at <= value.Length && Regex.TryMatch(value, at, match); i++)
        {
            any = true;
            at = match[0].End > match[0].Start ? match[0].End : match[0].End + 1;
            for (int g = 0; g < Math.Min(groups.Length, MaxGroups); g++)
            {
                if (!match[g].IsNone) groups[g] = match[g];
            }
        }

        count = any ? Math.Min(Math.Min(groups.Length, MaxGroups), Regex.GroupCount) : 0;
        return any;
    }

    internal static new RxGlobal Create(ByteRegex regex) => new(regex);
}
