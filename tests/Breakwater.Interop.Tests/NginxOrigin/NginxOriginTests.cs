using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.NginxOrigin;

/// <summary>nginx behind the edge.</summary>
public sealed class NginxOriginTests : IAsyncLifetime
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 5000).Select(number => $".tide-{number} {{ height: {number}px }}\n"));

    private NginxSite _site = null!;
    private InteropEdge _edge = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await NginxSite.StartAsync(("index.html", "<h1>Harbour</h1>"), ("tides.css", Text));
        _edge = await InteropEdge.StartAsync(_site.Endpoint);
        _client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri(_edge.Url),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await (_edge?.DisposeAsync() ?? default);
        await (_site?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task Static_files_come_through_whole()
    {
        using HttpResponseMessage response = await _client.GetAsync("/tides.css");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/css", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Text, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_range_comes_as_a_part()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/tides.css") { Headers = { Range = new RangeHeaderValue(100, 299) } };
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes 100-299/{Text.Length}", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(Text[100..300], await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Several_ranges_come_as_multipart()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/tides.css");
        request.Headers.Range = new RangeHeaderValue { Ranges = { new RangeItemHeaderValue(0, 9), new RangeItemHeaderValue(50, 59) } };
        using HttpResponseMessage response = await _client.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("multipart/byteranges", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(Text[..10], body, StringComparison.Ordinal);
        Assert.Contains(Text[50..60], body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/tides.css") { Headers = { Range = new RangeHeaderValue(Text.Length, null) } };
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
    }

    [Fact]
    public async Task What_the_client_has_already_is_not_sent_again()
    {
        using HttpResponseMessage first = await _client.GetAsync("/tides.css");
        using HttpRequestMessage byTag = new(HttpMethod.Get, "/tides.css") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using HttpRequestMessage byDate = new(HttpMethod.Get, "/tides.css") { Headers = { IfModifiedSince = first.Content.Headers.LastModified } };
        using HttpResponseMessage second = await _client.SendAsync(byTag);
        using HttpResponseMessage third = await _client.SendAsync(byDate);
        using HttpResponseMessage fourth = await _client.GetAsync("/index.html");
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, third.StatusCode);
        Assert.Equal("<h1>Harbour</h1>", await fourth.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Compressed_responses_stay_compressed()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/tides.css") { Headers = { AcceptEncoding = { new StringWithQualityHeaderValue("gzip") } } };
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using GZipStream plain = new(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using StreamReader reader = new(plain);
        Assert.Equal(Text, await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        HashSet<string> oneByOne = [], atOnce = [];
        for (int i = 0; i < 200; i++)
        {
            oneByOne.Add(await ConnectionOfAsync());
        }

        for (int round = 0; round < 50; round++)
        {
            atOnce.UnionWith(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConnectionOfAsync())));
        }

        // A client may ask again, over another connection, a moment before the edge has put its connection to the origin back.
        Assert.True(oneByOne.Count <= 2, $"{oneByOne.Count} connections for 200 requests, one by one: {string.Join(' ', oneByOne)}");
        Assert.True(atOnce.Count <= 16, $"{atOnce.Count} connections for 400 requests, 8 at a time");
        TestContext.Current.TestOutputHelper?.WriteLine($"{oneByOne.Count} connections one by one, {atOnce.Count} for 8 at a time");
    }

    [Fact]
    public async Task A_reload_of_nginx_under_load_loses_no_request()
    {
        using CancellationTokenSource over = new();
        ConcurrentBag<string> workers = [], failures = [];
        int requests = 0;
        Task[] visitors = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                using HttpResponseMessage response = await _client.GetAsync("/tides.css");
                if (response.StatusCode != HttpStatusCode.OK || (await response.Content.ReadAsStringAsync()).Length != Text.Length)
                {
                    failures.Add($"{(int)response.StatusCode}");
                }
                else
                {
                    workers.Add(response.Headers.GetValues("X-Connection").First().Split('-')[0]);
                }

                Interlocked.Increment(ref requests);
            }
        }))];

        // Each time the workers that answer must be other ones than before.
        for (int reload = 0; reload < 3; reload++)
        {
            HashSet<string> before = await WorkersSeenAsync(workers);
            _site.Reload();
            while (before.IsSupersetOf(await WorkersSeenAsync(workers)))
            {
                Assert.DoesNotContain(visitors, visitor => visitor.IsCompleted);
            }
        }

        await over.CancelAsync();
        await Task.WhenAll(visitors);
        Assert.Empty(failures);
        Assert.True(requests > 100, $"only {requests} requests");
    }

    /// <summary>Those that answered while another 100 requests went by.</summary>
    private async Task<HashSet<string>> WorkersSeenAsync(ConcurrentBag<string> workers)
    {
        workers.Clear();
        while (workers.Count < 100)
        {
            (await _client.GetAsync("/index.html")).Dispose();
        }

        return [.. workers];
    }

    private async Task<string> ConnectionOfAsync()
    {
        using HttpResponseMessage response = await _client.GetAsync("/index.html");
        return Assert.Single(response.Headers.GetValues("X-Connection"));
    }
}
