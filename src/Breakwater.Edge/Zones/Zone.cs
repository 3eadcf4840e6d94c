using System.Text;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Waf;
using Breakwater.Http;

namespace Breakwater.Edge.Zones;

/// <summary>
/// A protected site, compiled: its origins, settings and the modules of each phase. Immutable; the origins it refers to are shared
/// with other generations.
/// </summary>
internal sealed class Zone
{
    /// <summary>The name from the configuration.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="Name"/> as UTF-8, for rules; not to be changed.</summary>
    public byte[] NameBytes => field ??= Encoding.UTF8.GetBytes(Name);

    /// <summary>How rules see the paths of its requests. What is forwarded stays as it came.</summary>
    public PathNormalisation Normalisation { get; init; } = PathNormalisation.Merging;

    /// <summary>Where its requests go.</summary>
    public required OriginGroup Origins { get; init; }

    /// <summary>Where its rules may send requests instead (<see cref="OriginRoute"/>).</summary>
    public IReadOnlyList<OriginGroup> RouteOrigins { get; init; } = [];

    /// <summary>Its rules; null when it has none.</summary>
    public ZoneRules? Rules { get; init; }

    /// <summary>Its firewall; null when it has none.</summary>
    public ZoneWaf? Waf { get; init; }

    /// <summary>The fuses of its modules, shared with other generations; null where modules stand behind none.</summary>
    public ZoneFuses? Fuses { get; init; }

    /// <summary>The modules that a request meets, in the order of their phases.</summary>
    public required IRequestModule[] RequestModules { get; init; }

    /// <summary>The modules that a response's head meets.</summary>
    public required IResponseModule[] ResponseModules { get; init; }

    /// <summary>The pages shown when something fails.</summary>
    public required ErrorPages Errors { get; init; }

    /// <summary>The longest request body in bytes; <see cref="long.MaxValue"/> for any.</summary>
    public long BodyLimit { get; init; } = long.MaxValue;

    /// <summary>Whether upgrades to WebSocket pass.</summary>
    public bool AllowUpgrade { get; init; } = true;

    /// <summary>How long the origin may take, in microseconds.</summary>
    public required OriginTimeouts Timeouts { get; init; }

    /// <summary>Which fields tell the origin about the client.</summary>
    public required OriginHeaders OriginHeaders { get; init; }

    /// <summary>The same with modules behind no fuses.</summary>
    public Zone Unguarded() => new()
    {
        Name = Name,
        Normalisation = Normalisation,
        Origins = Origins,
        RouteOrigins = RouteOrigins,
        Rules = Rules,
        Waf = Waf,
        RequestModules = [.. RequestModules.Select(module => module is FusedRequestModule fused ? fused.Inner : module)],
        ResponseModules = [.. ResponseModules.Select(module => module is FusedResponseModule fused ? fused.Inner : module)],
        Errors = Errors,
        BodyLimit = BodyLimit,
        AllowUpgrade = AllowUpgrade,
        Timeouts = Timeouts,
        OriginHeaders = OriginHeaders,
    };
}

/// <summary>How long the origin may take for each step, in microseconds; <see cref="long.MaxValue"/> for no limit.</summary>
/// <param name="Connect">Until a connection is ready, TLS included.</param>
/// <param name="FirstByte">From the request being sent to the response's head being complete.</param>
/// <param name="BetweenBytes">Between two reads of the response's body, and for one write of the request's body.</param>
/// <param name="Total">For the whole exchange.</param>
/// <param name="TunnelIdle">Silence in both directions of an upgraded connection.</param>
internal sealed record OriginTimeouts(long Connect, long FirstByte, long BetweenBytes, long Total, long TunnelIdle);

/// <summary>Which fields are set on requests to tell the origin who the client is.</summary>
/// <param name="XForwarded">X-Forwarded-For, -Proto, -Host and X-Real-IP.</param>
/// <param name="Forwarded">Forwarded (RFC 7239).</param>
/// <param name="Via">Via (RFC 9110 §7.6.3).</param>
internal sealed record OriginHeaders(bool XForwarded, bool Forwarded, bool Via);
