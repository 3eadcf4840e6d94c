using System.Net;
using Breakwater.Config.Syntax;
using Breakwater.Config.Yaml;

namespace Breakwater.Config;

/// <summary>A setting and what it does to a configuration.</summary>
internal sealed record OverrideRule(
    ConfigSettingInfo Info, Func<BreakwaterConfig, IReadOnlyList<YamlScalar>, Reading, BreakwaterConfig> Apply);

/// <summary>
/// Everything that flags and variables can set. A value is read with the syntax of the key it stands for, so that both refuse the
/// same with the same words.
/// </summary>
internal static class OverrideTable
{
    private const string Label = "the value";

    public static IReadOnlyList<OverrideRule> Rules { get; } =
    [
        Rule(ConfigSetting.Config, "BREAKWATER_CONFIG", "--config", false, "The configuration file.", static (config, _, _) => config),
        Rule(ConfigSetting.Listen, "BREAKWATER_LISTEN", "--listen", true,
            "Addresses to listen on, in place of `listeners`; `https://` before an address listens with TLS.", Listen),
        Rule(ConfigSetting.Origin, "BREAKWATER_ORIGIN", "--origin", true,
            "URLs of origins, in place of the only zone's; without a zone in the file they make one for every host.", Origins),
        Rule(ConfigSetting.Data, "BREAKWATER_DATA", "--data", false, "The data directory, in place of `data`.",
            static (config, values, reading) => Values.File.TryRead(values[^1], Label, reading, out string? path)
                ? config with { DataDirectory = path, Source = Set(config, "data", values) } : config),
        Rule(ConfigSetting.Admin, "BREAKWATER_ADMIN", "--admin", false, "The admin listener's address, in place of `admin.address`.",
            static (config, values, reading) => Values.ListenAddress.TryRead(values[^1], Label, reading, out ListenAddress? address)
                ? config with { Admin = config.Admin with { Address = address, Source = Set(config.Admin, "address", values) } } : config),
        Rule(ConfigSetting.Protection, "BREAKWATER_PROTECTION", "--protection", false, "`on`, `detect` or `off`, in place of `protection`.",
            static (config, values, reading) => Values.Protection.TryRead(values[^1], Label, reading, out ProtectionMode mode)
                ? config with { Protection = mode, Source = Set(config, "protection", values) } : config),
        Rule(ConfigSetting.TrustedProxies, "BREAKWATER_TRUSTED_PROXIES", null, true,
            "IP networks, in place of `trusted_proxies`.", TrustedProxies),
        Rule(ConfigSetting.Certificate, "BREAKWATER_CERT", null, false,
            "A certificate file, in place of `certificates`; goes with `BREAKWATER_KEY`.", Certificate),
        Rule(ConfigSetting.Key, "BREAKWATER_KEY", null, false, "The key of `BREAKWATER_CERT`.", Key),
        Rule(ConfigSetting.LogLevel, "BREAKWATER_LOG_LEVEL", "--log-level", false,
            "`debug`, `info`, `warning` or `error`, in place of `logging.level`.",
            static (config, values, reading) => Values.LogLevel.TryRead(values[^1], Label, reading, out LoggingLevel level)
                ? config with { Logging = config.Logging with { Level = level, Source = Set(config.Logging, "level", values) } } : config),
        Rule(ConfigSetting.LogAccess, "BREAKWATER_LOG_ACCESS", "--log-access", false,
            "`stdout`, `stderr`, `off` or a file, in place of `logging.access.to`.",
            static (config, values, reading) => Values.LogTarget.TryRead(values[^1], Label, reading, out LogTarget? target)
                ? WithAccess(config, config.Logging.Access with { To = target, Source = Set(config.Logging.Access, "to", values) })
                : config),
        Rule(ConfigSetting.LogFormat, "BREAKWATER_LOG_FORMAT", "--log-format", false,
            "`json` or `combined`, in place of `logging.access.format`.",
            static (config, values, reading) => Values.LogFormat.TryRead(values[^1], Label, reading, out AccessLogFormat format)
                ? WithAccess(config, config.Logging.Access with { Format = format, Source = Set(config.Logging.Access, "format", values) })
                : config),
    ];

