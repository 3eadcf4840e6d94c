using System.Collections.Immutable;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>What the compiler made of the rules. Immutable.</summary>
internal sealed record CompiledRules(
    ImmutableArray<WafRule> Rules,
    PhaseRules[] Phases,
    TargetPiece[] Pieces,
    Feed[] Feeds,
    Bundle[] Bundles,
    int ChainCount,
    Operator[] RequestOperators,
    Operator[] ResponseOperators,
    bool KeepsFileContent);
