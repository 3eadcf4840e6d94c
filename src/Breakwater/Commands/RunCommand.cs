using System.CommandLine;
using Breakwater.Config;
using Breakwater.Hosting;

namespace Breakwater.Commands;

/// <summary><c>breakwater run</c>: is the edge.</summary>
internal sealed class RunCommand : Command, IHasExamples
{
    private readonly List<(ConfigSettingInfo Setting, Option Option)> _settings = [];

    public RunCommand()
        : base("run", "Protects a website: listens, and forwards to the origin. Without any, protects a demo shop inside the program.")
    {
        foreach (ConfigSettingInfo setting in ConfigOverrides.Settings)
        {
            if (setting.Flag is null)
            {
                continue;
            }

            Option option = setting.IsList ? new Option<string[]>(setting.Flag) { Arity = ArgumentArity.OneOrMore } : new Option<string?>(setting.Flag);
            option.HelpName = ValueName(setting.Setting);
            option.Description = $"{setting.Doc.Replace("`", "", StringComparison.Ordinal)}{(setting.IsList ? " Repeatable." : "")} [${setting.Variable}]";
            _settings.Add((setting, option));
            Add(option);
        }

        // Decided before the command line is parsed: a supervisor needs no parser.
        Add(new Option<bool>("--no-supervisor") { Description = $"Be the edge alone, without a process that restarts it when it falls. [${Supervision.Supervisor.Variable}=off]" });
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples =>
    [
        "breakwater run                                                 protects a demo shop, to see how it feels",
        "breakwater run --origin http://127.0.0.1:3000                  protects that site, on :8080",
        "breakwater run --origin http://10.0.0.5:3000 --listen https://:443",
        "breakwater run --config /etc/breakwater/breakwater.yaml",
    ];

    private Task<int> ExecuteAsync(ParseResult parsed)
    {
        ConfigOverrides flags = ConfigOverrides.None;
        foreach ((ConfigSettingInfo setting, Option option) in _settings)
        {
            foreach (string value in Values(parsed, option))
            {
                flags = flags.With(setting.Setting, value, setting.Flag!);
            }
        }

        return Launch.RunAsync(ConfigSource.From(flags));
    }

    private static string[] Values(ParseResult parsed, Option option) => option switch
    {
        Option<string[]> list => parsed.GetValue(list) ?? [],
        Option<string?> one when parsed.GetValue(one) is { } value => [value],
        _ => [],
    };

    private static string ValueName(ConfigSetting setting) => setting switch
    {
        ConfigSetting.Config => "FILE",
        ConfigSetting.Origin => "URL",
        ConfigSetting.Listen or ConfigSetting.Admin => "ADDR",
        ConfigSetting.Data => "DIR",
        ConfigSetting.LogLevel => "LEVEL",
        ConfigSetting.LogAccess => "TARGET",
        ConfigSetting.LogFormat => "FORMAT",
        ConfigSetting.Protection => "MODE",
        _ => "VALUE",
    };
}
