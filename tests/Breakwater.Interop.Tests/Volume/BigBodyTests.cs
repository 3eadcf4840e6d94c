using System.Globalization;
using System.Net;
using Breakwater.Demo;
using Breakwater.Interop.Tests.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Interop.Tests.Volume;

/// <summary>Bodies far larger than memory should be: 1 GiB, or 4 GiB with BREAKWATER_LONG=1. They pass through, and nothing is kept.</summary>
[Collection(VolumeCollection.Name)]
public sealed class BigBodyTests
{
    private static readonly long Length = (Environment.GetEnvironmentVariable("BREAKWATER_LONG") == "1" ? 4L : 1L) << 30;
    private static readonly byte[] Block = Transfers.MakeBlock();

    public static TheoryData<string> Versions => new("1.1", "2.0");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Down(string version)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        await using DemoSite shop = await DemoSite.StartAsync();
        await using InteropEdge edge = await InteropEdge.StartAsync(shop.Url);
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        await DownloadAsync(client, edge, version, 16 << 20, patience.Token);
        using MemoryWatch memory = MemoryWatch.Start();
        await DownloadAsync(client, edge, version, Length, patience.Token);
        memory.AssertGrowthBelow(VolumeCollection.MaxGrowth, $"{Length >> 30} GiB down over HTTP/{version}");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Up(string version)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        await using KestrelOrigin origin = await KestrelOrigin.StartAsync(app => app.Run(async context =>
            await context.Response.WriteAsync((await CheckAsync(context.Request.Body, context.RequestAborted)).ToString(CultureInfo.InvariantCulture))));
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Url);
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        await UploadAsync(client, edge, version, 16 << 20, patience.Token);
        using MemoryWatch memory = MemoryWatch.Start();
        await UploadAsync(client, edge, version, Length, patience.Token);
        memory.AssertGrowthBelow(VolumeCollection.MaxGrowth, $"{Length >> 30} GiB up over HTTP/{version}");
    }

    private static async Task DownloadAsync(HttpClient client, InteropEdge edge, string version, long length, CancellationToken cancel)
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, $"{edge.Url}/download?bytes={length}", version);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(length, await CheckAsync(await response.Content.ReadAsStreamAsync(cancel), cancel));
    }

    private static async Task UploadAsync(HttpClient client, InteropEdge edge, string version, long length, CancellationToken cancel)
    {
        using HttpRequestMessage request = Request(HttpMethod.Post, edge.Url + "/upload", version);
        request.Content = new Cargo(length);
        using HttpResponseMessage response = await client.SendAsync(request, cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(length.ToString(CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync(cancel));
    }

    private static HttpRequestMessage Request(HttpMethod method, string url, string version) =>
        new(method, url) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Reads to the end. The number of bytes; -1 when one of them is not what was sent.</summary>
    private static async Task<long> CheckAsync(Stream stream, CancellationToken cancel)
    {
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0; length += read)
        {
            int offset = (int)(length % Block.Length);
            int first = Math.Min(read, Block.Length - offset);
            if (!buffer.AsSpan(0, first).SequenceEqual(Block.AsSpan(offset, first)) || !buffer.AsSpan(first, read - first).SequenceEqual(Block.AsSpan(0, read - first)))
            {
                return -1;
            }
        }

        return length;
    }

    private sealed class Cargo(long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (long left = length; left > 0; left -= Block.Length)
            {
                await stream.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, Block.Length)), cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
