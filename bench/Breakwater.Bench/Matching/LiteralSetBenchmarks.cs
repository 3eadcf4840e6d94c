using System.Text;
using BenchmarkDotNet.Attributes;
using Breakwater.Matching;

namespace Breakwater.Bench.Matching;

/// <summary>All literals of a set searched in one pass: 1,000 bytes of a benign request, and 16 KiB of near matches.</summary>
[MemoryDiagnoser]
public class LiteralSetBenchmarks
{
    private byte[] _benign = [];
    private byte[] _near = [];
    private ulong[] _found = [];
    private LiteralSet _set = new LiteralSetBuilder().Build();

    [Params("8", "100", "7000", "7000 + short")]
    public string Literals { get; set; } = "8";

    [GlobalSetup]
    public void Setup()
    {
        int count = int.Parse(Literals.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        string[] literals = LiteralCorpus.Literals(count, withShort: Literals.Contains('+', StringComparison.Ordinal));
        LiteralSetBuilder builder = new();
        foreach (string literal in literals)
        {
            builder.Add(Encoding.Latin1.GetBytes(literal), ignoreCase: true);
        }

        _set = builder.Build();
        _found = new ulong[_set.WordCount];
        _benign = [.. LiteralCorpus.Benign, .. LiteralCorpus.Benign];
        _benign = _benign[..1000];
        _near = LiteralCorpus.Near(LiteralCorpus.Literals(7000, withShort: false));
        Console.WriteLine($"// {_set.Count} literals, {_set.MemoryBytes / 1024:N0} KiB");
    }

    [Benchmark(OperationsPerInvoke = 1000, Description = "benign, per byte")]
    public bool Benign() => _set.Scan(_benign, _found);

    [Benchmark(OperationsPerInvoke = 16384, Description = "near matches, per byte")]
    public bool Near() => _set.Scan(_near, _found);

    [Benchmark(Description = "a value of 20 bytes")]
    public bool Short() => _set.Scan(_benign.AsSpan(100, 20), _found);
}
