using System.Text;
using Breakwater.Waf.Ftw;

namespace Breakwater.Tests.Waf;

/// <summary>FTW tests: read, made into requests and judged as go-ftw does.</summary>
public sealed class FtwTests
{
    [Fact]
    public void Both_schemas_are_read()
    {
        FtwTest test = Assert.Single(FtwReader.Read("942100.yaml", """
            ---
            rule_id: 942100
            tests:
              - test_id: 3
                desc: something
                stages:
                  - input:
                      method: POST
                      uri: "/a?b"
                      version: "HTTP/1.0"
                      headers: {User-Agent: x, Host: y}
                      data: 'a={{ "ab" | repeat 3 }}'
                      autocomplete_headers: false
                    output:
                      status: 200
                      log:
                        expect_ids: [942100, 942101]
                        no_expect_ids: [1]
                        match_regex: "some (thing)"
            """));
        FtwStage stage = Assert.Single(test.Stages);
        Assert.Equal(("942100-3", "something", "POST", "/a?b", "HTTP/1.0", "a=ababab"), (test.Id, test.Description, stage.Input.Method, stage.Input.Uri, stage.Input.Version, stage.Input.Data));
        Assert.Equal(["Host", "User-Agent"], stage.Input.Headers.Select(h => h.Key));
        Assert.False(stage.Input.Autocomplete);
        Assert.Equal([200], stage.Output.Status);
        Assert.Equal([942100, 942101], stage.Output.ExpectIds);
        Assert.Equal([1], stage.Output.NoExpectIds);
        Assert.Equal("some (thing)", stage.Output.MatchRegex);

        FtwTest old = Assert.Single(FtwReader.Read("x.yaml", """
            tests:
              - test_title: 920100-1
                stages:
                  - stage:
                      input:
                        data: [one, two]
                        stop_magic: true
                      output:
                        status: [403, 404]
                        log_contains: "id \"920100\""
                        no_log_contains: "id \"920101\""
            """));
        FtwStage oldStage = Assert.Single(old.Stages);
        Assert.Equal(("920100-1", "one\r\ntwo", "id \"920100\"", "id \"920101\""), (old.Id, oldStage.Input.Data, oldStage.Output.MatchRegex, oldStage.Output.NoMatchRegex));
        Assert.Equal((true, false), (oldStage.Input.IsOldSchema, oldStage.Input.Autocomplete));
        Assert.Equal([403, 404], oldStage.Output.Status);
        Assert.Empty(FtwReader.Read("empty.yaml", ""));
    }

    public static TheoryData<string, FtwInput, string> Requests => new()
    {
        { "nothing is said", new FtwInput(), "GET / HTTP/1.1\r\nConnection: close\r\n\r\n" },
        { "nothing is added", new FtwInput { Autocomplete = false }, "GET / HTTP/1.1\r\n\r\n" },
        { "POST has a length", new FtwInput { Method = "POST" }, "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" },
        { "POST of an old test has none", new FtwInput { Method = "POST", IsOldSchema = true }, "POST / HTTP/1.1\r\nConnection: close\r\n\r\n" },
        { "the suite's expression binds loosely", new FtwInput { Method = "POSTER" }, "POSTER / HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" },
        { "a body is a form, and encoded", new FtwInput { Data = "a=<b>&c d&=e=f" }, "GET / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: 20\r\n\r\na=%3Cb%3E&c+d&=e%3Df" },
        { "unless it is already", new FtwInput { Data = "a=%3c<" }, "GET / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: 6\r\n\r\na=%3c<" },
        { "or is of another type", Typed("text/plain", "a=<b>\n"), "GET / HTTP/1.1\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 6\r\n\r\na=<b>\n" },
        { "lines of a multipart body end in CRLF", Typed("multipart/form-data; boundary=b", "--b\n"), "GET / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\nContent-Length: 5\r\n\r\n--b\r\n" },
        { "a length that is given stays", new FtwInput { Data = "a=b", Headers = [KeyValuePair.Create("Content-Length", "9"), KeyValuePair.Create("Content-Type", "x/y")] }, "GET / HTTP/1.1\r\nContent-Length: 9\r\nContent-Type: x/y\r\nConnection: close\r\n\r\na=b" },
        { "a whole request is sent as it is", new FtwInput { EncodedRequest = Convert.ToBase64String("BAD\n\n"u8) }, "BAD\n\n" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Requests_are_made(string what, FtwInput input, string expected)
    {
        Assert.Equal((what, expected), (what, Encoding.UTF8.GetString(FtwRequest.Build(input))));
    }

    public static TheoryData<string, FtwOutput, FtwAnswer, string?> Judgements => new()
    {
        { "a rule that is expected", new FtwOutput { ExpectIds = [1] }, Answer("[id \"1\"]"), null },
        { "all that are expected", new FtwOutput { ExpectIds = [1, 2, 3] }, Answer("[id \"1\"]"), "expected 2, 3" },
        { "a part of an id is none", new FtwOutput { ExpectIds = [1] }, Answer("[id \"11\"]"), "expected 1" },
        { "a rule that is not expected", new FtwOutput { NoExpectIds = [1] }, Answer("[id \"1\"]"), "did not expect 1" },
        { "no rule, and the rules ran", new FtwOutput { NoExpectIds = [1] }, Answer(), null },
        { "no rule, and no rules ran", new FtwOutput { NoExpectIds = [1] }, Answer() with { EngineReached = false }, "the request never reached the rules (status 200)" },
        { "a status", new FtwOutput { Status = [400] }, Answer() with { Status = 400, EngineReached = false }, null },
        { "another status", new FtwOutput { Status = [400, 403] }, Answer(), "status 200, expected 400 or 403" },
        { "an expression", new FtwOutput { MatchRegex = "a.c" }, Answer("xabcx"), null },
        { "an expression that must not match", new FtwOutput { NoMatchRegex = "a.c" }, Answer("xabcx"), "the log matches a.c" },
        { "no answer", new FtwOutput { ExpectIds = [1] }, Answer("[id \"1\"]") with { Status = 0 }, "the connection ended without an answer" },
        { "no answer, as expected", new FtwOutput { ExpectError = true, ExpectIds = [1] }, Answer() with { Status = 0 }, null },
        { "an answer where none was expected", new FtwOutput { ExpectError = true }, Answer() with { Status = 400 }, "the connection was expected to end without an answer, and there was status 400" },
        { "nothing expected", new FtwOutput(), Answer(), "the test expects nothing" },
    };

    [Theory]
    [MemberData(nameof(Judgements))]
    public void Answers_are_judged(string what, FtwOutput expected, FtwAnswer answer, string? failure)
    {
        Assert.Equal((what, failure), (what, FtwJudge.Judge(expected, answer)));
    }

    private static FtwInput Typed(string type, string data) => new() { Data = data, Headers = [KeyValuePair.Create("Content-Type", type)] };

    private static FtwAnswer Answer(params string[] log) => new(200, true, log, "");
}
