using System.Collections.Immutable;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// A rule of a <see cref="WafProgram"/>, with all links of its chain: what people are told about it, and, inside, how it runs. Immutable.
/// </summary>
public sealed class WafRule
{
    internal WafRule(SecRule source, int ordinal, RuleLink first)
    {
        Source = source;
        Ordinal = ordinal;
        First = first;
        Message = source.Msg?.Source ?? MessageOf(source.Chained);
    }

    /// <summary>The rule as it is written.</summary>
    public SecRule Source { get; }

    /// <summary>Its number among the rules of the program, in the order they are written; from 0.</summary>
    public int Ordinal { get; }

    /// <summary>Its id.</summary>
    public long Id => Source.Id;

    /// <summary>When it runs.</summary>
    public SecPhase Phase => Source.Phase;

    /// <summary>What it finds, as it is written; empty where it does not say.</summary>
    public string Message { get; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<string> Tags => Source.Tags;

    /// <summary>0 (emergency) to 7 (debug); null when it says nothing.</summary>
    public int? Severity => Source.Severity;

    internal RuleLink First { get; }

    /// <summary>Where in its phase to go on once it matched; -1 for the next rule.</summary>
    internal int SkipTo { get; set; } = -1;

    /// <summary>Whether all that it does, once it matched, is to go on elsewhere, and nobody hears of it.</summary>
    internal bool OnlySkips => SkipTo >= 0 && First.Actions.Length == 0 && OnlySets;

    /// <summary>Whether all that it does, once it matched, is to run its actions and perhaps to go on elsewhere, and nobody hears of it.</summary>
    internal bool OnlySets =>
        First is { Next: null, Controls.Length: 0, Capture: false, Severity: null }
        && Source is { Log: false, AuditLog: false, Disruptive.Kind: SecDisruptiveKind.Pass };

    internal MacroText Location { get; init; } = MacroText.Empty;

    internal MacroText Msg { get; init; } = MacroText.Empty;

    internal MacroText LogData { get; init; } = MacroText.Empty;

    /// <summary>As people name it.</summary>
    public override string ToString() => $"{Id} {Message}";

    private static string MessageOf(SecRule? link) => link is null ? "" : link.Msg?.Source ?? MessageOf(link.Chained);
}
