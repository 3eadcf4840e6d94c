using Breakwater.Config;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>Which files a source of rules consists of, in the order in which they are read. Immutable.</summary>
/// <param name="Name">What events and messages call the rules: <c>crs</c>, or the directory's name.</param>
/// <param name="Paths">Files, and patterns such as <c>/etc/waf/*.conf</c>.</param>
internal sealed record WafRuleFiles(string Name, IReadOnlyList<string> Paths)
{
    /// <summary>Where Debian's <c>modsecurity-crs</c> puts the rules, and where the operator finds their settings.</summary>
    public const string DebianRules = "/usr/share/modsecurity-crs/rules", DebianSetup = "/etc/modsecurity/crs";

    /// <summary>Finds the files of rules that are not built in. Null when there are none; then the problem says so.</summary>
    /// <param name="source">The source.</param>
    /// <param name="crsPath">Where the operator says that the Core Rule Set is; null = nowhere.</param>
    /// <param name="files">Where files are looked for.</param>
    /// <param name="problem">What is wrong.</param>
    public static WafRuleFiles? Find(WafRulesSource source, string? crsPath, WafFileSource files, out string problem)
    {
        if (source.Kind != WafRulesKind.Crs)
        {
            return InDirectory(source.Path, Path.GetFileName(source.Path.TrimEnd('/')), files, out problem);
        }

        if (crsPath is not null)
        {
            return InDirectory(crsPath, "crs", files, out problem);
        }

        if (files.IsDirectory(DebianRules))
        {
            string[] paths = [$"{DebianSetup}/crs-setup.conf", $"{DebianSetup}/REQUEST-900-*.conf", $"{DebianRules}/*.conf", $"{DebianSetup}/RESPONSE-999-*.conf"];
            problem = "";
            return Existing("crs", paths, files);
        }

        problem = $"the Core Rule Set is not in {DebianRules}";
        return null;
    }

    /// <summary>A release of the Core Rule Set with <c>rules/</c>, or a folder of <c>.conf</c> files.</summary>
    private static WafRuleFiles? InDirectory(string directory, string name, WafFileSource files, out string problem)
    {
        string path = directory.TrimEnd('/');
        if (!files.IsDirectory(path))
        {
            problem = $"'{directory}' is not a directory";
            return null;
        }

        string[] setups = [$"{path}/crs-setup.conf", $"{path}/crs-setup.conf.example"];

        // The release's own names sort in the order in which they are meant to be read; plugins go around them.
        string[] paths = files.IsDirectory($"{path}/rules")
            ?
            [
                .. setups.Where(files.Exists).Take(1), $"{path}/plugins/*-config.conf", $"{path}/plugins/*-before.conf", $"{path}/rules/*.conf",
                $"{path}/plugins/*-after.conf",
            ]
            : [$"{path}/*.conf"];
        WafRuleFiles found = Existing(name, paths, files);
        bool any = found.Paths.Count > 0;
        problem = any ? "" : $"there are no .conf files in '{directory}'";
        return any ? found : null;
    }

    /// <summary>Without patterns that match nothing.</summary>
    private static WafRuleFiles Existing(string name, string[] paths, WafFileSource files) =>
        new(name, [.. paths.Where(path => SecFileSource.IsPattern(path) ? files.Match(path).Count > 0 : files.Exists(path))]);
}