    private static OverrideRule Rule(
        ConfigSetting setting, string variable, string? flag, bool isList, string doc,
        Func<BreakwaterConfig, IReadOnlyList<YamlScalar>, Reading, BreakwaterConfig> apply) =>
        new(new ConfigSettingInfo(setting, variable, flag, isList, doc), apply);

    private static BreakwaterConfig Listen(BreakwaterConfig config, IReadOnlyList<YamlScalar> values, Reading reading)
    {
        List<ListenerConfig> listeners = [];
        foreach (YamlScalar value in values)
        {
            bool isTls = value.Text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
            bool hasScheme = isTls || value.Text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
            YamlScalar bare = hasScheme ? value with { Text = value.Text[(isTls ? 8 : 7)..].TrimEnd('/') } : value;
            if (!Values.ListenAddress.TryRead(bare, Label, reading, out ListenAddress? address)) continue;
            listeners.Add(new ListenerConfig { Address = address, Tls = isTls, Source = Whole(value, "address", "tls") });
        }
        return config with { Listeners = [.. listeners], Source = Set(config, "listeners", values) };
    }

    private static BreakwaterConfig Origins(BreakwaterConfig config, IReadOnlyList<YamlScalar> values, Reading reading)
    {
        if (config.Zones.Count > 1)
        {
            reading.Diagnostics.Error(
                values[0].Position, "several zones, and it cannot be told whose origins these are", "write the origins into the file");
            return config;
        }
        List<OriginConfig> origins = [];
        foreach (YamlScalar value in values)
        {
            if (!Values.OriginUrl.TryRead(value, Label, reading, out OriginAddress? url)) continue;
            origins.Add(new OriginConfig { Url = url, Source = Whole(value, "url") });
        }
        ZoneConfig zone = config.Zones.Count == 1
            ? config.Zones[0]
            : new ZoneConfig { Name = "default", Origins = [], Source = Whole(values[0]) };
        return config with { Zones = [zone with { Origins = [.. origins], Source = Set(zone, "origins", values) }] };
    }

    private static BreakwaterConfig TrustedProxies(BreakwaterConfig config, IReadOnlyList<YamlScalar> values, Reading reading)
    {
        List<IPNetwork> networks = [];
        foreach (YamlScalar value in values)
        {
            if (Values.Network.TryRead(value, Label, reading, out IPNetwork network)) networks.Add(network);
        }
        return config with { TrustedProxies = [.. networks], Source = Set(config, "trusted_proxies", values) };
    }

    // The certificate comes first in the table: it makes the pair, with a key that is still missing, and the key completes it.
    private static BreakwaterConfig Certificate(BreakwaterConfig config, IReadOnlyList<YamlScalar> values, Reading reading)
    {
        if (!Values.File.TryRead(values[^1], Label, reading, out string? path)) return config;
        CertificateConfig certificate = new() { Cert = path, Key = "", Source = Whole(values[^1], "cert") };
        return config with { Certificates = [certificate], Source = Set(config, "certificates", values) };
    }

    private static BreakwaterConfig Key(BreakwaterConfig config, IReadOnlyList<YamlScalar> values, Reading reading)
    {
        if (!Values.File.TryRead(values[^1], Label, reading, out string? path)) return config;
        if (config.Certificates is not [{ Key: "" } certificate])
        {
            reading.Diagnostics.Error(values[^1].Position, "a key without its certificate", "set BREAKWATER_CERT too");
            return config;
        }
        return config with { Certificates = [certificate with { Key = path, Source = Set(certificate, "key", values) }] };
    }

    private static BreakwaterConfig WithAccess(BreakwaterConfig config, AccessLogConfig access) =>
        config with { Logging = config.Logging with { Access = access } };

    /// <summary>The node's positions, with one key taken from the values' source.</summary>
    private static NodeSource Set(ConfigNode node, string key, IReadOnlyList<YamlScalar> values) =>
        node.Source.With(key, new ValueSource(values[^1].Position, [.. values.Select(v => v.Position)]));

    /// <summary>The positions of a node that comes from one value as a whole.</summary>
    private static NodeSource Whole(YamlScalar value, params string[] keys) =>
        new(value.Position, keys.ToDictionary(k => k, _ => ValueSource.At(value.Position)));
}
