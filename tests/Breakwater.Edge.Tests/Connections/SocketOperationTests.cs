using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Connections.Polling;
using Breakwater.Edge.Tests.Listeners.Sockets;

namespace Breakwater.Edge.Tests.Connections;

/// <summary>
/// The operations under every connection: what is there is received at once, what comes later is told, and when the socket is disposed of there is an
/// end, never an exception, and never one that nobody hears of. What they do otherwise is stated by the tests of those who use them.
/// </summary>
public sealed class SocketOperationTests : IReceiving, IDisposable
{
    private readonly SocketPair _pair = SocketPair.Connect(bufferBytes: 64 * 1024);
    private readonly Channel<int> _received = Channel.CreateUnbounded<int>();
    private readonly byte[] _buffer = new byte[16];
    private readonly SocketReceiver _receiver;
    private readonly SocketSender _sender;

    public SocketOperationTests()
    {
        _receiver = new SocketReceiver(_pair.Polled, this);
        _sender = new SocketSender(_pair.Polled);
    }

    void IReceiving.OnReceived(int result) => _received.Writer.TryWrite(result);

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void WhatIsThereAlreadyIsReceivedAtOnce()
    {
        _pair.Deliver("hello"u8);
        Assert.True(_receiver.TryReceive(_buffer, out int result));
        Assert.Equal(5, result);
        Assert.Equal("hello"u8, _buffer.AsSpan(0, 5));
    }

