using System.Collections.Immutable;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>What the compiler made of the rules. Immutable.</summary>
internal sealed record CompiledRules(
    ImmutableArray<WafRule> Rules,
    WafRule[][] Phases,
    TargetPiece[] Pieces,
    Feed[] Feeds,
    int ChainCount,
    Operator[] RequestOperators,
    Operator[] ResponseOperators,
    bool KeepsFileContent);
