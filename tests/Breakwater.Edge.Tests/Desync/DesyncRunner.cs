using System.Net;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>A reverse proxy with a <see cref="RecordingOrigin"/> behind it. One case at a time.</summary>
internal interface IEdgeUnderTest : IAsyncDisposable
{
    /// <summary>Where it accepts HTTP/1.1 without TLS.</summary>
    IPEndPoint Endpoint { get; }
}

/// <summary>Sends the rows of the tables through an edge and tells what became of them.</summary>
internal sealed class DesyncRunner(IEdgeUnderTest edge, RecordingOrigin origin)
{
    /// <summary>How long to wait for anything that should happen at once. Only a case that fails waits so long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public async Task<RequestOutcome> RunAsync(RequestCase one)
    {
        origin.Begin();
        var statuses = new List<int>();
        bool closedByEdge;
        string rest;
        using (var client = new RawClient())
        using (var patience = new CancellationTokenSource(Patience))
        {
            await client.ConnectAsync(edge.Endpoint, patience.Token);
            await client.SendAsync(one.Bytes, patience.Token);

            var bodyless = one.Bytes.StartsWith("HEAD ", StringComparison.Ordinal);
            while (statuses.Count != one.Verdict.AnswersToExpect && await client.ReadResponseAsync(bodyless, patience.Token) is { } response)
            {
                if (response.Status >= 200)
                {
                    statuses.Add(response.Status);
                    bodyless = false; // only the first request of a case is a HEAD
                }
            }

            if (statuses.Count > 0 && statuses[^1] != 200)
                await client.ReadToEndAsync(patience.Token);
            closedByEdge = client.Ended;
            client.CloseSending();
            using var end = new CancellationTokenSource(Patience);
            while (await client.ReadResponseAsync(bodyless: false, end.Token) is { } response)
            {
                if (response.Status >= 200)
                    statuses.Add(response.Status);
            }

            await client.ReadToEndAsync(end.Token);
            rest = client.Rest;
        }

        var (texts, allEnded) = await origin.RecordedAsync(Patience);
        return Outcome(statuses, closedByEdge, rest, texts, allEnded);
    }

    private static RequestOutcome Outcome(List<int> statuses, bool closedByEdge, string rest, IReadOnlyList<string> texts, bool allEnded)
    {
        var messages = new List<Http1Message>();
        var cutOff = 0;
        var trouble = allEnded ? null : "its connection was left open";
        foreach (var text in texts)
        {
            for (var at = 0; at < text.Length;)
            {
                var reading = Http1Message.ReadRequest(text[at..]);
                if (reading.Message is null)
                {
                    cutOff += reading.IsIncomplete ? 1 : 0;
                    trouble = reading.Invalid ?? trouble;
                    break;
                }

                messages.Add(reading.Message);
                at += reading.Length;
            }
        }

        return new RequestOutcome(statuses, closedByEdge, rest.Length == 0 ? null : rest, messages, cutOff, trouble);
    }

    public async Task<ResponseOutcome> RunAsync(ResponseCase one)
    {
        origin.Begin(one);
        using var client = new RawClient();
        using var patience = new CancellationTokenSource(Patience);
        await client.ConnectAsync(edge.Endpoint, patience.Token);
        await client.SendAsync($"{one.Method} {RecordingOrigin.ScriptedTarget} HTTP/1.1\r\nHost: a\r\n\r\n", patience.Token);
        var interim = new List<int>();
        var response = await client.ReadResponseAsync(one.Method == "HEAD", patience.Token);
        while (response is { Status: < 200 })
        {
            interim.Add(response.Status);
            response = await client.ReadResponseAsync(one.Method == "HEAD", patience.Token);
        }

        if (one.Afterwards.Length > 0)
            await origin.SendAfterwardsAsync(Patience);

        var next = await NextAsync(client);
        var leaked = (client.Received + next.Received).Contains(ResponseCases.Secret, StringComparison.Ordinal);
        return new ResponseOutcome(response, interim, leaked, next.IsRight);
    }

    /// <summary>Asks for something else, on the same connection while it is open: the answer must be the one to this question.</summary>
    private async Task<(bool IsRight, string Received)> NextAsync(RawClient client)
    {
        const string Request = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
        using var patience = new CancellationTokenSource(Patience);
        if (!client.Ended)
        {
            await client.SendAsync(Request, patience.Token);
            if (await client.ReadResponseAsync(bodyless: false, patience.Token) is { } same)
                return (IsRight(same), client.Received);
        }

        // Closed (or silent) after the first answer, as it may be. Its connection to the origin could still be there for somebody else.
        using var another = new RawClient();
        using var anotherPatience = new CancellationTokenSource(Patience);
        await another.ConnectAsync(edge.Endpoint, anotherPatience.Token);
        await another.SendAsync(Request, anotherPatience.Token);
        var response = await another.ReadResponseAsync(bodyless: false, anotherPatience.Token);
        return (response is not null && IsRight(response), another.Received);

        static bool IsRight(Http1Message response) => response.Status == 200 && response.Body == RecordingOrigin.AnswerTo("/next");
    }
}