    [Fact]
    public async Task WhatComesLaterIsTold()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.False(_receiver.TryReceive(_buffer, out _));
            _pair.Client.Send("hello"u8);
            Assert.Equal(5, await ReceivedAsync());
        }
    }

    [Fact]
    public void MoreThanFitsIsReceivedWithoutAnotherEvent()
    {
        byte[] bytes = SocketPair.Numbered(100);
        _pair.Deliver(bytes);
        List<byte> got = [];
        while (got.Count < bytes.Length)
        {
            Assert.True(_receiver.TryReceive(_buffer, out int result));
            got.AddRange(_buffer.AsSpan(0, result));
        }

        Assert.Equal(bytes, got);
        Assert.False(_receiver.TryReceive(_buffer, out _));
    }

    /// <summary>In pieces of every size up to more than the buffer, whether the sender or the receiver is faster.</summary>
    [Fact]
    public async Task EveryByteComesOnceAndInOrder()
    {
        byte[] bytes = SocketPair.Numbered(20_000);
        Task sending = Task.Run(() =>
        {
            for (int at = 0, size = 1; at < bytes.Length; at += size, size = size % 37 + 1)
            {
                _pair.Client.Send(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
            }

            _pair.Client.Shutdown(SocketShutdown.Send);
        });
        List<byte> got = [];
        while (true)
        {
            if (!_receiver.TryReceive(_buffer, out int result))
            {
                result = await ReceivedAsync();
            }

            if (result == 0)
            {
                break;
            }

            got.AddRange(_buffer.AsSpan(0, result));
        }

        await sending;
        Assert.Equal(bytes, got);
        Assert.True(_receiver.TryReceive(_buffer, out int again));
        Assert.Equal(0, again);
    }

    /// <summary>Less than was asked for comes, and the end with it: no other event will tell of that.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheEndThatCameWithTheLastBytesIsSeen(bool whileWaiting)
    {
        bool isPending = whileWaiting && !_receiver.TryReceive(_buffer, out _);
        _pair.Client.Send("bye"u8);
        _pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(3, isPending ? await ReceivedAsync() : await ReceiveAsync());
        Assert.Equal(0, await ReceiveAsync());
        Assert.Equal(0, await ReceiveAsync());
    }

    [Fact]
    public void NothingIsReceivedAfterTheEnd()
    {
        _pair.Polled.Dispose();
        Assert.True(_receiver.TryReceive(_buffer, out int result));
        Assert.Equal(SocketReceiver.Failed, result);
        Assert.Equal(0, _received.Reader.Count);
    }

    [Fact]
    public async Task NothingIsSentAfterTheEnd()
    {
        _pair.Polled.Dispose();
        ValueTask<bool> sent = _sender.SendAsync("hello"u8.ToArray());
        Assert.True(sent.IsCompleted);
        Assert.False(await sent);
    }

    [Fact]
    public async Task AReceiveUnderWayFailsWithItsSocket()
    {
        Assert.False(_receiver.TryReceive(_buffer, out _));
        _pair.Polled.Dispose();
        Assert.Equal(SocketReceiver.Failed, await ReceivedAsync());
        Assert.True(_receiver.TryReceive(_buffer, out int result));
        Assert.Equal(SocketReceiver.Failed, result);
        Assert.Equal(0, _received.Reader.Count);
    }

    [Fact]
    public async Task ASendWaitsForAClientThatDoesNotRead()
    {
        byte[] bytes = SocketPair.Numbered(1_000_000);
        for (int i = 0; i < 3; i++)
        {
            Task<bool> sent = _sender.SendAsync(bytes).AsTask();
            Assert.False(sent.IsCompleted);
            Assert.Equal(bytes, await _pair.ReadAtClientAsync(bytes.Length));
            Assert.True(await sent.WaitAsync(SocketPair.Patience));
        }
    }

    [Fact]
    public async Task ASendUnderWayFailsWithItsSocket()
    {
        Task<bool> sent = _sender.SendAsync(new byte[1_000_000]).AsTask();
        Assert.False(sent.IsCompleted);
        _pair.Polled.Dispose();
        Assert.False(await sent.WaitAsync(SocketPair.Patience));
    }

    /// <summary>A place in the loop is taken over by others: a late event of one socket is not another's.</summary>
    [Fact]
    public async Task ConnectionsThatComeAndGoDoNotTouchEachOther()
    {
        Assert.False(_receiver.TryReceive(_buffer, out _));
        for (int i = 0; i < 200; i++)
        {
            using var other = SocketPair.Connect();
            var received = new Receiving();
            var receiver = new SocketReceiver(other.Polled, received);
            byte[] buffer = new byte[16];
            if (!receiver.TryReceive(buffer, out _))
            {
                other.Client.Send([(byte)i]);
                if (i % 2 == 0)
                {
                    Assert.Equal(1, await received.Result.WaitAsync(SocketPair.Patience));
                    Assert.Equal((byte)i, buffer[0]);
                }
            }
        }

        Assert.Equal(0, _received.Reader.Count);
        _pair.Client.Send("hello"u8);
        Assert.Equal(5, await ReceivedAsync());
    }

    [Fact]
    public async Task ConnectsAndThenSendsAndReceives()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var polled = new PolledSocket(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await polled.ConnectAsync(listener.LocalEndPoint!).AsTask().WaitAsync(SocketPair.Patience);
        using Socket accepted = listener.Accept();
        var received = new Receiving();
        var receiver = new SocketReceiver(polled, received);
        bool isPending = !receiver.TryReceive(_buffer, out int result);
        accepted.Send("hello"u8);
        Assert.Equal(5, isPending ? await received.Result.WaitAsync(SocketPair.Patience) : result);
        Assert.True(await new SocketSender(polled).SendAsync("answer"u8.ToArray()));
        byte[] answer = new byte[6];
        Assert.Equal(6, accepted.Receive(answer));
    }

    [Theory]
    [InlineData(false, SocketError.ConnectionRefused)]
    [InlineData(true, SocketError.AddressNotAvailable)]
    public async Task NobodyThereIsAnErrorInThePlatformsWords(bool isFile, SocketError expected)
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint nobody = isFile ? new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())) : free.LocalEndPoint!;
        using var polled = new PolledSocket(new Socket(nobody.AddressFamily, SocketType.Stream, ProtocolType.Unspecified));
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => polled.ConnectAsync(nobody).AsTask().WaitAsync(SocketPair.Patience));
        Assert.Equal(expected, refused.SocketErrorCode);
    }

    /// <summary>A queue of one that is full, on loopback: further connections are not answered.</summary>
    [Fact]
    public async Task AConnectUnderWayFailsWithItsSocket()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        List<PolledSocket> sockets = [];
        Task? waiting = null;
        for (int i = 0; i < 16 && waiting is null; i++)
        {
            var polled = new PolledSocket(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            sockets.Add(polled);
            Task connecting = polled.ConnectAsync(listener.LocalEndPoint!).AsTask();
            waiting = await Task.WhenAny(connecting, Task.Delay(200)) == connecting ? null : connecting;
        }

        Assert.NotNull(waiting);
        sockets[^1].Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(SocketPair.Patience));
        sockets.ForEach(socket => socket.Dispose());
    }

    private async Task<int> ReceiveAsync() => _receiver.TryReceive(_buffer, out int result) ? result : await ReceivedAsync();

    private async Task<int> ReceivedAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(SocketPair.Patience);

    private sealed class Receiving : IReceiving
    {
        private readonly TaskCompletionSource<int> _result = new();

        public Task<int> Result => _result.Task;

        public void OnReceived(int result) => _result.TrySetResult(result);
    }
}
