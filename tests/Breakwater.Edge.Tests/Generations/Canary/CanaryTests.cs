using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Tls;

namespace Breakwater.Edge.Tests.Generations.Canary;

/// <summary>A candidate at work on a share of the connections, over real sockets.</summary>
public sealed class CanaryTests
{
    private const string Half = "generations: {canary: {share: 50%, time: 1m}}";

    /// <summary>Both phases write who they are: a request that saw two generations would show it.</summary>
    private static string Marked(string name) =>
        $"rules: [{{when: true, do: rewrite, set_headers: {{X-Asked: {name}}}, set_response_headers: {{X-Answered: {name}}}}}]";

    [Fact]
    public async Task AShareOfTheConnectionsRunsTheCandidateAndEachStaysWithIt()
    {
        await using RoadLab lab = await StartAsync();
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        Assert.Equal((RoadStage.Canary, 2), (lab.State.Candidate!.Stage, lab.State.Candidate.Number));
        Assert.Equal(1, lab.Live.Number);
        List<Client> clients = await ConnectAsync(lab, 40);
        string[] first = await AskAllAsync(lab, clients);
        Assert.InRange(first.Count(one => one == "new"), 8, 32);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(first, await AskAllAsync(lab, clients));
        }

        // When the time is over, everybody does.
        await CountedAsync(lab, 160);
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RoadOutcome.Promoted, (await reload).Outcome);
        Assert.Equal(2, lab.Live.Number);
        Assert.All(await AskAllAsync(lab, clients), one => Assert.Equal("new", one));
        Assert.Contains($"candidate: {4 * first.Count(one => one == "new")} requests, 0 failed", lab.State.Live.Canary, StringComparison.Ordinal);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task EnoughRequestsEndItSooner()
    {
        await using RoadLab lab = await StartAsync("generations: {canary: {share: 100%, time: 1h, requests: 30}}");
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"), "generations: {canary: {share: 100%, time: 1h, requests: 30}}");
        for (int i = 0; i < 30; i++)
        {
            lab.Time.Advance(TimeSpan.FromMilliseconds(25));
            Assert.Equal(RoadStage.Canary, lab.State.Candidate!.Stage);
            await lab.GetAsync("/");
            await CountedAsync(lab, i + 1);
        }

        lab.Time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(RoadOutcome.Promoted, (await reload).Outcome);
    }

    [Fact]
    public async Task WithHardlyAnyTrafficItIsOverAfterASecond()
    {
        await using RoadLab lab = await StartAsync();
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        await lab.GetAsync("/");
        lab.Time.Advance(TimeSpan.FromMilliseconds(750));
        Assert.False(reload.IsCompleted);
        lab.Time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(RoadOutcome.Promoted, (await reload).Outcome);
    }

    /// <summary>D26: a candidate that cannot serve is taken back; those on the other side never noticed.</summary>
    [Fact]
    public async Task ACandidateThatFailsIsTakenBack()
    {
        await using RoadLab lab = await StartAsync();
        using Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string broken = lab.Yaml(Marked("new"), Half).Replace($":{lab.OriginPort}\"", $":{((IPEndPoint)closed.LocalEndPoint!).Port}\"", StringComparison.Ordinal);
        lab.Files.Write("breakwater.yaml", broken);
        Origin origin = lab.Edge.Origins.Origins[0];
        Task<RoadResult> reload = lab.TakeAsync();
        await lab.UntilAsync(() => lab.Edge.Road.IsComparing);
        List<Client> clients = await ConnectAsync(lab, 30);
        int[] statuses = await Task.WhenAll(clients.Select(client => client.StatusAsync(lab.Limit)));
        int failed = statuses.Count(status => status == 502);
        Assert.InRange(failed, 5, 25);
        Assert.Equal(30 - failed, statuses.Count(status => status == 200));

        await CountedAsync(lab, 30);
        lab.Time.Advance(TimeSpan.FromMilliseconds(250));
        RoadResult result = await reload;

        Assert.Equal((RoadOutcome.Reverted, RoadStage.Reverted, RoadStage.Canary), (result.Outcome, result.Record!.Stage, result.Record.EndedIn!.Value));
        Assert.Equal(1, lab.Live.Number);
        Assert.All(await AskAllAsync(lab, clients), one => Assert.Equal("old", one));
        string line = Assert.Single(lab.Log, line => line.Contains("is taken back", StringComparison.Ordinal));
        Assert.Contains($"{failed} of its {failed} requests fail in the edge (5xx); of the others 0 of {30 - failed}", line, StringComparison.Ordinal);
        Assert.Equal(result.Record, lab.State.LastRefusal);

        // Its origins are out of use again, and those that stayed have kept what they know.
        Assert.Equal([origin], lab.Edge.Origins.Origins);
        await lab.UntilAsync(() => origin.GetStatus().Attempts >= statuses.Length - failed + clients.Count);
        Assert.Equal(statuses.Length - failed + clients.Count, origin.GetStatus().Attempts);

        // Its number is not used twice.
        Task<RoadResult> next = await ReloadAsync(lab, Marked("newer"));
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, (await next).Record!.Number);
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData(false, "Reverted")]
    [InlineData(true, "Promoted")]
    public async Task ACandidateThatRefusesMuchMoreIsTakenBackUnlessThatIsMeant(bool confirmed, string expected)
    {
        await using RoadLab lab = await StartAsync();
        lab.Files.Write("breakwater.yaml", lab.Yaml("rules: [{when: true, do: block}]", Half));
        Task<RoadResult> reload = lab.TakeAsync(request => request with { Confirmed = confirmed });
        await lab.UntilAsync(() => lab.Edge.Road.IsComparing);
        List<Client> clients = await ConnectAsync(lab, 30);
        await Task.WhenAll(clients.Select(client => client.StatusAsync(lab.Limit)));
        await CountedAsync(lab, 30);
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        RoadResult result = await reload;
        Assert.Equal(expected, result.Outcome.ToString());
        Assert.Equal(confirmed ? 403 : 200, await lab.StatusAsync("/"));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task ACandidateThatIsMuchSlowerIsTakenBack()
    {
        await using RoadLab lab = await StartAsync();
        Func<Http1Message, string> answer = lab.Answer;
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        List<Client> clients = await ConnectAsync(lab, 16);
        await AskAllAsync(lab, clients);

        // From now on the origin takes its time for what the candidate asks.
        lab.Answer = request =>
        {
            lab.Time.Advance(TimeSpan.FromMilliseconds(request.Values("X-Asked").Single() == "new" ? 120 : 1));
            return answer(request);
        };
        for (int round = 0; round < 40 && !reload.IsCompleted; round++)
        {
            foreach (Client client in clients)
            {
                await client.AskAsync(lab.Limit);
            }
        }

        RoadResult result = await reload;
        Assert.Equal(RoadOutcome.Reverted, result.Outcome);
        Assert.Contains("the slowest tenth of its requests takes 12", result.Record!.Problems[^1], StringComparison.Ordinal);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task AnUrgentChangeTakesItsPlace()
    {
        await using RoadLab lab = await StartAsync();
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        lab.Files.Write("breakwater.yaml", lab.Yaml(Marked("urgent"), Half));
        Task<RoadResult> urgent = lab.TakeAsync(request => request with { Urgent = true });
        RoadResult overtaken = await reload;
        Assert.Equal((RoadOutcome.Replaced, RoadStage.Replaced), (overtaken.Outcome, overtaken.Record!.Stage));
        await lab.UntilAsync(() => lab.Edge.Road.IsComparing && lab.State.Candidate?.Number == 3);

        // It has a road of its own, a fifth as long.
        List<Client> clients = await ConnectAsync(lab, 12);
        await AskAllAsync(lab, clients);
        lab.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(urgent.IsCompleted);
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RoadOutcome.Promoted, (await urgent).Outcome);
        Assert.Equal("urgent", Assert.Single((await lab.GetAsync("/")).Values("X-Answered")));
        clients.ForEach(client => client.Dispose());
    }

    /// <summary>D30.</summary>
    [Fact]
    public async Task WhoExpectsAGenerationIsToldThatAnotherIsOnItsWay()
    {
        await using RoadLab lab = await StartAsync();
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        RoadResult stale = await lab.TakeAsync(request => request with { Expected = 1 });
        Assert.Equal(RoadOutcome.Stale, stale.Outcome);
        Assert.StartsWith("generation: generation 2 is on its way", Assert.Single(stale.Diagnostics).ToString());
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RoadOutcome.Promoted, (await reload).Outcome);
    }

    [Fact]
    public async Task AnotherChangeWaitsForItsTurn()
    {
        await using RoadLab lab = await StartAsync();
        Task<RoadResult> first = await ReloadAsync(lab, Marked("new"));
        lab.Files.Write("breakwater.yaml", lab.Yaml(Marked("newer"), Half));
        Task<RoadResult> second = lab.TakeAsync();
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RoadOutcome.Promoted, (await first).Outcome);
        await lab.UntilAsync(() => lab.Edge.Road.IsComparing && lab.State.Candidate?.Number == 3);
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((RoadOutcome.Promoted, 3), ((await second).Outcome, lab.Live.Number));
    }

    [Fact]
    public async Task AStopInTheMiddleOfItEndsInOneVersion()
    {
        await using RoadLab lab = await StartAsync(disk: new DurableFiles());
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        await lab.StopAsync();
        Assert.Equal(RoadOutcome.Replaced, (await reload).Outcome);
        await lab.RestartAsync();

        // The document says so, and nothing speaks against it.
        Assert.Null(lab.State.Candidate);
        Assert.Equal("new", Assert.Single((await lab.GetAsync("/")).Values("X-Answered")));
        Assert.Equal(3, lab.Live.Number);
    }

    /// <summary>D50: killed in the middle of a canary, the candidate is to blame.</summary>
    [Fact]
    public async Task ACrashInTheMiddleOfItEndsInTheOldVersion()
    {
        await using RoadLab lab = await StartAsync(disk: new DurableFiles());
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        await lab.CrashAsync();
        await reload;
        await lab.RestartAsync();
        Assert.Null(lab.State.Candidate);
        Assert.Equal("old", Assert.Single((await lab.GetAsync("/")).Values("X-Answered")));
        Assert.Equal("the configuration crashed before it had proved itself", lab.Edge.Road.Instead);
        Assert.Equal((RoadStage.Reverted, RoadStage.Bake), (lab.State.LastRefusal!.Stage, lab.State.LastRefusal.EndedIn!.Value));
    }

    [Fact]
    public async Task StreamsOfHttp2StayWithTheGenerationOfTheirConnection()
    {
        await using RoadLab lab = await StartAsync();
        Task<RoadResult> reload = await ReloadAsync(lab, Marked("new"));
        var seen = new HashSet<string>();
        for (int connection = 0; connection < 16; connection++)
        {
            using HttpClient client = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = false })
            {
                BaseAddress = new Uri($"http://{lab.EndPoint}"),
                DefaultRequestVersion = HttpVersion.Version20,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
            {
                using HttpResponseMessage response = await client.GetAsync($"/{i}", lab.Limit);
                return Assert.Single(response.Headers.GetValues("X-Answered"));
            }));
            seen.Add(Assert.Single(answers.Distinct()));
        }

        Assert.Equal(["new", "old"], seen.Order());
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RoadOutcome.Promoted, (await reload).Outcome);
    }

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "Which certificate is shown is what is looked at.")]
    [Fact]
    public async Task AConnectionIsShownTheCertificateOfItsGeneration()
    {
        await using RoadLab lab = new() { CanaryTime = null };
        TestPki.Write(lab.Files, "a", new Wanted { Names = ["old.example"] });
        TestPki.Write(lab.Files, "b", new Wanted { Names = ["new.example"] });
        string yaml = lab.Yaml(Marked("old"), Half + "\ncertificates: [{cert: a.pem, key: a.key}]").Replace("127.0.0.1:0\"", "127.0.0.1:0\", tls: true", StringComparison.Ordinal);
        lab.Files.Write("breakwater.yaml", yaml);
        await lab.RestartAsync();
        lab.Files.Write("breakwater.yaml", yaml.Replace("a.pem", "b.pem", StringComparison.Ordinal).Replace("a.key", "b.key", StringComparison.Ordinal).Replace("old", "new", StringComparison.Ordinal));
        Task<RoadResult> reload = lab.TakeAsync();
        await lab.UntilAsync(() => lab.Edge.Road.IsComparing);

        var seen = new HashSet<string>();
        for (int i = 0; i < 16; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(lab.EndPoint, lab.Limit);
            await using SslStream tls = new(new NetworkStream(socket), false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("any.example", null, false);
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"u8.ToArray(), lab.Limit);
            string answer = await new StreamReader(tls).ReadToEndAsync(lab.Limit);
            string shown = new System.Security.Cryptography.X509Certificates.X509Certificate2(tls.RemoteCertificate!).MatchesHostname("new.example") ? "new" : "old";
            Assert.Contains($"X-Answered: {shown}\r\n", answer, StringComparison.Ordinal);
            seen.Add(shown);
        }

        Assert.Equal(["new", "old"], seen.Order());
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RoadOutcome.Promoted, (await reload).Outcome);
    }

    private static async Task<RoadLab> StartAsync(string top = Half, DurableFiles? disk = null)
    {
        RoadLab lab = new() { CanaryTime = null, Disk = disk };
        lab.Answer = request => $"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Asked: {request.Values("X-Asked").SingleOrDefault()}\r\n\r\nok\n";
        return await lab.StartAsync(Marked("old"), top);
    }

    /// <summary>Asks for a reload, and waits until the candidate is on canary.</summary>
    private static async Task<Task<RoadResult>> ReloadAsync(RoadLab lab, string zone, string top = Half)
    {
        int before = lab.State.Candidate is null ? 0 : (int)lab.State.Candidate.Number;
        Task<RoadResult> reload = lab.ReloadAsync(zone, top);
        await lab.UntilAsync(() => (lab.Edge.Road.IsComparing && lab.State.Candidate?.Number > before) || reload.IsCompleted, "canary");
        Assert.False(reload.IsCompleted, string.Join('\n', lab.Log));
        return reload;
    }

    /// <summary>Waits until so many requests are counted: a client has its answer a moment before.</summary>
    private static Task CountedAsync(RoadLab lab, int requests) =>
        lab.UntilAsync(() => lab.Edge.Plane.InForce.Canary is not { } run || run.OfLive.Requests + run.OfCandidate.Requests >= requests, $"{requests} requests");

    private static async Task<List<Client>> ConnectAsync(RoadLab lab, int count)
    {
        List<Client> clients = [.. Enumerable.Range(0, count).Select(_ => new Client())];
        await Task.WhenAll(clients.Select(client => client.ConnectAsync(lab)));
        return clients;
    }

    private static Task<string[]> AskAllAsync(RoadLab lab, List<Client> clients) => Task.WhenAll(clients.Select(client => client.AskAsync(lab.Limit)));

    /// <summary>A connection that is kept.</summary>
    private sealed class Client : IDisposable
    {
        private readonly RawClient _client = new();

        public Task ConnectAsync(RoadLab lab) => _client.ConnectAsync(lab.EndPoint, lab.Limit);

        public async Task<int> StatusAsync(CancellationToken cancel) => (await SendAsync(cancel)).Status;

        /// <summary>The generation of a request: that of its request rules, which must be that of its response rules.</summary>
        public async Task<string> AskAsync(CancellationToken cancel)
        {
            Http1Message answer = await SendAsync(cancel);
            string asked = Assert.Single(answer.Values("X-Asked")), answered = Assert.Single(answer.Values("X-Answered"));
            Assert.Equal(asked, answered);
            return answered;
        }

        public void Dispose() => _client.Dispose();

        private async Task<Http1Message> SendAsync(CancellationToken cancel)
        {
            await _client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", cancel);
            Http1Message? answer = await _client.ReadResponseAsync(bodyless: false, cancel);
            Assert.NotNull(answer);
            return answer;
        }
    }
}
