using System.Net;
using Breakwater.Interop.Tests.Tools;
using Microsoft.AspNetCore.Builder;

namespace Breakwater.Interop.Tests.Streaming;

/// <summary>A client that resets its stream frees the origin of the work (RFC 9113 §5.4.2; rapid reset, CVE-2023-44487).</summary>
public sealed class AbandonedRequestTests
{
    [Fact]
    public async Task The_origin_is_told_when_an_HTTP2_client_gives_up()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using KestrelOrigin origin = await KestrelOrigin.StartAsync(app => app.Run(async context =>
        {
            await using (context.RequestAborted.Register(() => abandoned.TrySetResult()))
            {
                begun.TrySetResult();
                await abandoned.Task;
            }
        }));
        await using InteropEdge edge = await InteropEdge.StartAsync(origin.Url);
        using HttpClient client = new();
        using CancellationTokenSource patience = new();
        using HttpRequestMessage request = new(HttpMethod.Get, edge.Url + "/report")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Task<HttpResponseMessage> answer = client.SendAsync(request, patience.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(15));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await abandoned.Task.WaitAsync(TimeSpan.FromSeconds(15));
    }
}
