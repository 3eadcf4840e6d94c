using System.Collections.Immutable;

namespace Breakwater.Waf.Engine;

/// <summary>What the compiler made of the rules. Immutable.</summary>
internal sealed record CompiledRules(
    ImmutableArray<WafRule> Rules,
    WafRule[][] Phases,
    Feed[] Feeds,
    Bundle[] Bundles,
    CandidateIndex RequestIndex,
    CandidateIndex ResponseIndex,
    bool KeepsFileContent);
