using BenchmarkDotNet.Attributes;
using Breakwater.Matching;

namespace Breakwater.Bench.Matching;

/// <summary>A list of a million networks, two thirds of them IPv4: building it, and looking up addresses in random order.</summary>
[MemoryDiagnoser]
public class AddressSetBenchmarks
{
    private const int Networks = 1_000_000, Lookups = 1 << 16;

    private readonly IpPrefix[] _networks = new IpPrefix[Networks];
    private readonly IpValue[] _v4 = new IpValue[Lookups];
    private readonly IpValue[] _v6 = new IpValue[Lookups];
    private IpPrefixSet _set = IpPrefixSet.Empty;
    private IpPrefixMap<int> _map = IpPrefixMap.Create<int>([]);

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(7);
        for (int i = 0; i < Networks; i++)
        {
            _networks[i] = random.Next(3) > 0
                ? IpPrefix.Containing(V4(random), random.Next(4) == 0 ? random.Next(16, 24) : random.Next(24, 33))
                : IpPrefix.Containing(V6(random), random.Next(10) == 0 ? 128 : random.Next(29, 65));
        }

        for (int i = 0; i < Lookups; i++)
        {
            _v4[i] = V4(random);
            _v6[i] = V6(random);
        }

        _set = Build();
        _map = IpPrefixMap.Create(_networks.Select((network, i) => KeyValuePair.Create(network, i)));
        Console.WriteLine($"// set: {_set.RangeCount:N0} ranges, {_set.MemoryBytes / 1048576.0:F1} MiB; map: {_map.MemoryBytes / 1048576.0:F1} MiB");
    }

    [Benchmark]
    public IpPrefixSet Build()
    {
        IpPrefixSetBuilder builder = new();
        foreach (IpPrefix network in _networks)
        {
            builder.Add(network);
        }

        return builder.Build();
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public int ContainsV4() => Count(_v4);

    [Benchmark(OperationsPerInvoke = Lookups)]
    public int ContainsV6() => Count(_v6);

    [Benchmark(OperationsPerInvoke = Lookups)]
    public int LongestPrefixV4() => Sum(_v4);

    [Benchmark(OperationsPerInvoke = Lookups)]
    public int LongestPrefixV6() => Sum(_v6);

    private int Count(IpValue[] addresses)
    {
        int count = 0;
        foreach (IpValue address in addresses)
        {
            count += _set.Contains(address) ? 1 : 0;
        }

        return count;
    }

    private int Sum(IpValue[] addresses)
    {
        int sum = 0;
        foreach (IpValue address in addresses)
        {
            sum += _map.TryGet(address, out int value) ? value : 0;
        }

        return sum;
    }

    private static IpValue V4(Random random) => IpValue.V4((uint)random.NextInt64(1L << 32));

    private static IpValue V6(Random random) =>
        IpValue.V6(new UInt128(((ulong)random.NextInt64(0x2000_0000, 0x2c00_0000) << 32) | (uint)random.NextInt64(1L << 32), (ulong)random.NextInt64()));
}
