using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Breakwater.Rules.Rulesets;

/// <content>Actions that hold settings: <c>set_config</c> and <c>set_cache_settings</c>.</content>
internal static partial class ActionReader
{
    private static SetConfigAction? ReadSetConfig(JsonFields? parameters, JsonFields rule)
    {
        if (parameters is null) return Lacking<SetConfigAction>(rule, "write settings, such as {\"security_level\": \"high\"}");
        List<RuleSetting> settings = [];
        foreach (JsonMember member in parameters.Members()) AddSetting(member.Name, member.Value, settings, parameters.Diagnostics);
        return new SetConfigAction([.. settings]);
    }

    private static void AddSetting(string name, JsonValue value, List<RuleSetting> into, RuleDiagnostics diagnostics)
    {
        switch (value.Type)
        {
            case JsonTokenType.StartObject:
                foreach (JsonMember part in value.Members) AddSetting($"{name}.{part.Name}", part.Value, into, diagnostics);
                break;
            case JsonTokenType.StartArray or JsonTokenType.Null:
                diagnostics.Error(value.Position, $"'{Shown.Short(name)}' is {value.Noun}", "write a text, a number, true or false");
                break;
            default:
                string text = value.Type switch { JsonTokenType.True => "true", JsonTokenType.False => "false", _ => value.Text };
                into.Add(new RuleSetting(name, text, value.Position));
                break;
        }
    }

    private static CacheSettingsAction ReadCacheSettings(JsonFields? parameters)
    {
        if (parameters is null) return new CacheSettingsAction();
        bool? noStaleUpdate = null;
        if (parameters.Object("serve_stale") is { } stale)
        {
            noStaleUpdate = stale.Flag("disable_stale_while_updating");
            stale.NameRest();
        }
        parameters.CannotHonour("cache_reserve", "there is no second store here");
        return new CacheSettingsAction
        {
            Cache = parameters.Flag("cache"),
            EdgeTtl = ReadTtl(parameters.Object("edge_ttl")),
            BrowserTtl = ReadTtl(parameters.Object("browser_ttl")),
            CacheKey = parameters.Object("cache_key") is { } key ? ReadCacheKey(key) : null,
            DisableStaleWhileUpdating = noStaleUpdate,
            RespectStrongEtags = parameters.Flag("respect_strong_etags"),
            OriginErrorPagePassthru = parameters.Flag("origin_error_page_passthru"),
            OriginCacheControl = parameters.Flag("origin_cache_control"),
            ReadTimeout = parameters.Number("read_timeout", 1, 6000),
            AdditionalCacheablePorts = ReadPorts(parameters),
        };
    }

    private static ImmutableArray<int> ReadPorts(JsonFields parameters)
    {
        List<int> ports = [];
        foreach (JsonValue item in parameters.List("additional_cacheable_ports"))
        {
            bool isPort = int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                && port is >= 1 and <= 65535;
            if (isPort && item.Type == JsonTokenType.Number) ports.Add(port);
            else parameters.Diagnostics.Error(item.Position, "not a port", "write a number from 1 to 65535");
        }
        return [.. ports];
    }

    private static CacheTtl? ReadTtl(JsonFields? fields)
    {
        if (fields is null) return null;
        const int Max = 365 * 86400;
        CacheTtlMode? mode = fields.Text("mode") switch
        {
            "respect_origin" => CacheTtlMode.RespectOrigin,
            "override_origin" => CacheTtlMode.OverrideOrigin,
            "bypass_by_default" => CacheTtlMode.BypassByDefault,
            "bypass" => CacheTtlMode.Bypass,
            _ => null,
        };
        if (mode is null)
        {
            fields.Diagnostics.Error(
                fields.PositionOf("mode"), "a TTL needs its mode", "write respect_origin, override_origin, bypass_by_default or bypass");
        }
        List<StatusTtl> byStatus = [];
        foreach (JsonFields item in fields.Objects("status_code_ttl"))
        {
            int? from = item.Number("status_code", 100, 999), to = from;
            if (item.Object("status_code_range") is { } range)
            {
                (from, to) = (range.Number("from", 100, 999) ?? 100, range.Number("to", 100, 999) ?? 999);
                range.NameRest();
            }
            int? seconds = item.Number("value", -1, Max);
            if (from is null || seconds is null) item.Missing(from is null ? "status_code" : "value", "add it");
            else byStatus.Add(new StatusTtl(from.Value, to!.Value, seconds.Value));
            item.NameRest();
        }
        CacheTtl ttl = new(mode ?? CacheTtlMode.RespectOrigin, fields.Number("default", 0, Max), [.. byStatus]);
        if (mode == CacheTtlMode.OverrideOrigin && ttl.Default is null && byStatus.Count == 0)
        {
            fields.Missing("default", "write the seconds");
        }
        fields.NameRest();
        return ttl;
    }

    private static CacheKeySettings ReadCacheKey(JsonFields fields)
    {
        CacheKeySettings key = new()
        {
            ByDeviceType = fields.Flag("cache_by_device_type") ?? false,
            DeceptionArmor = fields.Flag("cache_deception_armor") ?? false,
            IgnoreQueryOrder = fields.Flag("ignore_query_strings_order") ?? false,
        };
        if (fields.Object("custom_key") is { } custom)
        {
            if (custom.Object("query_string") is { } query) key = key with { Query = ReadKeyQuery(query) };
            if (custom.Object("header") is { } header)
            {
                header.CannotHonour("contains", "a header counts with its whole value: write 'include'");
                header.PassOver("exclude_origin");
                key = key with { Headers = Names(header, "include"), HeaderPresence = Names(header, "check_presence") };
                header.NameRest();
            }
            if (custom.Object("cookie") is { } cookie)
            {
                key = key with { Cookies = Names(cookie, "include"), CookiePresence = Names(cookie, "check_presence") };
                cookie.NameRest();
            }
            if (custom.Object("user") is { } user)
            {
                key = key with
                {
                    ByDeviceType = key.ByDeviceType || (user.Flag("device_type") ?? false),
                    ByCountry = user.Flag("geo") ?? false,
                    ByLanguage = user.Flag("lang") ?? false,
                };
                user.NameRest();
            }
            if (custom.Object("host") is { } host)
            {
                key = key with { ResolvedHost = host.Flag("resolved") ?? false };
                host.NameRest();
            }
            custom.NameRest();
        }
        fields.NameRest();
        return key;
    }

    /// <summary><c>include</c> or <c>exclude</c>, each <c>{"list": […]}</c>, <c>{"all": true}</c>, or in older exports a list.</summary>
    private static CacheKeyQuery ReadKeyQuery(JsonFields query)
    {
        foreach (string side in (ReadOnlySpan<string>)["include", "exclude"])
        {
            if (query.Take(side) is not { } value) continue;
            bool isExclusion = side == "exclude";
            bool isAll = false;
            List<string> names = [];
            if (value.Type == JsonTokenType.StartObject)
            {
                JsonFields part = new(value, query.Diagnostics, $"'{side}'");
                isAll = part.Flag("all") ?? false;
                names.AddRange(part.Strings("list").Select(s => s.Text));
                part.NameRest();
            }
            else names.AddRange(query.Strings(side).Select(s => s.Text));
            isAll |= names is ["*"];
            query.NameRest();
            return isAll ? isExclusion ? CacheKeyQuery.None : CacheKeyQuery.All : new CacheKeyQuery(isExclusion, [.. names]);
        }
        query.NameRest();
        return CacheKeyQuery.All;
    }

    private static ImmutableArray<string> Names(JsonFields fields, string list) => [.. fields.Strings(list).Select(s => s.Text)];
}
