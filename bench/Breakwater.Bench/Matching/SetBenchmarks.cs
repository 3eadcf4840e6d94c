using System.Text;
using BenchmarkDotNet.Attributes;
using Breakwater.Matching;

namespace Breakwater.Bench.Matching;

/// <summary>Single tests of the rules language: a string in a set, a wildcard, a literal in a value.</summary>
[MemoryDiagnoser]
public class SetBenchmarks
{
    private static readonly byte[] Path = Encoding.ASCII.GetBytes("/shop/category/garden-furniture/chairs/folding-chair-oak");
    private static readonly byte[] Url = Encoding.ASCII.GetBytes("https://www.shop.example.com/category/garden-furniture/chairs?page=3");

    private readonly ByteStringSet _paths = ByteStringSet.Create(
        Enumerable.Range(0, 10_000).Select(i => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"/shop/category/{i}/item-{i * 7}")), ignoreCase: true, seed: 42);

    private readonly LiteralFinder _finder = new("folding-chair"u8, ignoreCase: true);
    private readonly Wildcard _wildcard = Parse("http*://*.example.com/*/chairs*");

    [Benchmark(Description = "a path in a set of 10,000")]
    public bool InSet() => _paths.Contains(Path);

    [Benchmark(Description = "wildcard with four stars")]
    public bool Wildcards() => _wildcard.IsMatch(Url);

    [Benchmark(Description = "contains")]
    public bool Contains() => _finder.IsIn(Path);

    private static Wildcard Parse(string pattern)
    {
        _ = Wildcard.TryParse(Encoding.ASCII.GetBytes(pattern), true, out Wildcard? wildcard, out _, out _);
        return wildcard!;
    }
}
