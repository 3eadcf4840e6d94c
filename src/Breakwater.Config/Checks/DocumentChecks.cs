using System.Net;

namespace Breakwater.Config.Checks;

/// <summary>
/// What one key alone cannot tell: settings that contradict each other, or that do not do what whoever wrote them expects.
/// </summary>
internal static class DocumentChecks
{
    /// <summary>Reports what it finds.</summary>
    /// <param name="config">The configuration, or what could be read of it.</param>
    /// <param name="isComplete">Whether all of it could be read: only then what is missing is known to be missing.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static void Run(BreakwaterConfig config, bool isComplete, DiagnosticList diagnostics)
    {
        ListenerChecks.Run(config, isComplete, diagnostics);
        CheckTrustedProxies(config, diagnostics);
        ZoneChecks.Run(config, isComplete, diagnostics);
        RuleChecks.Run(config, diagnostics);
        WafChecks.Run(config, diagnostics);
    }

    private static void CheckTrustedProxies(BreakwaterConfig config, DiagnosticList diagnostics)
    {
        for (int i = 0; i < config.TrustedProxies.Count; i++)
        {
            IPNetwork network = config.TrustedProxies[i];
            if (network.PrefixLength > 0) continue;
            diagnostics.Warning(
                config.PositionOf("trusted_proxies", i), $"{network} trusts everybody: any client can pass for any address",
                "name the networks of your proxies");
        }
    }
}
