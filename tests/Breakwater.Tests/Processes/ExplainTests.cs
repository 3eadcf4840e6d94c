using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Breakwater.Tests.Processes;

/// <summary><c>breakwater explain</c> and <c>breakwater events</c>, as processes.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ExplainTests : IDisposable
{
    private const string Yaml =
        """
        lists:
          office: {kind: ip, items: [198.51.100.0/24]}
        zones:
          - name: shop
            origins: [{url: "http://127.0.0.1:9"}]
            rules:
              - {id: admin, description: From the office only, when: 'starts_with(http.request.uri.path, "/admin") and not ip.src in $office', do: block}

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-explain-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_request_is_explained_offline()
    {
        ProcessResult result = await BreakwaterProcess.RunAsync("explain", "--config", Config(), Request("GET /admin HTTP/1.1\nHost: shop.test\n\n"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("GET /admin HTTP/1.1\n  from 192.0.2.1, http, for shop.test: zone shop\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  ended        admin  block \"From the office only\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("      ip.src = 192.0.2.1\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Verdict  answered 403, blocked, by rule admin\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_and_tls_are_what_one_says()
    {
        ProcessResult result = await BreakwaterProcess.RunAsync(
            "explain", "--config", Config(), "--ip", "198.51.100.7", "--tls", "--json", Request("GET /admin HTTP/1.1\nHost: shop.test\n\n"));
        JsonElement json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(("198.51.100.7", true), (json.GetProperty("client").GetString(), json.GetProperty("https").GetBoolean()));
        Assert.Equal("forwarded", json.GetProperty("verdict").GetProperty("outcome").GetString());
        Assert.Equal("http://127.0.0.1:9", json.GetProperty("origin").GetProperty("url").GetString());
        Assert.Equal("not_matched", json.GetProperty("phases")[0].GetProperty("rules")[0].GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("http.user_agent contains \"curl\"", "matched: true\n")]
    [InlineData("http.user_agent contains \"wget\"", "matched: false\n")]
    public async Task An_expression_is_evaluated_without_a_configuration(string expression, string output)
    {
        string request = Request("GET / HTTP/1.1\nHost: shop.test\nUser-Agent: curl/8.5\n\n");
        Assert.Equal(new ProcessResult(0, output, ""), await BreakwaterProcess.RunAsync("explain", "--expression", expression, request));
    }

    [Fact]
    public async Task An_expression_may_answer_in_json_and_name_lists()
    {
        ProcessResult result = await BreakwaterProcess.RunAsync(
            "explain", "--config", Config(), "--ip", "198.51.100.7", "--json", "--expression", "ip.src in $office", Request("GET / HTTP/1.1\nHost: shop.test\n\n"));
        Assert.Equal(new ProcessResult(0, "{\"matched\":true}\n", ""), result);
    }

    [Fact]
    public async Task What_is_wrong_with_an_expression_is_shown_in_its_place()
    {
        ProcessResult result = await BreakwaterProcess.RunAsync("explain", "--expression", "ssl and http.hots eq \"x\"", Request("GET / HTTP/1.1\nHost: a\n\n"));
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("1:9: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("\n  ssl and http.hots eq \"x\"\n          ^^^^^^^^^\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_explained_is_said()
    {
        string request = Request("GET / HTTP/1.1\nHost: a\n\n");
        Assert.Equal(
            new ProcessResult(2, "", "breakwater: no configuration file is named; name one with --config FILE\n"), await BreakwaterProcess.RunAsync("explain", request));
        Assert.Equal(1, (await BreakwaterProcess.RunAsync("explain", "--config", Config(), Path.Combine(_directory, "missing"))).ExitCode);
        Assert.Equal(2, (await BreakwaterProcess.RunAsync("explain", "--config", Config(), "--ip", "home", request)).ExitCode);
        Assert.Equal(3, (await BreakwaterProcess.RunAsync("explain", "0123456789abcdef", "--data", _directory)).ExitCode);
        Assert.Equal(3, (await BreakwaterProcess.RunAsync("events", "--data", _directory)).ExitCode);
    }

    [Fact]
    public async Task A_running_edge_tells_its_events_and_explains_their_rays()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", Config());
        await using BreakwaterProcess follower = BreakwaterProcess.Start(BreakwaterProcess.Program, ["events", "--follow", "--data", edge.Data]);
        using HttpResponseMessage blocked = await edge.Http.GetAsync("/admin?token=s3cr3t");
        string ray = blocked.Headers.GetValues("Breakwater-Ray").Single();
        string line = await follower.WaitForLineAsync(ray);
        Assert.Contains($"{ray} block 403  127.0.0.1  GET {edge.Url!.Authority}/admin  shop/admin \"From the office only\"", line, StringComparison.Ordinal);

        ProcessResult events = await edge.RunAsync("events", "--json");
        JsonElement one = JsonDocument.Parse(events.Output.Split('\n')[0]).RootElement;
        Assert.Equal((ray, "admin"), (one.GetProperty("ray").GetString(), one.GetProperty("rule").GetString()));

        ProcessResult explained = await edge.RunAsync("explain", ray);
        Assert.Equal((0, ""), (explained.ExitCode, explained.Error));
        Assert.Contains("  > GET /admin?token=REDACTED HTTP/1.1\n", explained.Output, StringComparison.Ordinal);
        Assert.Contains("  http_request_firewall_custom: ended by rule admin, block \"From the office only\"\n", explained.Output, StringComparison.Ordinal);
        Assert.Contains("  then  403, blocked, in ", explained.Output, StringComparison.Ordinal);
        Assert.Contains("The same request through the same rules now", explained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", explained.Output + events.Output + line, StringComparison.Ordinal);

        ProcessResult unknown = await edge.RunAsync("explain", "0123456789abcdef");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("no event of ray 0123456789abcdef is kept", unknown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("protection: detect\n")]
    [InlineData("", "--protection", "detect")]
    public async Task In_detect_mode_a_block_is_an_event_and_the_request_passes(string top, params string[] flags)
    {
        using TcpListener origin = new(IPAddress.Loopback, 0);
        origin.Start();
        string config = Config(top + Yaml.Replace("127.0.0.1:9", $"127.0.0.1:{((IPEndPoint)origin.LocalEndpoint).Port}", StringComparison.Ordinal));
        await using RunningEdge edge = await RunningEdge.StartAsync(["--config", config, .. flags]);
        Task<string> asked = AnswerAsync(origin);
        using HttpResponseMessage passed = await edge.Http.GetAsync("/admin");
        Assert.Equal("hello", await passed.Content.ReadAsStringAsync());
        Assert.StartsWith("GET /admin HTTP/1.1\r\n", await asked, StringComparison.Ordinal);

        string ray = passed.Headers.GetValues("Breakwater-Ray").Single();
        await using BreakwaterProcess follower = BreakwaterProcess.Start(BreakwaterProcess.Program, ["events", "--follow", "--json", "--data", edge.Data]);
        JsonElement one = JsonDocument.Parse(await follower.WaitForLineAsync(ray)).RootElement;
        Assert.Equal(("admin", "block", "would_have_ended", 200),
            (one.GetProperty("rule").GetString(), one.GetProperty("action").GetString(), one.GetProperty("effect").GetString(), one.GetProperty("status").GetInt32()));

        ProcessResult explained = await edge.RunAsync("explain", ray);
        Assert.Contains("would have ended by rule admin, block", explained.Output.Replace('_', ' '), StringComparison.Ordinal);
        Assert.Contains("protection: detect; nothing is refused because of a rule", explained.Output, StringComparison.Ordinal);
        Assert.Contains("Answer  200 of the origin\n  < Content-Length: 5\n", explained.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expressions_are_formatted_and_planned()
    {
        Assert.Equal(
            new ProcessResult(0, "ssl and ip.src eq 192.0.2.1\n", ""), await BreakwaterProcess.RunAsync("rules", "fmt", "ssl&&ip.src==192.0.2.1"));
        ProcessResult plan = await BreakwaterProcess.RunAsync("rules", "plan", "http.response.code gt 400 and http.response.code lt 300");
        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("It matches no request.\n", plan.Output, StringComparison.Ordinal);
        ProcessResult wrong = await BreakwaterProcess.RunAsync("rules", "fmt", "ssl and");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("^", wrong.Error, StringComparison.Ordinal);
    }

    /// <summary>Answers one request with a line of text; returns what came.</summary>
    private static async Task<string> AnswerAsync(TcpListener origin)
    {
        using TcpClient edge = await origin.AcceptTcpClientAsync();
        StringBuilder request = new();
        byte[] room = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int received = await edge.GetStream().ReadAsync(room);
            Assert.NotEqual(0, received);
            request.Append(Encoding.ASCII.GetString(room, 0, received));
        }

        await edge.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"u8.ToArray());
        return request.ToString();
    }

    private string Config(string yaml = Yaml)
    {
        string file = Path.Combine(_directory, "breakwater.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }

    private string Request(string text)
    {
        string file = Path.Combine(_directory, "request.txt");
        File.WriteAllText(file, text);
        return file;
    }
}
