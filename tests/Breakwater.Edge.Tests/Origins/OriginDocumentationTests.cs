using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Balancing;
using Breakwater.Edge.Origins.Health;

namespace Breakwater.Edge.Tests.Origins;

public class OriginDocumentationTests
{
    private static readonly string[] Rows =
    [
        $"| Share of its weight that an origin has at the beginning of slow start, growing evenly to {OriginHealth.FullShare} % | {OriginHealth.FirstShare} % |",
        $"| A trial request without an outcome gives way to another after | {OriginHealth.TrialTime / 1_000_000} s |",
        $"| Health checks that run at once, in all zones together | {OriginRegistry.MaxConcurrentChecks} |",
        $"| Random part of a check's interval, more or less | {100 / HealthCheck.JitterPart} % |",
        $"| A DNS look-up is given up after | {OriginResolver.LookupTime / 1_000_000} s |",
        $"| A look-up that failed is repeated after (or `dns.refresh`, if that is shorter) | {OriginResolver.RetryKnown / 1_000_000} s |",
        $"| … when the name never resolved | {OriginResolver.RetryUnknown / 1_000_000} s |",
        $"| Addresses used of one DNS answer | {OriginResolver.MaxAddresses} |",
        $"| Addresses tried for one connection | {OriginResolver.MaxTriesPerConnection} |",
        $"| An address that could not be connected to is put aside for | {OriginResolver.AsideTime / 1_000_000} s |",
        $"| Window of the retry budget | {RetryBudget.WindowSeconds} s |",
        $"| Origins that were tried for a request and are remembered | {OriginChoice.MaxTried} |",
        $"| Turns of one round of `round_robin`; weights that need more are rounded | {RoundRobin.MaxTurns} |",
    ];

    [Fact]
    public void WhatIsFixedIsDocumentedAsItIs()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Breakwater.slnx")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        string document = File.ReadAllText(Path.Combine(folder.FullName, "docs", "origins.md"));
        string table = document[document.IndexOf("## What is fixed?", StringComparison.Ordinal)..];
        string[] rows = [.. table.Split('\n').Where(line => line.StartsWith('|')).Skip(2)];
        Assert.Equal(Rows, rows);
    }
}
