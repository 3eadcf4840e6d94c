using System.Net;
using System.Net.Sockets;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>What is sent again when an origin takes a request and goes away without an answer, and what is not.</summary>
public sealed class RetryTests : IAsyncDisposable
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly string Small = new('b', 1000);
    private static readonly string Large = new('b', 64 * 1024);

    private readonly Socket[] _listeners = [Listen(), Listen()];
    private readonly List<string> _requests = [];
    private readonly TaskCompletionSource _headSeen = new();
    private readonly TaskCompletionSource _secondHeadSeen = new();
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly RawClient _client = new();

    public RetryTests() => _limit.CancelAfter(TimeSpan.FromSeconds(20));

    private int Seen
    {
        get
        {
            lock (_requests)
            {
                return _requests.Count;
            }
        }
    }

    public static TheoryData<string> SentAgain => new()
    {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        $"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{Small}",
        $"DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{Small}\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    };

    public static TheoryData<string> NotSentAgain => new()
    {
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{Small}",
        $"PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{Small}",
        $"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n{Large}",
    };

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        Array.ForEach(_listeners, listener => listener.Dispose());
        _client.Dispose();
        _limit.Dispose();
    }

    [Theory]
    [MemberData(nameof(SentAgain))]
    public async Task SentAgainAsItWas(string request)
    {
        await using Edge edge = await StartAsync();
        await _client.SendAsync(request, _limit.Token);
        Assert.Equal(200, (await ResponseAsync()).Status);
        Assert.Equal(2, _requests.Count);
        Assert.Equal(Body(request), Body(_requests[0]));
        Assert.Equal(Body(request), Body(_requests[1]));
    }

    [Fact]
    public async Task ABodyThatCameAfterItsHeadIsSentAgainToo()
    {
        await using Edge edge = await StartAsync();
        await _client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", _limit.Token);
        await _headSeen.Task.WaitAsync(_limit.Token);
        await _client.SendAsync(Small, _limit.Token);
        Assert.Equal(200, (await ResponseAsync()).Status);
        Assert.Equal([Small, Small], _requests.Select(Body));
    }

    [Theory]
    [MemberData(nameof(NotSentAgain))]
    public async Task NotSentAgainAndAnsweredWith502(string request)
    {
        await using Edge edge = await StartAsync();
        await _client.SendAsync(request, _limit.Token);
        Assert.Equal(502, (await ResponseAsync()).Status);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task ARequestWhoseBodyIsStillToComeIsSentAgain()
    {
        await using Edge edge = await StartAsync(afterHead: true);
        await _client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", _limit.Token);
        await _secondHeadSeen.Task.WaitAsync(_limit.Token);
        await _client.SendAsync(Small, _limit.Token);
        Assert.Equal(200, (await ResponseAsync()).Status);
        Assert.Equal(["", Small], _requests.Select(Body));
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static string Body(string request) => request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    private async Task<Http1Message> ResponseAsync()
    {
        Http1Message? response = await _client.ReadResponseAsync(bodyless: false, _limit.Token);
        Assert.NotNull(response);
        return response;
    }

    /// <summary>An edge before two origins: the first request that reaches either of them is reset, once it is whole or after its head.</summary>
    private async Task<Edge> StartAsync(bool afterHead = false)
    {
        Array.ForEach(_listeners, listener => _ = ServeAsync(listener, afterHead));
        Edge edge = await Edge.StartAsync(
            new BreakwaterConfig
            {
                Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],
                Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
                Zones =
                [
                    new ZoneConfig
                    {
                        Name = "retries",
                        Origins = [.. _listeners.Select(listener => new OriginConfig { Url = new OriginAddress(false, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port) })],
                    },
                ],
            },
            new EdgeOptions(),
            _limit.Token);
        await _client.ConnectAsync((IPEndPoint)edge.EndPoints[0], _limit.Token);
        return edge;
    }

    private async Task ServeAsync(Socket listener, bool afterHead)
    {
        while (!_limit.IsCancellationRequested)
        {
            using Socket connection = await listener.AcceptAsync(_limit.Token);
            var request = new StringBuilder();
            byte[] buffer = new byte[16 * 1024];
            while (!IsWhole(request.ToString(), afterHead && Seen == 0))
            {
                int read = await connection.ReceiveAsync(buffer, _limit.Token);
                if (read == 0)
                {
                    return;
                }

                request.Append(Encoding.Latin1.GetString(buffer, 0, read));
                if (request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    (Seen == 0 ? _headSeen : _secondHeadSeen).TrySetResult();
                }
            }

            bool first;
            lock (_requests)
            {
                first = _requests.Count == 0;
                _requests.Add(request.ToString());
            }

            if (first)
            {
                connection.LingerState = new LingerOption(true, 0);
                continue;
            }

            await connection.SendAsync(Encoding.ASCII.GetBytes(Answer), _limit.Token);
            await connection.ReceiveAsync(buffer, _limit.Token);
        }
    }

    private static bool IsWhole(string request, bool headOnly)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || headOnly)
        {
            return end >= 0;
        }

        int length = request.IndexOf("Content-Length: ", StringComparison.Ordinal);
        return length >= 0
            ? request.Length - end - 4 == int.Parse(request[(length + 16)..request.IndexOf('\r', length)], System.Globalization.CultureInfo.InvariantCulture)
            : !request.Contains("chunked", StringComparison.Ordinal) || request.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
    }
}
