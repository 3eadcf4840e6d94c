using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>Works one exclusion of a zone into bitmaps, and says so when it has no effect. One loading, one thread.</summary>
internal sealed class ExclusionReader(WafProgram program, SecPosition position, ICollection<SecDiagnostic> diagnostics)
{
    private static readonly SecVariable[] ParameterVariables = [SecVariable.Args, SecVariable.ArgsGet, SecVariable.ArgsPost];

    public void Read(WafExclusion exclusion, ulong[] removed, ulong[] concerned, List<TargetExclusion> exclusions)
    {
        ulong[] rules = Rules(exclusion);
        if (RuleBits.Count(rules) == 0)
        {
            Warn("no rule is meant", "mend the id or the tag, or remove the exclusion");
            return;
        }

        int before = exclusions.Count;
        foreach (string name in exclusion.Parameters) Add(ParameterVariables, name, rules, exclusions);
        foreach (string name in exclusion.Headers) Add([SecVariable.RequestHeaders], name, rules, exclusions);
        foreach (string name in exclusion.Cookies) Add([SecVariable.RequestCookies], name, rules, exclusions);
        foreach (string target in exclusion.Targets) AddTarget(target, rules, exclusions);
        bool hasTargets = exclusion.Parameters.Length + exclusion.Headers.Length + exclusion.Cookies.Length + exclusion.Targets.Length > 0;
        if (!hasTargets) Merge(rules, removed);
        else if (exclusions.Count > before) Merge(rules, concerned);
    }

    private static void Merge(ulong[] from, ulong[] into)
    {
        for (int i = 0; i < from.Length; i++) into[i] |= from[i];
    }

    private ulong[] Rules(WafExclusion exclusion)
    {
        ulong[] bits = RuleBits.Make(program.Rules.Length);
        bool all = exclusion.Rules.IsEmpty && exclusion.Tags.IsEmpty;
        if (all && exclusion.Parameters.IsEmpty && exclusion.Headers.IsEmpty && exclusion.Cookies.IsEmpty && exclusion.Targets.IsEmpty) return bits;
        foreach (WafRule rule in program.Rules)
        {
            bool isMeant = all || exclusion.Rules.Any(r => r.Contains(rule.Id)) || rule.Tags.Any(t => exclusion.Tags.Contains(t, StringComparer.OrdinalIgnoreCase));
            if (isMeant) RuleBits.Add(bits, rule.Ordinal);
        }

        return bits;
    }

    private void Add(ReadOnlySpan<SecVariable> variables, string name, ulong[] rules, List<TargetExclusion> exclusions)
    {
        bool any = false;
        foreach (SecVariable variable in variables)
        {
            if (!AreRead(rules, variable, isXmlAttributes: false)) continue;
            any = true;
            exclusions.Add(new TargetExclusion(rules, variable, NameSelector.OfPath(ParameterPath.Parse(name)), IsXmlAttributes: false));
        }

        if (!any) Warn($"none of the rules looks at what {SecNames.Quote(name)} names", "mend the rules or the name, or remove it");
    }

    private void AddTarget(string text, ulong[] rules, List<TargetExclusion> exclusions)
    {
        List<SecTarget> targets = [];
        if (SecTargetParser.Parse(text, _ => position, 64, targets) is { } fault)
        {
            diagnostics.Add(new SecDiagnostic(position, SecSeverity.Error, fault.Problem, fault.Remedy));
            return;
        }

        foreach (SecTarget target in targets)
        {
            NameSelector? members = null;
            bool isXml = target.Variable == SecVariable.Xml;
            if (target.Selector is not null && !isXml && (members = NameSelector.Compile(target.Selector, position, diagnostics)) is null) return;
            bool attributes = isXml && Equals(target.Selector, SecSelector.XmlAttributes);
            if (AreRead(rules, target.Variable, attributes)) exclusions.Add(new TargetExclusion(rules, target.Variable, members, attributes));
            else Warn($"none of the rules looks at {target}", "mend the rules or the target, or remove it");
        }
    }

    private bool AreRead(ulong[] rules, SecVariable variable, bool isXmlAttributes)
    {
        foreach (WafRule rule in program.Rules)
        {
            if (!RuleBits.Has(rules, rule.Ordinal)) continue;
            for (RuleLink? link = rule.First; link is not null; link = link.Next)
            {
                if (Array.Exists(link.Pieces, p => p.Variable == variable && p.IsXmlAttributes == isXmlAttributes)) return true;
            }
        }

        return false;
    }

    private void Warn(string problem, string remedy) => diagnostics.Add(new SecDiagnostic(position, SecSeverity.Warning, problem, remedy));
}
