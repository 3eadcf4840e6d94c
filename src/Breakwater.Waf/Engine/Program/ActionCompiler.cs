using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>Makes actions ready to run. One loading, one thread.</summary>
internal sealed class ActionCompiler(ProgramNames names, RuleFinder rules, List<SecDiagnostic> diagnostics)
{
    public RuleAction[] Actions(SecRule rule)
    {
        List<RuleAction> actions = [];
        foreach (SecRuleAction action in rule.Actions)
        {
            switch (action)
            {
                case SetVar { Collection: SecVariable.Tx } set:
                    actions.Add(SetTx(set));
                    break;
                case SetVar set:
                    actions.Add(new SetPersistentAction(set.Collection, Text(set.Key), set.Mode, Text(set.Value)));
                    break;
                case ExpireVar { Collection: SecVariable.Tx } expire:
                    diagnostics.Add(new SecDiagnostic(expire.Position, SecSeverity.Note, "expirevar on TX has no effect: TX ends with the transaction", "remove it"));
                    break;
                case ExpireVar expire:
                    actions.Add(new ExpireVarAction(expire.Collection, Text(expire.Key), Text(expire.Seconds)));
                    break;
                case InitCol open:
                    actions.Add(new OpenCollectionAction(open.Collection, Text(open.Key), setsId: false));
                    break;
                case SetCollectionId open:
                    actions.Add(new OpenCollectionAction(open.Collection, Text(open.Key), setsId: true));
                    break;
            }
        }

        return [.. actions];
    }

    public CtlAction[] Controls(SecRule rule) => [.. rule.Actions.OfType<Ctl>().Select(Control).OfType<CtlAction>()];

    public MacroText Text(SecText? text) => MacroText.Compile(text, names);

    private SetTxAction SetTx(SetVar set)
    {
        int slot = set.Key.IsLiteral ? names.TxSlot(set.Key.Source) : -1;
        // What CRS and rules like it call the points that a request collects.
        bool isScore = set.Mode is SetVarMode.Add or SetVarMode.Subtract && set.Key.Source.Contains("anomaly_score", StringComparison.OrdinalIgnoreCase);
        return new SetTxAction(slot, Text(set.Key), set.Mode, Text(set.Value), isScore);
    }

    private CtlAction? Control(Ctl ctl)
    {
        ulong[] meant = ctl.Option switch
        {
            CtlOption.RuleRemoveById or CtlOption.RuleRemoveTargetById => rules.ById(ctl.Ids),
            CtlOption.RuleRemoveByTag or CtlOption.RuleRemoveTargetByTag => rules.ByTag(ctl.Value, ctl.Position, diagnostics),
            CtlOption.RuleRemoveByMsg or CtlOption.RuleRemoveTargetByMsg => rules.ByMessage(ctl.Value, ctl.Position, diagnostics),
            _ => [],
        };
        TargetExclusion? exclusion = null;
        if (ctl.Target is { } target)
        {
            NameSelector? members = null;
            bool isXml = target.Variable == SecVariable.Xml;
            if (target.Selector is not null && !isXml && (members = NameSelector.Compile(target.Selector, target.Position, diagnostics)) is null) return null;
            exclusion = new TargetExclusion(meant, target.Variable, members, isXml && Equals(target.Selector, SecSelector.XmlAttributes));
        }

        return new CtlAction(ctl.Option, ctl.Value, meant, exclusion);
    }
}
