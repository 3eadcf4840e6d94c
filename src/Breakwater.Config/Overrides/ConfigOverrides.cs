using System.Collections;

namespace Breakwater.Config;

/// <summary>
/// A layer of settings above the document: what was said on the command line or in the environment. Layers stack with
/// <see cref="Over"/>; flags over environment over document. Values are checked when the configuration is read, so that their problems are
/// reported with all others. Immutable.
/// </summary>
public sealed class ConfigOverrides
{
    private const string Prefix = "BREAKWATER_";

    // What the process reads by itself: whether it has a supervisor, what that suspects, and, for drills and measurements, how modules are guarded.
    private static readonly string[] OfTheProcess =
        [Prefix + "SUPERVISOR", Prefix + "FLIGHT_FILE", Prefix + "SUSPECTS", Prefix + "FAULTS", Prefix + "FUSES", Prefix + "CLOCK_FILE"];

    private readonly Override[] _overrides;

    private ConfigOverrides(Override[] overrides, IReadOnlyList<ConfigDiagnostic> diagnostics) =>
        (_overrides, Diagnostics) = (overrides, diagnostics);

    /// <summary>No setting at all.</summary>
    public static ConfigOverrides None { get; } = new([], []);

    /// <summary>Every setting with its variable and flag, for help texts.</summary>
    public static IReadOnlyList<ConfigSettingInfo> Settings { get; } = [.. OverrideTable.Rules.Select(r => r.Info)];

    /// <summary>What was found wrong with the names of variables; values are judged when the configuration is read.</summary>
    public IReadOnlyList<ConfigDiagnostic> Diagnostics { get; }

    /// <summary>
    /// The settings of the environment, <c>BREAKWATER_…</c>. An empty variable is one that is not set. Unknown ones are warned of, except
    /// those that Kubernetes sets for a service named <c>breakwater</c>.
    /// </summary>
    /// <param name="variables">Names and values, such as <see cref="Environment.GetEnvironmentVariables()"/>.</param>
    public static ConfigOverrides FromEnvironment(IDictionary variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        List<Override> overrides = [];
        List<ConfigDiagnostic> diagnostics = [];
        IEnumerable<string> names = variables.Keys.OfType<string>().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (variables[name] is not string { Length: > 0 } value || IsKubernetesLink(name) || OfTheProcess.Contains(name)) continue;
            if (Settings.FirstOrDefault(s => s.Variable == name) is { } info) overrides.Add(new Override(info.Setting, value, name));
            else diagnostics.Add(Unknown(name));
        }
        return new ConfigOverrides([.. overrides], diagnostics);
    }

    /// <summary>This layer and one more value.</summary>
    /// <param name="setting">What it sets. One that takes a list takes another item each time; of the others the last value counts.</param>
    /// <param name="value">The value as it was written.</param>
    /// <param name="source">What messages call it, such as <c>--listen</c>.</param>
    public ConfigOverrides With(ConfigSetting setting, string value, string source) =>
        new([.. _overrides, new Override(setting, value, source)], Diagnostics);

    /// <summary>This layer above another: of a setting that both have, this one's values count.</summary>
    public ConfigOverrides Over(ConfigOverrides lower)
    {
        ArgumentNullException.ThrowIfNull(lower);
        HashSet<ConfigSetting> own = [.. _overrides.Select(o => o.Setting)];
        return new ConfigOverrides(
            [.. lower._overrides.Where(o => !own.Contains(o.Setting)), .. _overrides], [.. Diagnostics, .. lower.Diagnostics]);
    }

    /// <summary>What was said, in order; given again to <see cref="With"/>, it makes the same layer.</summary>
    public IReadOnlyList<GivenSetting> Given => [.. _overrides.Select(o => new GivenSetting(o.Setting, o.Value, o.Source))];

    /// <summary>The last value of a setting, as it was written; null when it is not set.</summary>
    public string? ValueOf(ConfigSetting setting) => _overrides.LastOrDefault(o => o.Setting == setting)?.Value;

    internal BreakwaterConfig ApplyTo(BreakwaterConfig config, Reading reading)
    {
        foreach (OverrideRule rule in OverrideTable.Rules)
        {
            Override[] given = [.. _overrides.Where(o => o.Setting == rule.Info.Setting)];
            if (given.Length == 0) continue;
            config = rule.Apply(config, [.. given.SelectMany(o => o.Split(rule.Info.IsList))], reading);
        }
        return config;
    }

    /// <summary>
    /// For a service named <c>breakwater</c> Kubernetes sets <c>BREAKWATER_SERVICE_HOST</c>, <c>BREAKWATER_PORT</c>,
    /// <c>BREAKWATER_PORT_8080_TCP</c> and their like in every pod of the namespace.
    /// </summary>
    private static bool IsKubernetesLink(string name) =>
        name.StartsWith(Prefix + "SERVICE_", StringComparison.Ordinal)
        || name == Prefix + "PORT" || name.StartsWith(Prefix + "PORT_", StringComparison.Ordinal);

    private static ConfigDiagnostic Unknown(string name)
    {
        string? meant = Suggestion.For(name[Prefix.Length..], Settings.Select(s => s.Variable[Prefix.Length..]));
        string remedy = meant is not null ? $"did you mean {Prefix}{meant}?"
            : $"the variables are {Show.Alternatives([.. Settings.Select(s => s.Variable)])}";
        return ConfigDiagnostic.Warning(SourcePosition.Of(Show.Shortened(name)), "unknown variable, ignored", remedy);
    }

    private sealed record Override(ConfigSetting Setting, string Value, string Source)
    {
        public IEnumerable<Yaml.YamlScalar> Split(bool isList)
        {
            string[] parts = isList ? Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [Value];
            return parts.Select(p => new Yaml.YamlScalar(p, IsPlain: false, SourcePosition.Of(Source)));
        }
    }
}

/// <summary>A setting that was given on the command line or in the environment. Immutable.</summary>
/// <param name="Setting">What it sets.</param>
/// <param name="Value">The value as it was written.</param>
/// <param name="Source">What messages call it, such as <c>--listen</c>.</param>
public sealed record GivenSetting(ConfigSetting Setting, string Value, string Source);
