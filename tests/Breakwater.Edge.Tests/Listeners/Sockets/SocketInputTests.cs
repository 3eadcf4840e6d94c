using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Breakwater.Edge.Listeners.Sockets;

namespace Breakwater.Edge.Tests.Listeners.Sockets;

/// <summary>What a client sends, as its reader gets it: every byte once, in order, whatever was cancelled between.</summary>
public sealed class SocketInputTests : IDisposable
{
    private const int SmallBuffer = 4096, LargeBuffer = 64 * 1024;

    private readonly SocketPair _pair = SocketPair.Connect();
    private readonly SocketInput _input;

    public SocketInputTests() => _input = new SocketInput(_pair.Polled);

    public void Dispose()
    {
        _input.Complete();
        _pair.Dispose();
    }

    [Fact]
    public async Task WhatIsThereIsReadAtOnce()
    {
        _pair.Deliver("hello"u8);
        ValueTask<ReadResult> read = _input.ReadAsync();
        Assert.True(read.IsCompleted);
        Is("hello", await read);
    }

    [Fact]
    public async Task AReadWaitsForWhatComes()
    {
        Task<ReadResult> read = Read();
        Assert.False(read.IsCompleted);
        _pair.Client.Send("hello"u8);
        Is("hello", await EndOf(read));
    }

    [Fact]
    public async Task WhatIsConsumedIsGone()
    {
        _pair.Deliver("hello, world"u8);
        ReadResult read = await _input.ReadAsync();
        _input.AdvanceTo(read.Buffer.GetPosition(7));
        Assert.True(_input.TryRead(out read));
        Is("world", read);
        _input.AdvanceTo(read.Buffer.End);
        Assert.False(_input.TryRead(out _));
    }

    [Fact]
    public async Task WhatWasExaminedWakesNobodyUntilMoreHasCome()
    {
        _pair.Deliver("GET"u8);
        ReadResult read = await _input.ReadAsync();
        _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.False(_input.TryRead(out _));
        Task<ReadResult> next = Read();
        Assert.False(next.IsCompleted);
        _pair.Client.Send(" /"u8);
        Is("GET /", await EndOf(next));
    }

    // ── Cancellation

    [Fact]
    public async Task ACancelledReadEndsWithNothingAndLosesNothing()
    {
        Task<ReadResult> read = Read();
        _input.CancelPendingRead();
        ReadResult cancelled = await EndOf(read);
        Assert.True(cancelled.IsCanceled);
        Assert.False(cancelled.IsCompleted);
        Assert.True(cancelled.Buffer.IsEmpty);
        _input.AdvanceTo(cancelled.Buffer.End);

        // The receive that the cancelled read began is still under way, and brings this.
        _pair.Client.Send("hello"u8);
        Is("hello", await EndOf(Read()));
    }

    [Fact]
    public async Task AReceiveThatEndsBetweenACancelledReadAndTheNextIsNotLost()
    {
        Task<ReadResult> read = Read();
        _input.CancelPendingRead();
        _input.AdvanceTo((await EndOf(read)).Buffer.End);
        _pair.Client.Send("hello"u8);
        ReadResult next;
        while (!_input.TryRead(out next))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Is("hello", next);
    }

    [Fact]
    public async Task ACancelledReadShowsWhatIsUnread()
    {
        _pair.Deliver("GET"u8);
        ReadResult read = await _input.ReadAsync();
        _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Task<ReadResult> next = Read();
        _input.CancelPendingRead();
        ReadResult cancelled = await EndOf(next);
        Assert.True(cancelled.IsCanceled);
        Assert.Equal("GET", Text(cancelled));

        // What the reader keeps meanwhile stays before what comes behind it.
        _input.AdvanceTo(cancelled.Buffer.GetPosition(1), cancelled.Buffer.End);
        _pair.Client.Send(" /"u8);
        Is("ET /", await EndOf(Read()));
    }

