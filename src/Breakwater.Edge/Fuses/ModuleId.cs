using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Fuses;

/// <summary>
/// The parts of the edge that stand behind fuses. Their words (<see cref="ModuleIds.NameOf"/>) are what configuration, commands, logs and metrics
/// call them; their numbers stand in flight files, so none is ever given to another.
/// </summary>
internal enum ModuleId : byte
{
    /// <summary>None: a thread that is not at work on a request, or waits.</summary>
    None,

    /// <summary>The edge itself, between modules. It has no fuse: without it there is no answer.</summary>
    Edge,

    /// <summary>The redirect of plain requests to https.</summary>
    HttpsRedirect,

    /// <summary>Rules about the request's target and where it goes: redirects, rewrites, settings, routes.</summary>
    UrlRules,

    /// <summary>The operator's rules, access rules among them.</summary>
    CustomRules,

    /// <summary>Rate limits.</summary>
    RateLimits,

    /// <summary>The firewall, on requests: head, body, score.</summary>
    Waf,

    /// <summary>Rules about what goes on to the origin.</summary>
    LateRules,

    /// <summary>The firewall, on responses.</summary>
    WafResponse,

    /// <summary>Rules about responses, custom error answers among them.</summary>
    ResponseRules,

    /// <summary>Strict transport security.</summary>
    Hsts,

    /// <summary>Compression of responses.</summary>
    Compression,

    /// <summary>The zone's own error pages.</summary>
    ErrorPages,

    /// <summary>Security events.</summary>
    Events,

    /// <summary>The access log.</summary>
    AccessLog,
}

/// <summary>The names of modules. Stateless.</summary>
internal static class ModuleIds
{
    /// <summary>Those that have a fuse, in the order of their numbers.</summary>
    public static IReadOnlyList<ModuleId> Fused { get; } = [.. Enum.GetValues<ModuleId>().Where(module => module > ModuleId.Edge)];

    /// <summary>The word for a module, such as <c>custom_rules</c>.</summary>
    public static string NameOf(ModuleId module) => WordsOf<ModuleId>.Text((int)module);

    /// <summary>The module of a name that has a fuse; false for any other text.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out ModuleId module)
    {
        foreach (ModuleId one in Fused)
        {
            if (name.SequenceEqual(NameOf(one)))
            {
                module = one;
                return true;
            }
        }

        module = ModuleId.None;
        return false;
    }
}
