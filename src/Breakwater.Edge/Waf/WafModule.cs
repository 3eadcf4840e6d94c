using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Rules;
using Breakwater.Rules;

namespace Breakwater.Edge.Waf;

/// <summary>
/// The firewall of a zone at work on requests: the head, then the body, which it has read ahead. Immutable.
/// </summary>
/// <param name="waf">The firewall.</param>
/// <param name="phase">
/// Where it stands: <see cref="RequestPhase.WafHead"/>, where its verdict takes effect, or before the first rules that ask for its score, where it
/// only finds out.
/// </param>
internal sealed class WafModule(ZoneWaf waf, RequestPhase phase) : IRequestModule
{
    private static readonly FieldId[] Scores =
        [FieldId.CfWafScore, FieldId.CfWafScoreClass, FieldId.CfWafScoreRce, FieldId.CfWafScoreSqli, FieldId.CfWafScoreXss];

    /// <inheritdoc/>
    public string Name => phase == RequestPhase.WafHead ? "waf" : "waf_score";

    /// <inheritdoc/>
    public ModuleId Module => ModuleId.Waf;

    /// <inheritdoc/>
    public RequestPhase Phase => phase;

    /// <summary>
    /// The modules that a zone needs for its firewall: one, and where rules ask for its score another one before them. To be put before modules
    /// of rules that stand in the same phase.
    /// </summary>
    public static IEnumerable<WafModule> For(ZoneWaf waf, ZoneRules? rules)
    {
        if (rules is not null && Array.Exists(Scores, rules.Phases.Reads))
        {
            yield return new WafModule(waf, RequestPhase.Rewrite);
        }

        yield return new WafModule(waf, RequestPhase.WafHead);
    }

    /// <inheritdoc/>
    public Verdict OnRequest(Exchange exchange) => phase == RequestPhase.WafHead ? exchange.Waf.Judge(waf) : exchange.Waf.Examine(waf);

    /// <inheritdoc/>
    public void Abandon(Exchange exchange) => exchange.Waf.Abandon();
}
