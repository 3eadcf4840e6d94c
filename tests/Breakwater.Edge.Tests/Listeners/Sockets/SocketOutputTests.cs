using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Breakwater.Edge.Listeners.Sockets;

namespace Breakwater.Edge.Tests.Listeners.Sockets;

/// <summary>What a client gets: all that was written, in order, however slowly it reads; and a writer that waits for it.</summary>
public sealed class SocketOutputTests : IDisposable
{
    /// <summary>At least twice what fits into the kernel's buffers of a narrow pair, each of which may take double of what was asked for.</summary>
    private const int Much = 1_000_000;

    private const int NarrowBuffer = 64 * 1024;

    private readonly List<SocketPair> _pairs = [];

    public void Dispose() => _pairs.ForEach(pair => pair.Dispose());

    [Fact]
    public async Task WhatIsFlushedIsSentInTheOrderOfWriting()
    {
        (SocketPair pair, SocketOutput output) = Connect();
        "one "u8.CopyTo(output.GetSpan(4));
        output.Advance(4);
        "two "u8.CopyTo(output.GetMemory(4).Span);
        output.Advance(4);
        Assert.Equal(8, output.UnflushedBytes);
        Sent(await output.WriteAsync("three"u8.ToArray()));
        Assert.Equal(0, output.UnflushedBytes);
        Assert.Equal("one two three", await pair.ReadTextAtClientAsync(13));
    }

    [Fact]
    public async Task NothingIsSentBeforeAFlush()
    {
        (SocketPair pair, SocketOutput output) = Connect();
        output.Write("one"u8);
        output.Write("two"u8);
        Assert.Equal(0, pair.Client.Available);
        Sent(await output.FlushAsync());
        Assert.Equal("onetwo", await pair.ReadTextAtClientAsync(6));
    }

