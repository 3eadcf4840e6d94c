using System.Globalization;
using Grpc.Core;

namespace Breakwater.Interop.Tests.Grpc;

/// <summary>The service of tally.proto. Remembers whether a call of Never was cancelled.</summary>
internal sealed class TallyService(TallyService.Cancellations cancellations) : Tally.TallyBase
{
    public override Task<Number> Double(Number request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("tally-calls", "1");
        if (request.Value < 0)
        {
            context.ResponseTrailers.Add("tally-refused", request.Value.ToString(CultureInfo.InvariantCulture));
            throw new RpcException(new Status(StatusCode.InvalidArgument, "a number below 0: größer, bitte"));
        }

        return Task.FromResult(new Number { Value = request.Value * 2 });
    }

    public override async Task CountTo(Number request, IServerStreamWriter<Number> responseStream, ServerCallContext context)
    {
        for (long i = 1; i <= request.Value; i++)
        {
            await responseStream.WriteAsync(new Number { Value = i });
        }
    }

    public override async Task<Number> Sum(IAsyncStreamReader<Number> requestStream, ServerCallContext context)
    {
        long sum = 0;
        await foreach (Number number in requestStream.ReadAllAsync())
        {
            sum += number.Value;
        }

        return new Number { Value = sum };
    }

    public override async Task RunningSum(IAsyncStreamReader<Number> requestStream, IServerStreamWriter<Number> responseStream, ServerCallContext context)
    {
        long sum = 0;
        await foreach (Number number in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(new Number { Value = sum += number.Value });
        }
    }

    public override async Task<Number> Never(Number request, ServerCallContext context)
    {
        cancellations.Started.TrySetResult();
        await using (context.CancellationToken.Register(() => cancellations.Seen.TrySetResult()))
        {
            await cancellations.Seen.Task;
        }

        throw new RpcException(Status.DefaultCancelled);
    }

    /// <summary>What became of a call of Never.</summary>
    internal sealed class Cancellations
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
