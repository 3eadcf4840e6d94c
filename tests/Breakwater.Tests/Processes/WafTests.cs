using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breakwater.Tests.Processes;

/// <summary><c>breakwater waf</c>, as processes: the questions to a running edge, and tests of rules.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class WafTests : IDisposable
{
    private const string Rules = """
        SecDefaultAction "phase:2,log,auditlog,pass"
        SecAction "id:10,phase:1,pass,nolog,setvar:tx.inbound_anomaly_score_threshold=5"
        SecRule ARGS "@contains attack" "id:201,phase:2,pass,severity:CRITICAL,msg:'An attack',tag:'attack-test',setvar:tx.blocking_inbound_anomaly_score=+5"
        SecRule ARGS:teapot "@eq 1" "id:301,phase:2,deny,status:418,msg:'A teapot'"
        SecRule TX:blocking_inbound_anomaly_score "@ge %{tx.inbound_anomaly_score_threshold}" "id:900,phase:2,deny,status:403,msg:'Too many points'"

        """;

    private const string Tests = """
        rule_id: 201
        tests:
          - test_id: 1
            stages:
              - input: {uri: "/?q=an+attack", headers: {Host: a.example}}
                output: {log: {expect_ids: [201]}}
          - test_id: 2
            stages:
              - input: {uri: "/?q=peace", headers: {Host: a.example}}
                output: {log: {no_expect_ids: [201]}}
          - test_id: 3
            stages:
              - input: {uri: "/?q=peace", headers: {Host: a.example}}
                output: {log: {expect_ids: [201]}}

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-waf-").FullName;

    public WafTests() => Write("waf/test.conf", Rules);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_refused_is_summed_up()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", Config());
        ProcessResult nothing = await edge.RunAsync("waf", "report");
        Assert.Equal((0, ""), (nothing.ExitCode, nothing.Error));
        Assert.Matches(@"^The firewall has refused nothing, and would have refused nothing, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.\n$", nothing.Output);

        await RefusedAsync(edge, "/orders/17?q=attack", HttpStatusCode.Forbidden);
        string ray = await RefusedAsync(edge, "/orders/18?q=attack", HttpStatusCode.Forbidden);
        string teapot = await RefusedAsync(edge, "/?teapot=1", (HttpStatusCode)418);
        ProcessResult report = await edge.RunAsync("waf", "report");
        Assert.Equal((0, ""), (report.ExitCode, report.Error));
        string[] lines = report.Output.TrimEnd('\n').Split('\n');
        Assert.Matches(@"^Since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; a request counts for each rule that had a part in it:$", lines[0]);
        Assert.Equal(
            ["zone rule finds path in last ray refused would refuse", $"shop 201 An attack /orders/* ARGS:q {ray} 2 0", $"shop 301 A teapot / ARGS:teapot {teapot} 1 0"],
            lines[1..].Select(line => Blanks().Replace(line.Trim(), " ")));

        ProcessResult json = await edge.RunAsync("waf", "report", "--json");
        JsonElement first = JsonDocument.Parse(json.Output).RootElement.GetProperty("lines")[0];
        Assert.Equal((201, "/orders/*", 2), (first.GetProperty("rule").GetInt64(), first.GetProperty("path").GetString(), first.GetProperty("refused").GetInt32()));
    }

    [Fact]
    public async Task An_exclusion_that_is_printed_lets_the_request_pass()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", Config());
        string ray = await RefusedAsync(edge, "/posts/17?comment=an+attack&title=x", HttpStatusCode.Forbidden);
        ProcessResult exclusion = await edge.RunAsync("waf", "exclude", "--ray", ray);
        Assert.Equal(
            new ProcessResult(0, $"# zone shop; with these the request of ray {ray} passes\nwaf:\n  exclusions:\n    - {{rule: 201, in: args.comment, path: /posts/17}}   # An attack\n", ""), exclusion);

        // As it is printed it goes into the file.
        Config(exclusion.Output.Replace("waf:\n", "waf:\n  rules: ./waf\n", StringComparison.Ordinal));
        Assert.Equal(0, (await edge.RunAsync("reload")).ExitCode);
        using HttpResponseMessage passed = await edge.Http.GetAsync("/posts/17?comment=an+attack&title=x");
        Assert.Equal(HttpStatusCode.BadGateway, passed.StatusCode);
        await RefusedAsync(edge, "/posts/17?comment=peace&title=attack", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_a_request_there_is_no_exclusion()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", Config());
        Assert.Equal(
            new ProcessResult(
                1, "", "breakwater: no request with the ray 0123456789abcdef is kept; the last 256 refused requests are, as long as the edge runs; see `breakwater events`\n"),
            await edge.RunAsync("waf", "exclude", "--ray", "0123456789abcdef"));
        foreach (string command in (string[])["report", "top"]) Assert.Equal(3, (await BreakwaterProcess.RunAsync("waf", command, "--data", _directory)).ExitCode);
    }

    [Fact]
    public async Task The_time_of_rules_is_shown()
    {
        await using RunningEdge edge = await RunningEdge.StartAsync("--config", Config());
        ProcessResult none = await edge.RunAsync("waf", "top");
        Assert.Equal((0, ""), (none.ExitCode, none.Error));
        Assert.Matches(@"^No request was timed yet; one of \d+ is\.\n$", none.Output);

        ProcessResult top = none;
        for (int i = 0; i < 50 && !top.Output.Contains("requests timed", StringComparison.Ordinal); i++)
        {
            for (int n = 0; n < 20; n++) await RefusedAsync(edge, "/?q=attack", HttpStatusCode.Forbidden);
            top = await edge.RunAsync("waf", "top");
        }

        string[] lines = top.Output.TrimEnd('\n').Split('\n');
        Assert.Matches(@"^\d+ requests timed \(one of \d+\), \d+\.\d µs of rules each:$", lines[0]);
        Assert.Equal("rules rule finds ran µs each share", Blanks().Replace(lines[1].Trim(), " "));
        Assert.Matches(@"^waf\s+\d+\s.*\s\d+\s+\d+\.\d\d\s+\d+\.\d %$", lines[2].Trim());
        Assert.Contains(lines[2..], line => Regex.IsMatch(line, @"\b201\s+An attack\b"));
        JsonElement json = JsonDocument.Parse((await edge.RunAsync("waf", "top", "--json")).Output).RootElement;
        Assert.InRange(json.GetProperty("rules").EnumerateArray().Sum(rule => rule.GetProperty("share").GetDouble()), 0.9, 1.01);
    }

    [Fact]
    public async Task Tests_of_rules_run_through_a_listener_and_say_how_they_ended()
    {
        Write("tests/201.yaml", Tests);
        string json = Path.Combine(_directory, "results.json");
        ProcessResult run = await BreakwaterProcess.RunAsync("waf", "test", "--rules", Path.Combine(_directory, "waf"), "--tests", Path.Combine(_directory, "tests"), "--json", json);
        Assert.Equal(new ProcessResult(1, "201-3 (201.yaml): expected 201\n2 passed, 1 failed, 0 skipped\n", ""), run);
        Assert.Equal(
            ["201-1 passed  200", "201-2 passed  200", "201-3 failed expected 201 200"],
            JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray().Select(test => string.Join(
                ' ', test.GetProperty("test"), test.GetProperty("result"), test.TryGetProperty("failure", out JsonElement failure) ? failure.ToString() : "", test.GetProperty("statuses")[0])));
    }

    [Fact]
    public async Task Tests_of_rules_may_have_settings_of_their_own()
    {
        Write("tests/900.yaml", Tests.Replace("201", "900", StringComparison.Ordinal));
        Write("setup.conf", "SecAction \"id:11,phase:1,pass,nolog,setvar:tx.blocking_inbound_anomaly_score=5\"\n");
        ProcessResult run = await BreakwaterProcess.RunAsync(
            "waf", "test", "--rules", Path.Combine(_directory, "waf"), "--tests", Path.Combine(_directory, "tests"), "--setup", Path.Combine(_directory, "setup.conf"));
        Assert.Equal(new ProcessResult(1, "900-2 (900.yaml): did not expect 900\n2 passed, 1 failed, 0 skipped\n", ""), run);
    }

    [Fact]
    public async Task What_keeps_tests_of_rules_from_running_is_said()
    {
        Write("tests/201.yaml", Tests);
        (string tests, string rules) = (Path.Combine(_directory, "tests"), Path.Combine(_directory, "broken"));
        Assert.Equal(
            new ProcessResult(1, "", $"breakwater: '{tests}x' is not a directory; name the folder of the tests\n"),
            await BreakwaterProcess.RunAsync("waf", "test", "--rules", rules, "--tests", tests + "x"));
        Write("broken/test.conf", "SecRule ARGS \"@contains a\" \"id:1,phase:2,deny\"\nSecRule ARGS \"@contians b\" \"id:2,phase:2,deny\"\n");
        ProcessResult broken = await BreakwaterProcess.RunAsync("waf", "test", "--rules", rules, "--tests", tests);
        Assert.Equal((1, ""), (broken.ExitCode, broken.Output));
        Assert.Contains("broken/test.conf:2:", broken.Error, StringComparison.Ordinal);
        Assert.Contains("contians", broken.Error, StringComparison.Ordinal);
        Write("tests/broken.yaml", "tests: [");
        ProcessResult unread = await BreakwaterProcess.RunAsync("waf", "test", "--rules", Path.Combine(_directory, "waf"), "--tests", tests);
        Assert.Equal(1, unread.ExitCode);
        Assert.Contains("broken.yaml: ", unread.Error, StringComparison.Ordinal);
        Assert.EndsWith("2 passed, 2 failed, 0 skipped\n", unread.Output, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(RunningEdge edge, string target, HttpStatusCode status)
    {
        using HttpResponseMessage refused = await edge.Http.GetAsync(target);
        Assert.Equal(status, refused.StatusCode);
        return refused.Headers.GetValues("Breakwater-Ray").Single();
    }

    private string Config(string waf = "waf: {rules: ./waf}\n")
    {
        Write("breakwater.yaml", "zones:\n  - {name: shop, origins: [{url: \"http://127.0.0.1:9\"}]}\n" + waf);
        return Path.Combine(_directory, "breakwater.yaml");
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
