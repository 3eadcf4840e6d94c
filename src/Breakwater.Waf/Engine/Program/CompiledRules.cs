using System.Collections.Immutable;
using Breakwater.Waf.Scanning;

namespace Breakwater.Waf.Engine;

/// <summary>What the compiler made of the rules. Immutable.</summary>
internal sealed record CompiledRules(
    ImmutableArray<WafRule> Rules,
    PhaseRules[] Phases,
    TargetPiece[] Pieces,
    Feed[] Feeds,
    Bundle[] Bundles,
    int ChainCount,
    ScanIndex RequestIndex,
    ScanIndex ResponseIndex,
    bool KeepsFileContent);
