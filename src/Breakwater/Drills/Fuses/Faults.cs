using System.Text.Json;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Fuses;

/// <summary>Failure injection, as drills use it. Stateless.</summary>
internal static class Faults
{
    /// <summary>A request that the firewall's own rules refuse.</summary>
    public static Visit Attack { get; } = new("an attack") { Target = "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%27%20union%20select%201,2,3--", Expected = 403 };

    /// <summary>Settings of an edge that is to suffer faults: see docs/fuses.md.</summary>
    public static EdgeSettings Armed(string plan) => new() { Environment = new Dictionary<string, string> { ["BREAKWATER_FAULTS"] = plan } };

    /// <summary>The state of a module's fuse; null when it is whole.</summary>
    public static string? StateOf(JsonElement status, string module, string? zone = null)
    {
        if (!status.TryGetProperty("fuses", out JsonElement fuses))
        {
            return null;
        }

        foreach (JsonElement fuse in fuses.EnumerateArray())
        {
            if (fuse.GetProperty("module").GetString() == module && (zone is null || fuse.GetProperty("zone").GetString() == zone))
            {
                return fuse.GetProperty("state").GetString();
            }
        }

        return null;
    }
}
