using System.Net;
using System.Net.Sockets;
using Breakwater.Supervision;

namespace Breakwater.Tests.Supervision;

/// <summary>The line between supervisor and edge.</summary>
public sealed class ControlChannelTests : IDisposable
{
    private readonly ControlChannel _one;
    private readonly ControlChannel _other;

    public ControlChannelTests()
    {
        (int one, int other) = SystemCalls.SocketPair();
        (_one, _other) = (new ControlChannel(one), new ControlChannel(other));
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Messages_come_whole_and_in_order()
    {
        Assert.True(_one.TrySend("serving", "/var/lib/breakwater\nstandby"));
        Assert.True(_one.TrySend("pulse"));

        Assert.Equal(ChannelState.Message, _other.Receive(wait: true, out ChannelMessage first));
        Assert.Equal(ChannelState.Message, _other.Receive(wait: false, out ChannelMessage second));
        Assert.Equal(ChannelState.Empty, _other.Receive(wait: false, out _));
        Assert.Equal(new ChannelMessage("serving", "/var/lib/breakwater\nstandby", -1), first);
        Assert.Equal(new ChannelMessage("pulse", "", -1), second);
    }

    [Fact]
    public async Task A_listening_socket_goes_with_a_message_and_its_queue_with_it()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        EndPoint address = listening.LocalEndPoint!;
        using TcpClient waiting = new();
        await waiting.ConnectAsync((IPEndPoint)address, TestContext.Current.CancellationToken);

        Assert.True(_one.TrySend("socket", address.ToString()!, (int)listening.Handle));
        listening.Dispose();
        Assert.Equal(ChannelState.Message, _other.Receive(wait: true, out ChannelMessage message));

        using Socket passed = new(new SafeSocketHandle(message.Descriptor, ownsHandle: true));
        using Socket accepted = passed.Accept();
        Assert.Equal(((IPEndPoint)waiting.Client.LocalEndPoint!).Port, ((IPEndPoint)accepted.RemoteEndPoint!).Port);
    }

    [Fact]
    public void The_end_of_the_other_side_is_noticed_by_both_who_listen_and_who_talk()
    {
        _one.Dispose();
        Assert.Equal(ChannelState.Gone, _other.Receive(wait: true, out _));
        Assert.False(_other.TrySend("pulse"));
        Assert.False(_one.TrySend("after the end"));
    }

    [Fact]
    public void One_that_is_not_read_says_that_it_has_no_room_and_does_not_wait()
    {
        int sent = 0;
        while (sent < 100_000 && _one.TrySend("pulse")) sent++;
        Assert.InRange(sent, 10, 99_999);
        Assert.Equal(ChannelState.Message, _other.Receive(wait: false, out _));
        Assert.True(_one.TrySend("pulse"));
    }
}
