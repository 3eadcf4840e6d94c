using System.Collections.Immutable;
using Breakwater.Waf.Ftw;

namespace Breakwater.Tests.Waf;

/// <summary>
/// The regression tests of the OWASP Core Rule Set through a real listener, as <c>breakwater waf test</c> runs them. The rules of CRS 3.3 are
/// Debian's package. Those of CRS 4 are a folder that BREAKWATER_CRS4 names; since nobody has that by chance, that test runs when asked for:
/// <c>-explicit only -class *CoreRuleSetTests</c>.
/// </summary>
public sealed class CoreRuleSetTests
{
    private const string Debian = "/usr/share/modsecurity-crs";

    /// <summary>Tests that do not pass, and why that is right. docs/waf.md lists those of CRS 4 and 3.3.</summary>
    private static readonly Dictionary<string, string> Exceptions4 = new()
    {
        ["920100-4"] = "expects CONNECT to be served; this is no forward proxy",
        ["920181-1"] = "sends Content-Length beside Transfer-Encoding and expects that one of them is dropped; it is refused (RFC 9112 §6.1)",
        ["920430-5"] = "expects a request line without a version to be answered in a way that the suite's client cannot read; it is answered with 400",
        ["920620-1"] = "expects two Content-Type fields to be joined into one, as Apache does; here they stay two, and the rule for that matches",
    };

    private static readonly Dictionary<string, string> Exceptions3 = new()
    {
        ["920181-1"] = Exceptions4["920181-1"],
        ["920272-5"] = "expects no rule to match, and the web server itself to answer with 404",
        ["920430-5"] = Exceptions4["920430-5"],
    };

    [Fact]
    public async Task Core_rule_set_3_3()
    {
        Assert.SkipUnless(Directory.Exists(Debian), Environment.GetEnvironmentVariable("BREAKWATER_TEST_TOOLS") ?? "modsecurity-crs is not installed; run ./test.sh");
        await RunAsync(RegressionSuites.Read("v3.3.4"), Debian, Exceptions3, atLeast: 2400);
    }

    [Fact(Explicit = true)]
    public async Task Core_rule_set_4()
    {
        string? rules = Environment.GetEnvironmentVariable("BREAKWATER_CRS4");
        Assert.SkipUnless(Directory.Exists(rules), "BREAKWATER_CRS4 names no folder with the rules of CRS 4");
        await RunAsync(RegressionSuites.Read("v4.29-dev"), rules, Exceptions4, atLeast: 5045);
    }

    private static async Task RunAsync(ImmutableArray<FtwTest> tests, string rules, Dictionary<string, string> exceptions, int atLeast)
    {
        Assert.InRange(tests.Length, atLeast, int.MaxValue);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using FtwListener listener = await FtwListener.StartAsync(rules, setup: null, cancel);
        FtwResult[] results = await FtwRunner.RunAsync(tests, listener, cancel);
        Assert.Equal("", string.Join("\n", results.Where(r => r.Passed == exceptions.ContainsKey(r.Test.Id)).Select(Describe)));
    }

    private static string Describe(FtwResult result) =>
        result.Passed ? $"{result.Test.Id} passes and need not be an exception" : $"{result.Test.Id}: {result.Failure}";
}
