using Breakwater.Interop.Tests.Tools;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Breakwater.Interop.Tests.Grpc;

/// <summary>A gRPC client and a gRPC server, both real, with the edge between them; HTTP/2 on both sides.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private readonly TallyService.Cancellations _cancellations = new();
    private KestrelOrigin _origin = null!;
    private InteropEdge _edge = null!;
    private GrpcChannel _channel = null!;
    private Tally.TallyClient _tally = null!;

    private static DateTime Soon => DateTime.UtcNow.AddSeconds(30);

    public async ValueTask InitializeAsync()
    {
        _origin = await KestrelOrigin.StartAsync(app => app.MapGrpcService<TallyService>(), HttpProtocols.Http2, services =>
        {
            services.AddGrpc();
            services.AddSingleton(_cancellations);
        });
        _edge = await InteropEdge.StartAsync(_origin.Url);
        _channel = GrpcChannel.ForAddress(_edge.Url);
        _tally = new Tally.TallyClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _edge.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task Unary()
    {
        using AsyncUnaryCall<Number> call = _tally.DoubleAsync(new Number { Value = 21 }, deadline: Soon);
        Assert.Equal(42, (await call).Value);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("1", call.GetTrailers().GetValue("tally-calls"));
    }

    [Fact]
    public async Task Server_streaming()
    {
        using AsyncServerStreamingCall<Number> call = _tally.CountTo(new Number { Value = 5000 }, deadline: Soon);
        long expected = 0;
        await foreach (Number number in call.ResponseStream.ReadAllAsync())
        {
            Assert.Equal(++expected, number.Value);
        }

        Assert.Equal(5000, expected);
    }

    [Fact]
    public async Task Client_streaming()
    {
        using AsyncClientStreamingCall<Number, Number> call = _tally.Sum(deadline: Soon);
        for (int i = 1; i <= 1000; i++)
        {
            await call.RequestStream.WriteAsync(new Number { Value = i });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(500_500, (await call).Value);
    }

    [Fact]
    public async Task Both_ways_message_by_message()
    {
        using AsyncDuplexStreamingCall<Number, Number> call = _tally.RunningSum(deadline: Soon);
        long sum = 0;
        for (int i = 1; i <= 200; i++)
        {
            // Each is answered before the next is sent: neither direction may wait for a full buffer.
            await call.RequestStream.WriteAsync(new Number { Value = i });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(sum += i, call.ResponseStream.Current.Value);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task An_error_keeps_its_status_message_and_trailers()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () => await _tally.DoubleAsync(new Number { Value = -1 }, deadline: Soon));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("a number below 0: größer, bitte", error.Status.Detail);
        Assert.Equal("-1", error.Trailers.GetValue("tally-refused"));
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_answered_by_the_service()
    {
        Method<Number, Number> missing = new(MethodType.Unary, "breakwater.interop.Tally", "Missing",
            Marshallers.Create<Number>(_ => [], _ => new Number()), Marshallers.Create<Number>(_ => [], _ => new Number()));
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _channel.CreateCallInvoker().AsyncUnaryCall(missing, null, new CallOptions(deadline: Soon), new Number()));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_at_both_ends()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _tally.NeverAsync(new Number(), deadline: DateTime.UtcNow.AddSeconds(2)));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await _cancellations.Seen.Task.WaitAsync(TimeSpan.FromSeconds(15));
    }

    /// <summary>No deadline travels with this call: only the reset of the stream tells the origin.</summary>
    [Fact]
    public async Task A_cancelled_call_is_cancelled_at_the_origin()
    {
        using AsyncUnaryCall<Number> call = _tally.NeverAsync(new Number());
        await _cancellations.Started.Task.WaitAsync(TimeSpan.FromSeconds(15));
        call.Dispose();
        await _cancellations.Seen.Task.WaitAsync(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Many_calls_share_a_connection() =>
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
            Assert.Equal(i * 2, (await _tally.DoubleAsync(new Number { Value = i }, deadline: Soon)).Value)));
}