    [Fact]
    public async Task CancellingWhileNobodyReadsEndsTheNextReadAndOnlyThat()
    {
        _input.CancelPendingRead();
        ValueTask<ReadResult> cancelled = _input.ReadAsync();
        Assert.True(cancelled.IsCompleted);
        Assert.True((await cancelled).IsCanceled);
        _pair.Deliver("hello"u8);
        Is("hello", await EndOf(Read()));
    }

    [Fact]
    public async Task CancellingTwiceEndsOneRead()
    {
        Task<ReadResult> read = Read();
        _input.CancelPendingRead();
        Assert.True((await EndOf(read)).IsCanceled);
        _input.CancelPendingRead();
        _input.CancelPendingRead();
        Assert.True((await EndOf(Read())).IsCanceled);
        Task<ReadResult> next = Read();
        Assert.False(next.IsCompleted);
        _pair.Client.Send("hello"u8);
        Is("hello", await EndOf(next));
    }

    [Fact]
    public async Task ATokenEndsTheReadItWasGivenAndNoOther()
    {
        using CancellationTokenSource cancel = new();
        Task<ReadResult> read = _input.ReadAsync(cancel.Token).AsTask();
        Assert.False(read.IsCompleted);
        await cancel.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EndOf(read));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        _pair.Client.Send("hello"u8);
        Is("hello", await EndOf(Read()));
    }

    [Fact]
    public async Task ATokenOfAReadThatIsOverEndsNothing()
    {
        using CancellationTokenSource cancel = new();
        Task<ReadResult> read = _input.ReadAsync(cancel.Token).AsTask();
        _pair.Client.Send("one"u8);
        _input.AdvanceTo(Is("one", await EndOf(read)).Buffer.End);
        Task<ReadResult> next = Read();
        await cancel.CancelAsync();
        Assert.False(next.IsCompleted);
        _pair.Client.Send("two"u8);
        Is("two", await EndOf(next));
    }

    [Fact]
    public async Task ATokenThatIsCancelledAlreadyEndsAReadThatWouldWait()
    {
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _input.ReadAsync(cancelled).AsTask());
        _pair.Deliver("hello"u8);
        Is("hello", await EndOf(Read()));
    }

    // ── The buffer

    [Fact]
    public async Task AConnectionThatWaitsHoldsASmallBuffer()
    {
        _pair.Deliver("hello"u8);
        Assert.Equal(SmallBuffer, BufferOf(await _input.ReadAsync()).Length);
    }

    [Fact]
    public async Task WhatIsNotConsumedStaysInOnePieceHoweverLongItGrows()
    {
        byte[] sent = SocketPair.Numbered(300_000);
        Task sending = _pair.Client.SendAsync(sent.AsMemory()).AsTask();
        ReadResult read = await EndOf(Read());
        while (read.Buffer.Length < sent.Length)
        {
            _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await EndOf(Read());
            Assert.True(read.Buffer.IsSingleSegment);
        }

        Assert.Equal(sent, read.Buffer.ToArray());
        await sending;
    }

    [Fact]
    public async Task TheBufferGrowsWithABodyToABoundAndShrinksBehindIt()
    {
        foreach (int size in (int[])[SmallBuffer, 2 * SmallBuffer, 4 * SmallBuffer, 8 * SmallBuffer, LargeBuffer, LargeBuffer])
        {
            // Each receive fills its buffer, so there may be more to come than it holds.
            byte[] part = SocketPair.Numbered(size);
            _pair.Deliver(part);
            ReadResult read = await EndOf(Read());
            Assert.Equal(size, BufferOf(read).Length);
            Assert.Equal(part, read.Buffer.ToArray());
            _input.AdvanceTo(read.Buffer.End);
        }

        // That the body is over shows in a receive that leaves the buffer nearly empty; the one behind it has a small one.
        foreach ((string message, int size) in ((string, int)[])[("one", LargeBuffer), ("two", SmallBuffer)])
        {
            _pair.Deliver(Encoding.ASCII.GetBytes(message));
            ReadResult read = Is(message, await EndOf(Read()));
            Assert.Equal(size, BufferOf(read).Length);
            _input.AdvanceTo(read.Buffer.End);
        }
    }

    [Fact]
    public async Task AReceiveThatWasBegunWritesWhereItWasTold()
    {
        Task<ReadResult> read = Read();
        _input.CancelPendingRead();
        ReadResult cancelled = await EndOf(read);
        _input.AdvanceTo(cancelled.Buffer.End);
        _pair.Client.Send("hello"u8);
        Assert.Same(BufferOf(cancelled), BufferOf(Is("hello", await EndOf(Read()))));
    }

    // ── The end

    [Fact]
    public async Task AClosedConnectionEndsBehindItsLastByte()
    {
        _pair.Client.Send("bye"u8);
        _pair.Client.Shutdown(SocketShutdown.Send);
        ReadResult read = await EndOf(Read());
        Is("bye", read);
        _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        read = await EndOf(Read());
        Assert.True(read.IsCompleted);
        Assert.Equal("bye", Text(read));
        _input.AdvanceTo(read.Buffer.End);
        Ended(await EndOf(Read()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AResetIsAnEndAndNoException(bool whileWaiting)
    {
        if (whileWaiting)
        {
            Task<ReadResult> read = Read();
            _pair.Reset();
            Ended(await EndOf(read));
        }
        else
        {
            _pair.ResetAndArrive();
        }

        Ended(await EndOf(Read()));
    }

    [Fact]
    public async Task ClosingTheSocketEndsAReadThatWaits()
    {
        Task<ReadResult> read = Read();
        _pair.Polled.Dispose();
        Ended(await EndOf(read));
        Ended(await EndOf(Read()));
    }

    [Fact]
    public async Task AReadOfAClosedSocketIsAnEndAndNoException()
    {
        _pair.Polled.Dispose();
        Ended(await EndOf(Read()));
    }

    [Fact]
    public async Task ACompletedInputHasEnded()
    {
        _pair.Deliver("hello"u8);
        await _input.ReadAsync();
        _input.Complete();
        _input.Complete();
        Ended(await EndOf(Read()));
    }

    /// <summary>The kernel may write into that memory until the receive is over, so nobody else may get it before.</summary>
    [Fact]
    public async Task MemoryOfAReceiveUnderWayIsNotGivenToOthers()
    {
        Task<ReadResult> read = Read();
        _input.CancelPendingRead();
        byte[] buffer = BufferOf(await EndOf(read));
        _input.Complete();
        Assert.DoesNotContain(RentAll(buffer.Length), rented => rented == buffer);
    }

    [Fact]
    public async Task MemoryOfAnInputWithoutReceiveIsGivenBack()
    {
        _pair.Deliver("hello"u8);
        byte[] buffer = BufferOf(await _input.ReadAsync());
        _input.Complete();
        _input.Complete();
        Assert.Single(RentAll(buffer.Length), rented => rented == buffer);
    }

    private Task<ReadResult> Read() => _input.ReadAsync().AsTask();

    private static Task<ReadResult> EndOf(Task<ReadResult> read) => read.WaitAsync(SocketPair.Patience);

    private static ReadResult Is(string text, ReadResult read)
    {
        Assert.Equal(text, Text(read));
        Assert.False(read.IsCanceled);
        Assert.False(read.IsCompleted);
        return read;
    }

    private static void Ended(ReadResult read)
    {
        Assert.True(read.IsCompleted);
        Assert.False(read.IsCanceled);
        Assert.True(read.Buffer.IsEmpty);
    }

    private static string Text(ReadResult read) => Encoding.ASCII.GetString(read.Buffer);

    private static byte[] BufferOf(ReadResult read) => MemoryMarshal.TryGetArray(read.Buffer.First, out ArraySegment<byte> segment) ? segment.Array! : [];

    /// <summary>What the shared pool has to give to this thread.</summary>
    private static List<byte[]> RentAll(int size) => [.. Enumerable.Range(0, 64).Select(_ => ArrayPool<byte>.Shared.Rent(size))];
}
