using System.Collections.Immutable;
using Breakwater.Waf.Scanning;

namespace Breakwater.Waf.Engine;

/// <summary>What the compiler made of the rules. Immutable.</summary>
internal sealed record CompiledRules(
    ImmutableArray<WafRule> Rules,
    WafRule[][] Phases,
    Feed[] Feeds,
    Bundle[] Bundles,
    ScanIndex RequestIndex,
    ScanIndex ResponseIndex,
    bool KeepsFileContent);
