using System.Collections.Immutable;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>What a zone says about the rules that it shares with others. Immutable.</summary>
public sealed record WafZone
{
    /// <summary>The zone's name: its persistent collections are its own.</summary>
    public string Name { get; init; } = "default";

    /// <summary>Off, detection only, or on; null leaves it to the rules' SecRuleEngine, and to on where they do not say.</summary>
    public SecEngineMode? Mode { get; init; }

    /// <summary>1 to 4: how suspicious the rules are; null leaves it to the rule files.</summary>
    public int? Paranoia { get; init; }

    /// <summary>1 to 4: rules up to this level run and are reported, those above <see cref="Paranoia"/> without points; null for the same.</summary>
    public int? DetectionParanoia { get; init; }

    /// <summary>Points from which a request is refused; null leaves it to the rule files.</summary>
    public int? InboundThreshold { get; init; }

    /// <summary>Points from which a response is refused; null leaves it to the rule files.</summary>
    public int? OutboundThreshold { get; init; }

    /// <summary>What rules do not look at here.</summary>
    public ImmutableArray<WafExclusion> Exclusions { get; init; } = [];

    /// <summary>Bytes of a request's body that are inspected.</summary>
    public int RequestBodyBytes { get; init; } = 1 << 20;

    /// <summary>What happens to a request whose body is longer.</summary>
    public SecLimitAction LongRequestBody { get; init; } = SecLimitAction.ProcessPartial;

    /// <summary>Whether responses' bodies are inspected; null leaves it to the rule files.</summary>
    public bool? ResponseBodies { get; init; }

    /// <summary>Bytes of a response's body that are inspected.</summary>
    public int ResponseBodyBytes { get; init; } = 512 << 10;

    /// <summary>Whether strings inside GraphQL documents become arguments of their own.</summary>
    public bool GraphQl { get; init; }

    /// <summary>Whether arguments in Base64 are inspected decoded too.</summary>
    public bool Base64Arguments { get; init; }

    /// <summary>
    /// Work for one request, in bytes read by operators and transformations. A request that needs more ends as
    /// <see cref="WafVerdictKind.Exhausted"/>.
    /// </summary>
    public long WorkBytes { get; init; } = 256L << 20;
}

/// <summary>
/// Rules that a zone leaves out, or members that some rules do not look at. Without a target the rules do not run at all; without rules the
/// targets are hidden from all. Immutable.
/// </summary>
public sealed record WafExclusion
{
    /// <summary>Ids of rules.</summary>
    public ImmutableArray<SecIdRange> Rules { get; init; } = [];

    /// <summary>Tags of rules, whole, such as <c>attack-sqli</c>.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>
    /// Parameters by name or path, wherever they come from: <c>comment</c>, <c>json.items[*].body</c>, <c>user[*]</c>. Their values are left
    /// out, not their names.
    /// </summary>
    public ImmutableArray<string> Parameters { get; init; } = [];

    /// <summary>Request headers by name; <c>*</c> as in parameters.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>Cookies by name; <c>*</c> as in parameters.</summary>
    public ImmutableArray<string> Cookies { get; init; } = [];

    /// <summary>Other targets as SecLang writes them, such as <c>REQUEST_FILENAME</c> or <c>ARGS_NAMES:token</c>.</summary>
    public ImmutableArray<string> Targets { get; init; } = [];
}
