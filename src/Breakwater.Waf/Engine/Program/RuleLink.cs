using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>How a link finds out whether it matches.</summary>
internal enum LinkKind
{
    /// <summary>SecAction: always.</summary>
    Always,

    /// <summary>One member of TX under a name that is written, or its count, as it is: most rules that steer others are of this kind.</summary>
    Tx,

    /// <summary>All targets are known for good when the rule runs.</summary>
    Bundle,

    /// <summary>Anything else.</summary>
    Volatile,
}

/// <summary>A rule or one link of its chain, ready to run. Immutable once the program is compiled.</summary>
internal sealed class RuleLink
{
    public WafRule Rule { get; set; } = null!;

    public required LinkKind Kind { get; init; }

    public required TargetPiece[] Pieces { get; init; }

    public Bundle? Bundle { get; init; }

    public required TransformChain Chain { get; init; }

    public bool MultiMatch { get; init; }

    public required Operator Operator { get; init; }

    public bool IsGeoLookup { get; init; }

    public bool Negated { get; init; }

    public required MacroText Argument { get; init; }

    /// <summary>The argument where it holds no macro; null where it does.</summary>
    public byte[]? LiteralArgument { get; init; }

    /// <summary>The operator's bit among the candidates; -1 where it has none.</summary>
    public int Bit { get; init; } = -1;

    /// <summary>
    /// Whether values are searched for what the operator needs before the rule's turn comes. Not digests of them: a search finds nothing there, and to make
    /// one is dear for a rule that may be leapt over, as the one is that takes samples by the unique id in CRS.
    /// </summary>
    public bool CanBeSearched => Bit >= 0 && !Negated && !Chain.IsDigest;

    public bool Capture { get; init; }

    /// <summary>Actions for each value that matches, in order.</summary>
    public required RuleAction[] Actions { get; init; }

    /// <summary>Changes of the engine, once the whole chain matched.</summary>
    public required CtlAction[] Controls { get; init; }

    public int? Severity { get; init; }

    public RuleLink? Next { get; init; }
}
