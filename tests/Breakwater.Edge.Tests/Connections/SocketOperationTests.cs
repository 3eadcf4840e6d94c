using System.Threading.Channels;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Tests.Listeners.Sockets;

namespace Breakwater.Edge.Tests.Connections;

/// <summary>
/// The operations under every connection, when they or their socket are disposed of: an end, never an exception, and never one that nobody hears of.
/// What they do otherwise is stated by the tests of those who use them.
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
        _receiver = new SocketReceiver(_pair.Server, this);
        _sender = new SocketSender(_pair.Server);
    }

    void IReceiving.OnReceived(int result) => _received.Writer.TryWrite(result);

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
        _pair.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NothingIsReceivedAfterTheEnd(bool socketToo)
    {
        End(_receiver, socketToo);
        Assert.True(_receiver.TryReceive(_buffer, out int result));
        Assert.Equal(SocketReceiver.Failed, result);
        Assert.Equal(0, _received.Reader.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NothingIsSentAfterTheEnd(bool socketToo)
    {
        End(_sender, socketToo);
        ValueTask<bool> sent = _sender.SendAsync("hello"u8.ToArray());
        Assert.True(sent.IsCompleted);
        Assert.False(await sent);
    }

    [Fact]
    public async Task AReceiveUnderWayBringsWhatComesAlthoughItsReceiverIsDisposedOf()
    {
        Assert.False(_receiver.TryReceive(_buffer, out _));
        _receiver.Dispose();
        _pair.Client.Send("hello"u8);
        Assert.Equal(5, await ReceivedAsync());
        Assert.True(_receiver.TryReceive(_buffer, out int result));
        Assert.Equal(SocketReceiver.Failed, result);
    }

    [Fact]
    public async Task AReceiveUnderWayFailsWithItsSocket()
    {
        Assert.False(_receiver.TryReceive(_buffer, out _));
        End(_receiver, socketToo: true);
        Assert.Equal(SocketReceiver.Failed, await ReceivedAsync());
    }

    [Fact]
    public async Task ASendUnderWayIsCompletedAlthoughItsSenderIsDisposedOf()
    {
        byte[] bytes = SocketPair.Numbered(1_000_000);
        Task<bool> sent = _sender.SendAsync(bytes).AsTask();
        Assert.False(sent.IsCompleted);
        _sender.Dispose();
        Assert.Equal(bytes, await _pair.ReadAtClientAsync(bytes.Length));
        Assert.True(await sent.WaitAsync(SocketPair.Patience));
    }

    [Fact]
    public async Task ASendUnderWayFailsWithItsSocket()
    {
        Task<bool> sent = _sender.SendAsync(new byte[1_000_000]).AsTask();
        Assert.False(sent.IsCompleted);
        End(_sender, socketToo: true);
        Assert.False(await sent.WaitAsync(SocketPair.Patience));
    }

    private void End(IDisposable operation, bool socketToo)
    {
        if (socketToo)
        {
            _pair.Server.Dispose();
        }

        operation.Dispose();
    }

    private async Task<int> ReceivedAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(SocketPair.Patience);
}
