using System.Globalization;
using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>Makes a <see cref="WafProgram"/> of rules. One loading, one thread.</summary>
internal sealed class ProgramCompiler
{
    private readonly SecRuleset _ruleset;
    private readonly List<SecDiagnostic> _diagnostics = [];
    private readonly ProgramNames _names = new();
    private readonly OperatorCompiler _operators = new();
    private readonly OperatorBits _requestBits = new();
    private readonly OperatorBits _responseBits = new();
    private readonly TargetCompiler _targets;
    private readonly ActionCompiler _actions;

    public ProgramCompiler(SecRuleset ruleset)
    {
        _ruleset = ruleset;
        _targets = new TargetCompiler(_names, _diagnostics);
        _actions = new ActionCompiler(_names, new RuleFinder([.. ruleset.Rules]), _diagnostics);
    }

    /// <summary>Runs every operator on every value, without asking the index first: what tests compare with.</summary>
    internal bool WithoutIndex { get; init; }

    public WafCompilation Compile()
    {
        List<WafRule> rules = [];
        Dictionary<SecEntry, WafRule> compiled = new(ReferenceEqualityComparer.Instance);
        foreach (SecRule source in _ruleset.Rules)
        {
            if (Rule(source, rules.Count) is not { } rule) continue;
            rules.Add(rule);
            compiled[source] = rule;
        }

        if (_diagnostics.Exists(d => d.Severity == SecSeverity.Error)) return new WafCompilation(null, [.. _diagnostics]);
        WafRule[][] phases = Phases(compiled);
        CompiledRules all = new(
            [.. rules], phases, _targets.All, _targets.Feeds, _targets.ChainCount, [.. _requestBits.Operators], [.. _responseBits.Operators],
            rules.Exists(r => Looks(r.First, SecVariable.FilesTmpContent)));
        return new WafCompilation(new WafProgram(_ruleset.Configuration, all, _names), [.. _diagnostics]);
    }

    private static bool Looks(RuleLink? link, SecVariable variable)
    {
        for (; link is not null; link = link.Next)
        {
            if (Array.Exists(link.Pieces, p => p.Variable == variable)) return true;
        }

        return false;
    }

    private WafRule? Rule(SecRule source, int ordinal)
    {
        if (Link(source) is not { } first) return null;
        SecRule told = TellingLink(source);
        WafRule rule = new(source, ordinal, first)
        {
            Location = _actions.Text(source.Disruptive.Location),
            Msg = _actions.Text(told.Msg),
            LogData = _actions.Text(told.LogData ?? source.LogData),
        };
        for (RuleLink? link = first; link is not null; link = link.Next) link.Rule = rule;
        return rule;
    }

    /// <summary>The message may stand in any link of a chain.</summary>
    private static SecRule TellingLink(SecRule source)
    {
        for (SecRule? link = source; link is not null; link = link.Chained)
        {
            if (link.Msg is not null) return link;
        }

        return source;
    }

    private RuleLink? Link(SecRule source)
    {
        RuleLink? next = null;
        if (source.Chained is not null && (next = Link(source.Chained)) is null) return null;
        SecText? expression = ExpressionWithMacros(source.Operator);
        if ((expression is null ? Operator(source.Operator) : new RxWithMacros()) is not { } op) return null;

        bool takesText = expression is not null || SecOperators.TakesText(source.Operator.Kind);
        TargetPiece[] pieces = _targets.Pieces(source.Targets);
        TransformChain chain = _targets.Chain(source.Transformations);
        bool isGeo = source.Operator.Kind == SecOperatorKind.GeoLookup;
        Bundle? bundle = isGeo ? null : _targets.Bundle(pieces, chain, source.MultiMatch);
        return new RuleLink
        {
            Kind = KindOf(source, pieces, bundle, chain),
            Pieces = pieces,
            Bundle = bundle,
            Chain = chain,
            MultiMatch = source.MultiMatch,
            Operator = op,
            IsGeoLookup = isGeo,
            Negated = source.Operator.Negated,
            Argument = takesText ? _actions.Text(expression ?? source.Operator.Argument) : MacroText.Empty,
            LiteralArgument = LiteralOf(expression ?? source.Operator.Argument, takesText),
            Bit = bundle is null || takesText || WithoutIndex ? -1 : (bundle.IsResponse ? _responseBits : _requestBits).Of(op),
            Capture = source.Capture,
            Actions = _actions.Actions(source),
            Controls = _actions.Controls(source),
            Severity = source.Severity,
            Next = next,
        };
    }

