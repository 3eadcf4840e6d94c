using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.SecLang;

/// <summary>The rules of Debian's package modsecurity-crs (CRS 3.3), where test.sh could install it.</summary>
public sealed class DebianCrsTests
{
    private const string Rules = "/usr/share/modsecurity-crs/rules";

    [Fact]
    public void All_rules_are_read_and_the_only_finding_is_that_DNS_is_not_asked()
    {
        Assert.SkipUnless(Directory.Exists(Rules), Environment.GetEnvironmentVariable("BREAKWATER_TEST_TOOLS") ?? "modsecurity-crs is not installed; run ./test.sh");
        SecLoadResult result = SecRuleset.Load(new DirectoryFileSource(), ["/etc/modsecurity/crs/crs-setup.conf", $"{Rules}/*.conf"]);
        Assert.NotNull(result.Ruleset);
        Assert.All(result.Diagnostics, d => Assert.Contains("@rbl never matches", d.Problem, StringComparison.Ordinal));
        Assert.True(result.Ruleset.Rules.Count() > 500);
        Assert.Contains(result.Ruleset.Rules, rule => rule is { Id: 942100, Operator.Kind: SecOperatorKind.DetectSqli });
    }

    [Fact]
    public void All_operators_compile()
    {
        Assert.SkipUnless(Directory.Exists(Rules), Environment.GetEnvironmentVariable("BREAKWATER_TEST_TOOLS") ?? "modsecurity-crs is not installed; run ./test.sh");
        SecRuleset rules = SecRuleset.Load(new DirectoryFileSource(), [$"{Rules}/*.conf"]).Ruleset!;
        OperatorCompiler compiler = new();
        List<SecDiagnostic> found = [];
        int compiled = 0;
        foreach (SecRule first in rules.Rules)
        {
            for (SecRule? rule = first; rule is not null; rule = rule.Chained)
            {
                // This one belongs to the engine: it needs more than a value and an argument.
                if (rule.Operator.Kind is SecOperatorKind.GeoLookup) continue;
                compiled += compiler.Compile(rule.Operator, found) is null ? 0 : 1;
            }
        }

        Assert.Equal("", string.Join("\n", found));
        Assert.True(compiled > 600);
    }
}
