using System.Text;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Errors;

/// <summary>
/// What a page leaves open. Pages of zones may use the first five; the rest is for the built-in pages.
/// </summary>
internal enum Placeholder : byte
{
    Status,
    Reason,
    Ray,
    Time,
    Host,
    Detail,
    Visitor,
    Operator,
    Word,
    Party,
    Extended,
    Extras,
    ClientState,
    EdgeState,
    OriginState,
}

/// <summary>A page with places to fill in, taken apart beforehand. Immutable.</summary>
internal sealed class PageTemplate
{
    /// <summary>The placeholders that the pages of zones may use.</summary>
    public const string ForZones = "{{status}}, {{reason}}, {{ray}}, {{time}}, {{host}}";

    private const int ZonePlaceholders = (int)Placeholder.Host + 1;

    private readonly Segment[] _segments;
    private readonly int _literalBytes;

    private PageTemplate(List<Segment> segments)
    {
        _segments = [.. segments];
        _literalBytes = segments.Sum(segment => segment.Literal?.Length ?? 0);
    }

    /// <summary>Takes a page apart.</summary>
    /// <param name="text">The page. <c>{{name}}</c> stands for a value; blanks inside the braces do not matter.</param>
    /// <param name="builtIn">Whether all placeholders may be used.</param>
    /// <param name="unknownAt">Where a name stands that is no placeholder, or -1.</param>
    /// <returns>Null when a name is unknown.</returns>
    public static PageTemplate? Parse(string text, bool builtIn, out int unknownAt)
    {
        List<Segment> segments = [];
        int literalStart = 0;
        for (int open; (open = text.IndexOf("{{", literalStart, StringComparison.Ordinal)) >= 0;)
        {
            int close = text.IndexOf("}}", open, StringComparison.Ordinal);
            string name = close < 0 ? "" : text[(open + 2)..close].Trim();
            if (!TryFind(name, builtIn, out Placeholder placeholder))
            {
                unknownAt = open;
                return null;
            }

            segments.Add(new Segment(Encoding.UTF8.GetBytes(text[literalStart..open]), default));
            segments.Add(new Segment(null, placeholder));
            literalStart = close + 2;
        }

        segments.Add(new Segment(Encoding.UTF8.GetBytes(text[literalStart..]), default));
        unknownAt = -1;
        return new PageTemplate(segments);
    }

    /// <summary>The same page with all filled in that does not change from one showing to the next.</summary>
    public PageTemplate Bind(PageText text)
    {
        List<Segment> segments = [];
        List<byte> literal = [];
        foreach (Segment segment in _segments)
        {
            if (segment.Literal is null && segment.Placeholder is Placeholder.Ray or Placeholder.Time or Placeholder.Host)
            {
                segments.Add(new Segment([.. literal], default));
                segments.Add(segment);
                literal.Clear();
            }
            else
            {
                literal.AddRange(segment.Literal ?? text[segment.Placeholder]);
            }
        }

        segments.Add(new Segment([.. literal], default));
        return new PageTemplate(segments);
    }

    /// <summary>The page with everything filled in.</summary>
    public byte[] Render(PageText text, in PageMoment moment)
    {
        if (_segments.Length == 1)
        {
            return _segments[0].Literal!;
        }

        int length = _literalBytes;
        foreach (ref readonly Segment segment in _segments.AsSpan())
        {
            length += segment.Literal is null ? Value(segment.Placeholder, text, moment).Length : 0;
        }

        byte[] page = GC.AllocateUninitializedArray<byte>(length);
        Span<byte> rest = page;
        foreach (ref readonly Segment segment in _segments.AsSpan())
        {
            ReadOnlySpan<byte> piece = segment.Literal ?? Value(segment.Placeholder, text, moment);
            piece.CopyTo(rest);
            rest = rest[piece.Length..];
        }

        return page;
    }

    private static bool TryFind(string name, bool builtIn, out Placeholder placeholder)
    {
        int known = builtIn ? WordsOf<Placeholder>.Count : ZonePlaceholders;
        for (int i = 0; i < known; i++)
        {
            if (WordsOf<Placeholder>.Text(i) == name)
            {
                placeholder = (Placeholder)i;
                return true;
            }
        }

        placeholder = default;
        return false;
    }

    private static ReadOnlySpan<byte> Value(Placeholder placeholder, PageText text, in PageMoment moment) => placeholder switch
    {
        Placeholder.Ray => moment.Ray,
        Placeholder.Time => moment.Time,
        Placeholder.Host => moment.Host,
        _ => text[placeholder],
    };

    private readonly record struct Segment(byte[]? Literal, Placeholder Placeholder);
}

/// <summary>What differs between two showings of the same page, escaped for its form.</summary>
internal readonly ref struct PageMoment
{
    public required ReadOnlySpan<byte> Ray { get; init; }

    public required ReadOnlySpan<byte> Time { get; init; }

    public required ReadOnlySpan<byte> Host { get; init; }
}