    private static byte[]? LiteralOf(SecText argument, bool takesText) =>
        !takesText ? [] : argument.IsLiteral ? System.Text.Encoding.UTF8.GetBytes(argument.Source) : null;

    /// <summary>
    /// The expression of an <c>@rx</c> that holds macros. A <c>%{</c> that begins none is part of the expression: <c>%{2}</c> is two percent
    /// signs.
    /// </summary>
    private static SecText? ExpressionWithMacros(SecOperator source)
    {
        bool mayHold = source.Kind == SecOperatorKind.Rx && source.Argument.Source.Contains("%{", StringComparison.Ordinal);
        return mayHold && SecText.Parse(source.Argument.Source, out SecText text) is null && !text.IsLiteral ? text : null;
    }

    private static LinkKind KindOf(SecRule source, TargetPiece[] pieces, Bundle? bundle, TransformChain chain)
    {
        if (source.Targets.IsEmpty) return LinkKind.Always;
        if (bundle is not null) return LinkKind.Bundle;
        bool isTx = pieces.Length == 1 && pieces[0].TxSlot >= 0 && chain.IsEmpty && source.Operator.Kind != SecOperatorKind.GeoLookup;
        return isTx ? LinkKind.Tx : LinkKind.Volatile;
    }

    private Operator? Operator(SecOperator source) =>
        source.Kind == SecOperatorKind.GeoLookup ? new NoMatch() : _operators.Compile(source, _diagnostics);

    /// <summary>The rules by phase, and where each skip leads.</summary>
    private WafRule[][] Phases(Dictionary<SecEntry, WafRule> compiled)
    {
        List<WafRule>[] phases = [.. Enumerable.Range(0, 6).Select(_ => new List<WafRule>())];
        Dictionary<(string Name, int Phase), List<int>> places = [];
        foreach (SecEntry entry in _ruleset.Entries)
        {
            if (entry is SecMarker marker)
            {
                for (int phase = 1; phase <= 5; phase++) Place(marker.Name, phase, phases[phase].Count);
            }
            else if (compiled.TryGetValue(entry, out WafRule? rule))
            {
                phases[(int)rule.Phase].Add(rule);
                Place(rule.Id.ToString(CultureInfo.InvariantCulture), (int)rule.Phase, phases[(int)rule.Phase].Count);
            }
        }

        foreach (List<WafRule> rules in phases)
        {
            for (int i = 0; i < rules.Count; i++) rules[i].SkipTo = SkipTarget(rules, i, places);
        }

        return [.. phases.Select(static rules => rules.ToArray())];

        void Place(string name, int phase, int at)
        {
            if (!places.TryGetValue((name, phase), out List<int>? list)) places[(name, phase)] = list = [];
            list.Add(at);
        }
    }

    private static int SkipTarget(List<WafRule> rules, int at, Dictionary<(string Name, int Phase), List<int>> places)
    {
        SecRule source = rules[at].Source;
        if (source.SkipAfter is { } name)
        {
            // The first place of this name behind the rule; where there is none, the phase is over.
            return places.TryGetValue((name, (int)source.Phase), out List<int>? found) && found.Exists(p => p > at) ? found.Find(p => p > at) : rules.Count;
        }

        return source.Skip > 0 ? Math.Min(rules.Count, at + 1 + source.Skip) : -1;
    }

    /// <summary>Gives operators their bits.</summary>
    private sealed class OperatorBits
    {
        private readonly Dictionary<Operator, int> _bits = new(ReferenceEqualityComparer.Instance);

        public List<Operator> Operators { get; } = [];

        public int Of(Operator op)
        {
            if (_bits.TryGetValue(op, out int bit)) return bit;
            Operators.Add(op);
            return _bits[op] = Operators.Count - 1;
        }
    }
}
