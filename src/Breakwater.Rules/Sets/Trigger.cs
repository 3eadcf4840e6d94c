using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Sets;

/// <summary>Something to look for in a value, of which a filter needs at least one to have any chance. Immutable.</summary>
/// <param name="Source">The value to look in.</param>
/// <param name="Key">The value as it is written: sources that are written alike are the same.</param>
internal abstract record Trigger(ValueSyntax Source, string Key)
{
    /// <summary>What is looked for, as text: triggers of one source and one sought thing are the same.</summary>
    public abstract string Sought { get; }

    /// <summary>How often it may be expected to be there, as a guess: only the order matters.</summary>
    public abstract double Likelihood { get; }
}

internal sealed record TextTrigger(ValueSyntax Source, string Key, byte[] Literal, bool IgnoreCase, LiteralAnchor Anchor)
    : Trigger(Source, Key)
{
    /// <summary>The map in whose names it is looked for; null for the source's own value.</summary>
    public FieldId? NamesOf { get; init; }

    public override string Sought => $"{Anchor} {IgnoreCase} {Convert.ToHexString(Literal)}";

    public override double Likelihood => FewValues * (Anchor switch
    {
        LiteralAnchor.Whole => 1,
        LiteralAnchor.Anywhere => 3 + (4 * Math.Max(0, 4 - Literal.Length)),
        _ => 2 + (2 * Math.Max(0, 3 - Literal.Length)),
    });

    // What is looked for in a field that has only a handful of values is often there.
    private double FewValues => Source is FieldSyntax read ? read.Field switch
    {
        FieldId.HttpRequestMethod or FieldId.HttpRequestVersion or FieldId.CfTlsVersion => 30,
        FieldId.HttpHost => 8,
        FieldId.IpSrcContinent or FieldId.IpSrcCountry => 4,
        // Most headers that are asked about are in most requests.
        FieldId.HttpRequestHeaders or FieldId.HttpResponseHeaders or FieldId.RawHttpResponseHeaders => 30,
        _ => 1,
    } : 1.5;
}

internal sealed record IntTrigger(ValueSyntax Source, string Key, long First, long Last) : Trigger(Source, Key)
{
    public override string Sought => $"{First}..{Last}";

    public override double Likelihood => First == Last ? 2 : 10;
}

internal sealed record IpTrigger(ValueSyntax Source, string Key, IpRange Range) : Trigger(Source, Key)
{
    public override string Sought => Range.ToString();

    public override double Likelihood => Range.First == Range.Last ? 1 : 3;
}
