using System.Collections.Immutable;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Ftw;
using Breakwater.Waf.SecLang;

namespace Breakwater.Tests.Waf;

/// <summary>
/// The regression tests of the OWASP Core Rule Set against the engine in this process. The tests lie in a folder beside the repository
/// (<c>shared/data/crs-ftw</c>, or BREAKWATER_CRS_FTW); the rules of CRS 3.3 are Debian's package, those of CRS 4 a folder that
/// BREAKWATER_CRS4 names. Neither folder is part of the project, so these run when asked for: <c>-explicit only -class *CoreRuleSetTests</c>.
/// </summary>
public sealed class CoreRuleSetTests
{
    /// <summary>Tests that do not pass, and why that is right.</summary>
    private static readonly Dictionary<string, string> Exceptions4 = new()
    {
        ["920100-4"] = "expects CONNECT to be served; this is no forward proxy",
        ["920181-1"] = "expects 200 for a request with both Content-Length and Transfer-Encoding, which is refused (RFC 9112 §6.1)",
        ["920430-5"] = "expects a request line without a version to be answered in a way that the suite's client cannot read; it is answered with 400",
        ["920620-1"] = "expects two Content-Type fields to be joined into one, as Apache does; here they stay two, and the rule for that matches",
    };

    private static readonly Dictionary<string, string> Exceptions3 = new()
    {
        ["920181-1"] = Exceptions4["920181-1"],
        ["920272-5"] = "expects the web server itself to answer with 404",
        ["920430-5"] = Exceptions4["920430-5"],
    };

    [Fact(Explicit = true)]
    public async Task Core_rule_set_3_3()
    {
        const string Rules = "/usr/share/modsecurity-crs/rules";
        Assert.SkipUnless(Directory.Exists(Rules), Environment.GetEnvironmentVariable("BREAKWATER_TEST_TOOLS") ?? "modsecurity-crs is not installed; run ./test.sh");
        await Run("v3.3.4", ["/etc/modsecurity/crs/crs-setup.conf", $"{Rules}/*.conf"], Exceptions3, atLeast: 2400);
    }

    [Fact(Explicit = true)]
    public async Task Core_rule_set_4()
    {
        string? rules = Environment.GetEnvironmentVariable("BREAKWATER_CRS4");
        Assert.SkipUnless(Directory.Exists(rules), "BREAKWATER_CRS4 names no folder with the rules of CRS 4");
        await Run("v4.29-dev", [$"{rules}/crs-setup.conf.example", $"{rules}/rules/*.conf"], Exceptions4, atLeast: 5045);
    }

    private static async Task Run(string suite, string[] paths, Dictionary<string, string> exceptions, int atLeast)
    {
        string? folder = Suite(suite);
        Assert.SkipUnless(folder is not null, $"there is no folder {suite} with tests beside the repository");
        List<string> problems = [];
        ImmutableArray<FtwTest> tests = FtwReader.ReadFolder(folder, problems);
        Assert.Empty(problems);
        Assert.InRange(tests.Length, atLeast, int.MaxValue);

        SecLoadResult loaded = FtwSetup.Load(new DirectoryFileSource(), paths);
        Assert.True(loaded.Ruleset is not null, string.Join("\n", loaded.Diagnostics));
        WafCompilation compiled = WafProgram.Compile(loaded.Ruleset);
        Assert.True(compiled.Program is not null, string.Join("\n", compiled.Diagnostics));
        using InProcessTarget target = new(WafOverlay.Create(compiled.Program, FtwSetup.Zone, []), new WafEnvironment());

        List<string> failed = [];
        foreach (FtwTest test in tests)
        {
            FtwResult result = await FtwRunner.RunAsync(test, target, TestContext.Current.CancellationToken);
            if (!result.Passed && !exceptions.ContainsKey(test.Id)) failed.Add($"{test.Id}: {result.Failure}");
            if (result.Passed && exceptions.ContainsKey(test.Id)) failed.Add($"{test.Id} passes and need not be an exception");
        }

        Assert.Equal("", string.Join("\n", failed));
    }

    private static string? Suite(string name)
    {
        if (Environment.GetEnvironmentVariable("BREAKWATER_CRS_FTW") is { Length: > 0 } named) return Directory.Exists(Path.Combine(named, name)) ? Path.Combine(named, name) : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", "crs-ftw", name);
            if (Directory.Exists(path)) return path;
        }

        return null;
    }
}