    [Fact]
    public async Task AFlushOfNothingIsOverAtOnce()
    {
        (SocketPair pair, SocketOutput output) = Connect();
        Sent(Now(output.FlushAsync()));
        Sent(Now(output.WriteAsync(ReadOnlyMemory<byte>.Empty)));
        output.Write("end"u8);
        Sent(await output.FlushAsync());
        Assert.Equal("end", await pair.ReadTextAtClientAsync(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task TheBufferGrowsToWhatIsWrittenIntoIt(int count)
    {
        (SocketPair pair, SocketOutput output) = Connect();
        byte[] bytes = SocketPair.Numbered(count);
        for (int at = 0; at < count;)
        {
            int part = Math.Min(count - at, 1000);
            output.Write(bytes.AsSpan(at, part));
            at += part;
        }

        ValueTask<FlushResult> flush = output.FlushAsync();
        Assert.Equal(bytes, await pair.ReadAtClientAsync(count));
        Sent(await flush);
    }

    [Fact]
    public void AdvancingBeyondTheMemoryIsRefused()
    {
        (_, SocketOutput output) = Connect();
        int length = output.GetMemory().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
    }

    // ── A client that reads slowly

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFlushWaitsForAClientThatReadsSlowly(bool copied)
    {
        (SocketPair pair, SocketOutput output) = Connect(NarrowBuffer);
        byte[] bytes = SocketPair.Numbered(Much);
        Task<FlushResult> flush = Send(output, bytes, copied);
        byte[] received = new byte[Much];
        for (int at = 0; at < Much; at += 1000)
        {
            // Half of it does not fit in between: as long as that is not read the flush cannot be over.
            Assert.False(at < Much / 2 && flush.IsCompleted);
            (await pair.ReadAtClientAsync(1000)).CopyTo(received, at);
        }

        Sent(await EndOf(flush));
        Assert.Equal(bytes, received);
    }

    [Fact]
    public async Task OneFlushAfterAnotherKeepsTheOrder()
    {
        (SocketPair pair, SocketOutput output) = Connect(NarrowBuffer);
        byte[] bytes = SocketPair.Numbered(Much);
        Task writing = Task.Run(async () =>
        {
            for (int at = 0, size = 1; at < Much; at += size, size = size * 3 % 70_001)
            {
                size = Math.Min(Math.Max(size, 1), Much - at);
                Sent(await Send(output, bytes.AsMemory(at, size), copied: size % 2 == 0));
            }
        });
        Assert.Equal(bytes, await pair.ReadAtClientAsync(Much));
        await writing.WaitAsync(SocketPair.Patience);
    }

    [Fact]
    public async Task CancellingAFlushDoesNotEndItAndIsToldByIt()
    {
        (SocketPair pair, SocketOutput output) = Connect(NarrowBuffer);
        byte[] bytes = SocketPair.Numbered(Much);
        Task<FlushResult> flush = Send(output, bytes, copied: false);
        output.CancelPendingFlush();
        Assert.False(flush.IsCompleted);
        Assert.Equal(bytes, await pair.ReadAtClientAsync(Much));
        Assert.True((await EndOf(flush)).IsCanceled);
        Sent(await output.FlushAsync());
    }

    // ── The end

    [Fact]
    public async Task AResetEndsAFlushThatWaitsWithoutAnException()
    {
        (SocketPair pair, SocketOutput output) = Connect(NarrowBuffer);
        Task<FlushResult> flush = Send(output, SocketPair.Numbered(Much), copied: false);
        Assert.False(flush.IsCompleted);
        pair.Reset();
        Broken(await EndOf(flush));
        Broken(Now(output.WriteAsync("more"u8.ToArray())));
    }

    [Fact]
    public async Task AWriteToAClientThatHasGoneIsNoException()
    {
        (SocketPair pair, SocketOutput output) = Connect();
        pair.ResetAndArrive();
        Broken(await output.WriteAsync("hello"u8.ToArray()));
    }

    [Fact]
    public async Task ClosingTheSocketEndsAFlushThatWaits()
    {
        (SocketPair pair, SocketOutput output) = Connect(NarrowBuffer);
        Task<FlushResult> flush = Send(output, SocketPair.Numbered(Much), copied: true);
        Assert.False(flush.IsCompleted);
        pair.Polled.Dispose();
        Broken(await EndOf(flush));
        Broken(Now(output.FlushAsync()));
    }

    [Fact]
    public void AWriteToAClosedSocketIsNoException()
    {
        (SocketPair pair, SocketOutput output) = Connect();
        pair.Polled.Dispose();
        Broken(Now(output.WriteAsync("hello"u8.ToArray())));
    }

    [Fact]
    public async Task ACompletedOutputSendsNoMore()
    {
        (SocketPair pair, SocketOutput output) = Connect();
        output.Write("never"u8);
        output.Complete();
        output.Complete();
        Assert.Equal(0, output.UnflushedBytes);
        Broken(Now(output.WriteAsync("neither"u8.ToArray())));
        pair.Server.Shutdown(SocketShutdown.Send);
        await pair.EndsAtClientAsync();
    }

    [Fact]
    public async Task CompletingDuringAFlushLeavesItsMemoryAlone()
    {
        (SocketPair pair, SocketOutput output) = Connect(NarrowBuffer);
        byte[] bytes = SocketPair.Numbered(Much);
        Task<FlushResult> flush = Send(output, bytes, copied: true);
        output.Complete();
        output.Complete();

        // Whoever gets memory of the pool now may write into it; the client must not see that.
        byte[][] others = [.. Enumerable.Range(0, 16).Select(_ => ArrayPool<byte>.Shared.Rent(Much))];
        Array.ForEach(others, other => other.AsSpan().Fill(0xFF));
        Assert.Equal(bytes, await pair.ReadAtClientAsync(Much));
        Broken(await EndOf(flush));
    }

    private (SocketPair Pair, SocketOutput Output) Connect(int? bufferBytes = null)
    {
        var pair = SocketPair.Connect(bufferBytes);
        _pairs.Add(pair);
        return (pair, new SocketOutput(pair.Polled));
    }

    /// <summary>Through the output's own buffer, or from the writer's memory.</summary>
    private static Task<FlushResult> Send(SocketOutput output, ReadOnlyMemory<byte> bytes, bool copied)
    {
        if (!copied)
        {
            return output.WriteAsync(bytes).AsTask();
        }

        output.Write(bytes.Span);
        return output.FlushAsync().AsTask();
    }

    private static Task<FlushResult> EndOf(Task<FlushResult> flush) => flush.WaitAsync(SocketPair.Patience);

    private static FlushResult Now(ValueTask<FlushResult> flush)
    {
        Assert.True(flush.IsCompleted);
        return flush.Result;
    }

    private static void Sent(FlushResult flush)
    {
        Assert.False(flush.IsCompleted);
        Assert.False(flush.IsCanceled);
    }

    private static void Broken(FlushResult flush) => Assert.True(flush.IsCompleted);
}
