using System.Net;
using System.Net.Sockets;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>The suite itself: that its tables are sound, and that its judge finds the faults it is made to find.</summary>
public sealed class DesyncTablesTests
{
    [Fact]
    public void Tables_are_as_large_as_promised_and_hold_bytes_only()
    {
        Assert.True(DesyncTables.Requests.Count >= 100, $"{DesyncTables.Requests.Count} requests");
        Assert.True(DesyncTables.Responses.Count >= 50, $"{DesyncTables.Responses.Count} responses");
        Assert.All(DesyncTables.Requests.Values, one => Assert.DoesNotContain(one.Bytes, c => c > 0xFF));
        Assert.All(DesyncTables.Responses.Values, one => Assert.DoesNotContain(one.Bytes, c => c > 0xFF));
        Assert.All(DesyncTables.Requests.Values, one => Assert.StartsWith("RFC ", one.Source));
        Assert.All(DesyncTables.Responses.Values, one => Assert.StartsWith("RFC ", one.Source));
    }

    [Theory]
    [InlineData("Content-Length, then chunked (CL.TE)")]
    [InlineData("the same Content-Length twice")]
    [InlineData("xchunked")]
    [InlineData("two Hosts")]
    [InlineData("obs-fold")]
    [InlineData("bare LF in a chunk extension hides a request")]
    [InlineData("field named by Connection")]
    public async Task An_edge_that_passes_requests_on_unread_is_found_out(string name)
    {
        await using var origin = new RecordingOrigin();
        await using var edge = new BlindRelay(origin.Endpoint);
        var one = DesyncTables.Requests[name];
        var outcome = await new DesyncRunner(edge, origin) { Patience = TimeSpan.FromSeconds(1) }.RunAsync(one);
        Assert.NotNull(one.Verdict.Mismatch(outcome));
    }

    [Theory]
    [InlineData("plain GET")]
    [InlineData("several chunks")]
    [InlineData("body shorter than its length")]
    public async Task An_edge_that_passes_good_requests_on_is_right(string name)
    {
        await using var origin = new RecordingOrigin();
        await using var edge = new BlindRelay(origin.Endpoint);
        var one = DesyncTables.Requests[name];
        var outcome = await new DesyncRunner(edge, origin) { Patience = TimeSpan.FromSeconds(1) }.RunAsync(one);
        Assert.Null(one.Verdict.Mismatch(outcome));
    }

    [Theory]
    [InlineData("a second response at once")]
    [InlineData("Content-Length and chunked")]
    [InlineData("field named by Connection")]
    [InlineData("NUL in a value")]
    public async Task An_edge_that_passes_responses_on_unread_is_found_out(string name)
    {
        await using var origin = new RecordingOrigin();
        await using var edge = new BlindRelay(origin.Endpoint);
        var one = DesyncTables.Responses[name];
        var outcome = await new DesyncRunner(edge, origin) { Patience = TimeSpan.FromSeconds(1) }.RunAsync(one);
        Assert.NotNull(one.Mismatch(outcome));
    }

    [Fact]
    public async Task An_answer_of_the_edges_own_is_not_taken_for_the_origins()
    {
        await using var origin = new RecordingOrigin();
        await using var edge = new BlindRelay(origin.Endpoint);
        var one = DesyncTables.Responses["Content-Length"];
        var outcome = await new DesyncRunner(edge, origin).RunAsync(one);
        Assert.Null(one.Mismatch(outcome));
        Assert.Equal("hello", outcome.Response?.Body);
        Assert.NotNull(ResponseVerdict.BadGateway.Mismatch(outcome));
    }

    /// <summary>What an edge must not be: bytes in, bytes out.</summary>
    private sealed class BlindRelay : IEdgeUnderTest
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _relaying;

        public BlindRelay(IPEndPoint origin)
        {
            _listener.Start();
            _relaying = RelayAsync(origin);
        }

        public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

        private async Task RelayAsync(IPEndPoint origin)
        {
            var connections = new List<Task>();
            try
            {
                while (true)
                    connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token), origin));
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(connections);
            }
        }

        private async Task RelayAsync(TcpClient client, IPEndPoint origin)
        {
            using var server = new TcpClient();
            using (client)
            {
                await server.ConnectAsync(origin, _stop.Token);
                await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
            }
        }

        private async Task CopyAsync(TcpClient from, TcpClient to)
        {
            try
            {
                await from.GetStream().CopyToAsync(to.GetStream(), _stop.Token);
                to.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidOperationException or OperationCanceledException)
            {
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _relaying;
            _listener.Dispose();
            _stop.Dispose();
        }
    }
}
