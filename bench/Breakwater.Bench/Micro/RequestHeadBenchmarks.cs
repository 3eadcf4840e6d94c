using System.Text;
using BenchmarkDotNet.Attributes;
using Breakwater.Bench.SideBySide;
using Breakwater.Http;

namespace Breakwater.Bench.Micro;

/// <summary>A browser's request head: read, and written again without its hop-by-hop fields, as for an origin.</summary>
[MemoryDiagnoser]
public class RequestHeadBenchmarks
{
    private static readonly byte[] Bytes = Encoding.ASCII.GetBytes(
        $"GET {Load.Path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: keep-alive\r\n"
        + string.Concat(Load.BrowserFields.Select(field => $"{field.Name}: {field.Value}\r\n")) + "\r\n");

    private readonly RequestHead _head = new(HeadLimits.Default);
    private readonly byte[] _destination = new byte[2048];

    [Benchmark]
    public ReadStatus Read()
    {
        _head.Clear();
        return _head.Read(Bytes, out _);
    }

    [Benchmark]
    public int ReadAndWrite()
    {
        _head.Clear();
        _head.Read(Bytes, out _);
        var writer = new HeadWriter(_destination);
        writer.RequestLine(_head);
        writer.Fields(_head);
        writer.End();
        return writer.Written;
    }
}
