using System.Collections.Immutable;
using Breakwater.Waf.Ftw;

namespace Breakwater.Tests.Waf;

/// <summary>
/// The regression tests of the OWASP Core Rule Set. They are no part of the project: they lie in a folder beside the repository
/// (<c>shared/data/crs-ftw</c>), or in the one that BREAKWATER_CRS_FTW names.
/// </summary>
internal static class RegressionSuites
{
    /// <summary>The tests of one version. Skips the test that asks where they are not there.</summary>
    /// <param name="name">The folder: <c>v3.3.4</c>, <c>v4.29-dev</c>.</param>
    /// <param name="part">The part of it that is wanted, such as <c>REQUEST-94*</c>.</param>
    public static ImmutableArray<FtwTest> Read(string name, string part = "*")
    {
        string? folder = Find(name);
        Assert.SkipUnless(folder is not null, $"the tests of the Core Rule Set are not here: there is no folder shared/data/crs-ftw/{name} beside the repository");
        List<string> problems = [];
        ImmutableArray<FtwTest> tests = [.. Directory.GetDirectories(folder, part).Order(StringComparer.Ordinal).SelectMany(family => FtwReader.ReadFolder(family, problems))];
        Assert.Empty(problems);
        return tests;
    }

    private static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("BREAKWATER_CRS_FTW") is { Length: > 0 } named) return Existing(Path.Combine(named, name));
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "data", "crs-ftw", name)) is { } found) return found;
        }

        return null;
    }

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}
