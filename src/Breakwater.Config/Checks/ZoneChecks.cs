using System.Net;

namespace Breakwater.Config.Checks;

/// <summary>Zones among each other, and each by itself.</summary>
internal static class ZoneChecks
{
    // What hstspreload.org asks for.
    private static readonly TimeSpan PreloadMaxAge = TimeSpan.FromDays(365);

    public static void Run(BreakwaterConfig config, bool isComplete, DiagnosticList diagnostics)
    {
        if (config.Zones.Count == 0 && isComplete)
        {
            diagnostics.Error(
                config.PositionOf("zones"), "no zones, so there is nothing to protect",
                "add a zone with an origin, or give one with --origin");
        }
        CheckNames(config, diagnostics);
        CheckHosts(config, diagnostics);
        foreach (ZoneConfig zone in config.Zones)
        {
            CheckOrigins(zone, config, diagnostics);
            CheckBalance(zone, diagnostics);
            CheckHealth(zone, diagnostics);
            CheckHsts(zone, diagnostics);
        }
    }

    private static void CheckNames(BreakwaterConfig config, DiagnosticList diagnostics)
    {
        Dictionary<string, ZoneConfig> seen = [];
        foreach (ZoneConfig zone in config.Zones)
        {
            if (seen.TryAdd(zone.Name, zone)) continue;
            diagnostics.Error(
                zone.PositionOf("name"), $"a zone named '{zone.Name}' exists already, in line {seen[zone.Name].Position.Line}",
                "give this one another name");
        }
    }

    private static void CheckHosts(BreakwaterConfig config, DiagnosticList diagnostics)
    {
        Dictionary<HostPattern, ZoneConfig> owners = [];
        foreach (ZoneConfig zone in config.Zones)
        {
            for (int i = 0; i < zone.Hosts.Count; i++)
            {
                HostPattern host = zone.Hosts[i];
                if (owners.TryAdd(host, zone)) continue;
                ZoneConfig owner = owners[host];
                (string problem, string remedy) =
                    ReferenceEquals(owner, zone) ? ($"host '{host}' stands twice in this zone", "remove one of the two")
                    : zone.IsWritten("hosts") ? ($"host '{host}' belongs to zone '{owner.Name}' already, in line {owner.Position.Line}",
                        "remove it from one of the two")
                    : ($"without 'hosts' the zone answers for any host, and so does zone '{owner.Name}'", "add 'hosts'");
                diagnostics.Error(zone.PositionOf("hosts", i), problem, remedy);
            }
        }
    }

    private static void CheckOrigins(ZoneConfig zone, BreakwaterConfig config, DiagnosticList diagnostics)
    {
        if (!zone.IsWritten("origins"))
        {
            diagnostics.Error(zone.Position, $"zone '{zone.Name}' has no origins", "add 'origins' with a URL");
        }
        if (zone.Origins.Count > 0 && zone.Origins.All(o => o.Weight == 0))
        {
            diagnostics.Error(
                zone.PositionOf("origins"), $"every origin of zone '{zone.Name}' has weight 0", "give one of them a weight of 1 or more");
        }
        HashSet<OriginAddress> seen = [];
        foreach (OriginConfig origin in zone.Origins)
        {
            if (!seen.Add(origin.Url))
            {
                diagnostics.Error(
                    origin.PositionOf("url"), $"{origin.Url} stands twice in this zone",
                    "remove one of the two; 'weight' gives an origin a larger share");
            }
            if (FindListener(origin.Url, config) is { } listener)
            {
                diagnostics.Error(
                    origin.PositionOf("url"),
                    $"{origin.Url} is the edge's own listener {listener.Address}: requests would go round in circles",
                    "write the address of the server behind it");
            }
            CheckOriginTls(origin, diagnostics);
        }
    }

    private static ListenerConfig? FindListener(OriginAddress origin, BreakwaterConfig config)
    {
        if (origin.SocketPath is { } path) return config.Listeners.FirstOrDefault(l => l.Address == ListenAddress.UnixSocket(path));
        IPAddress? ip = origin.Host == "localhost" ? IPAddress.Loopback : Syntax.HostNames.ParseIp(origin.Host);
        return ip is null ? null
            : config.Listeners.FirstOrDefault(l => IsOwn(ip, l) && ListenerChecks.AnswersOn(l.Address, ip, origin.Port));
    }

    /// <summary>Of other addresses nobody can tell here whether they are this machine's, unless a listener names them.</summary>
    private static bool IsOwn(IPAddress ip, ListenerConfig listener) => IPAddress.IsLoopback(ip) || ip.Equals(listener.Address.Ip);

    private static void CheckOriginTls(OriginConfig origin, DiagnosticList diagnostics)
    {
        OriginTlsConfig tls = origin.Tls;
        if (!origin.Url.IsTls)
        {
            if (origin.IsWritten("tls"))
            {
                (string problem, string remedy) = origin.Url.SocketPath is null
                    ? ("'tls' has no effect on an http:// origin", "write https:// in 'url', or remove it")
                    : ("'tls' has no effect on a Unix socket", "remove it");
                diagnostics.Warning(origin.PositionOf("tls"), problem, remedy);
            }
            return;
        }
        if (!tls.Verify)
        {
            diagnostics.Warning(
                tls.PositionOf("verify"), "the origin's certificate is not verified: whoever stands between can read and change everything",
                "name the authority in 'ca' instead");
        }
        if ((tls.ClientCert is null) != (tls.ClientKey is null) && tls.IsWritten("client_cert") != tls.IsWritten("client_key"))
        {
            (string has, string lacks) = tls.ClientCert is not null ? ("client_cert", "client_key") : ("client_key", "client_cert");
            diagnostics.Error(tls.PositionOf(has), $"'{has}' without '{lacks}'", $"add '{lacks}'");
        }
    }

    private static void CheckBalance(ZoneConfig zone, DiagnosticList diagnostics)
    {
        if (zone.IsWritten("hash_by") && zone.Balance != BalancePolicy.Hash)
        {
            diagnostics.Warning(zone.PositionOf("hash_by"), "'hash_by' has no effect without 'balance: hash'", "add that, or remove it");
        }
    }

    private static void CheckHealth(ZoneConfig zone, DiagnosticList diagnostics)
    {
        if (zone.Health is { } health && health.Timeout > health.Interval)
        {
            diagnostics.Error(health.PositionOf("timeout"), "'timeout' is longer than 'interval'", "lower the one or raise the other");
        }
        if (zone.Outlier.EjectFor > zone.Outlier.MaxEjectFor)
        {
            diagnostics.Error(
                zone.Outlier.PositionOf("eject_for"), "'eject_for' is longer than 'max_eject_for'", "lower the one or raise the other");
        }
    }

    private static void CheckHsts(ZoneConfig zone, DiagnosticList diagnostics)
    {
        if (zone.Hsts is { Preload: true } hsts && (!hsts.IncludeSubdomains || hsts.MaxAge < PreloadMaxAge))
        {
            diagnostics.Error(
                hsts.PositionOf("preload"), "browsers accept 'preload' only for all subdomains and a year",
                "add 'include_subdomains: true' and a 'max_age' of at least 365d");
        }
    }
}
