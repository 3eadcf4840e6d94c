using System.Text;
using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Scanning;

/// <summary>
/// The rulesets at hand: Debian's package modsecurity-crs (CRS 3.3), and the CRS release of which BREAKWATER_TEST_CRS names the folder.
/// </summary>
internal static class CoreRuleSets
{
    private const string Debian = "/usr/share/modsecurity-crs";

    /// <summary>Folders that hold a <c>rules</c> folder.</summary>
    public static IReadOnlyList<string> Folders { get; } =
        [.. new[] { Debian, Environment.GetEnvironmentVariable("BREAKWATER_TEST_CRS") }.Where(f => Directory.Exists($"{f}/rules")).Select(f => f!)];

    /// <summary>Skips the test where there is none.</summary>
    public static void Need() =>
        Assert.SkipUnless(Folders.Count > 0, Environment.GetEnvironmentVariable("BREAKWATER_TEST_TOOLS") ?? "modsecurity-crs is not installed; run ./test.sh");

    /// <summary>All operators of a ruleset, but those that belong to the engine, each with the id of its rule.</summary>
    public static List<(long Rule, Operator Operator)> Operators(string folder)
    {
        SecRuleset rules = SecRuleset.Load(new DirectoryFileSource(), [$"{folder}/rules/*.conf"]).Ruleset!;
        OperatorCompiler compiler = new();
        List<SecDiagnostic> found = [];
        List<(long, Operator)> operators = [];
        foreach (SecRule first in rules.Rules)
        {
            for (SecRule? rule = first; rule is not null; rule = rule.Chained)
            {
                if (rule.Operator.Kind is SecOperatorKind.DetectSqli or SecOperatorKind.DetectXss or SecOperatorKind.GeoLookup) continue;
                if (compiler.Compile(rule.Operator, found) is { } compiled) operators.Add((first.Id, compiled));
            }
        }

        Assert.Empty(found);
        return operators;
    }

    /// <summary>
    /// What attacks of the rulesets' own regression tests send, and parts of it: every line of the test files that says something, where
    /// BREAKWATER_TEST_FTW names their folder.
    /// </summary>
    public static IEnumerable<byte[]> RegressionInputs()
    {
        if (Environment.GetEnvironmentVariable("BREAKWATER_TEST_FTW") is not { } folder || !Directory.Exists(folder)) yield break;
        foreach (string file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (string line in File.ReadLines(file))
            {
                int colon = line.IndexOf(": ", StringComparison.Ordinal);
                if (colon < 0) continue;
                string text = line[(colon + 2)..].Trim().Trim('"', '\'');
                yield return Encoding.UTF8.GetBytes(text);
                if (text.Contains('%', StringComparison.Ordinal) || text.Contains('+', StringComparison.Ordinal))
                    yield return Encoding.UTF8.GetBytes(Uri.UnescapeDataString(text.Replace('+', ' ')));
            }
        }
    }
}
