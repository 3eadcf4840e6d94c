using System.Collections.Immutable;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.SecLang;

/// <summary>A rule while files are still read: later directives may change it. Owned by the parser.</summary>
internal sealed class SecRuleDraft(SecPosition position, SecActionSet actions, SecActionSet? defaults)
{
    public SecPosition Position => position;

    public SecActionSet Actions => actions;

    /// <summary>The SecDefaultAction that stood before it, of its phase.</summary>
    public SecActionSet? Defaults => defaults;

    public List<SecTarget> Targets { get; set; } = [];

    public required SecOperator Operator { get; init; }

    public SecRuleDraft? Chained { get; set; }

    public bool IsRemoved { get; set; }

    public long Id => actions.Id ?? 0;

    /// <summary>The link of the chain at an offset; the rule itself has offset 0.</summary>
    public SecRuleDraft? Link(int offset)
    {
        SecRuleDraft? link = this;
        while (offset-- > 0 && link is not null) link = link.Chained;
        return link;
    }

    public SecRule Build() => Build(Id, actions.Phase ?? SecPhase.RequestBody);

    private SecRule Build(long id, SecPhase phase) => new(position)
    {
        Id = id,
        Phase = phase,
        Targets = [.. Targets],
        Operator = Operator,
        Transformations = BuildTransformations(),
        MultiMatch = actions.MultiMatch ?? false,
        Capture = actions.Capture ?? false,
        Disruptive = BuildDisruptive(),
        Status = actions.Status ?? defaults?.Status ?? 0,
        Actions = [.. defaults?.Actions ?? [], .. actions.Actions],
        Skip = actions.Skip ?? 0,
        SkipAfter = actions.SkipAfter,
        Log = actions.Log ?? defaults?.Log ?? true,
        AuditLog = actions.AuditLog ?? defaults?.AuditLog ?? actions.Log ?? defaults?.Log ?? true,
        Msg = actions.Msg,
        LogData = actions.LogData,
        Tags = [.. defaults?.Tags ?? [], .. actions.Tags],
        Severity = actions.Severity ?? defaults?.Severity,
        Ver = actions.Ver,
        Rev = actions.Rev,
        Maturity = actions.Maturity,
        Accuracy = actions.Accuracy,
        Chained = Chained?.Build(id, phase),
    };

    private ImmutableArray<TransformationKind> BuildTransformations() =>
        actions.ClearsTransformations || defaults is null ? [.. actions.Transformations] : [.. defaults.Transformations, .. actions.Transformations];

    private SecDisruptive BuildDisruptive()
    {
        SecWrittenDisruptive? written = actions.Disruptive;
        SecWrittenDisruptive? inherited = defaults?.Disruptive;
        if (written is null) return inherited is null ? SecDisruptive.Pass : new SecDisruptive(inherited.Kind, inherited.Location);
        if (!written.IsBlock) return new SecDisruptive(written.Kind, written.Location);
        return new SecDisruptive(inherited?.Kind ?? SecDisruptiveKind.Pass, inherited?.Location, IsBlock: true);
    }
}
