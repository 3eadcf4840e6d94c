using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>What each variable holds.</summary>
public sealed class VariableTests
{
    private const string Target = "/a/b%20c/file%2Ephp?x=1%202&y=%zz&x=3&=empty&flag#frag";

    public static TheoryData<string, string> OfTheHead => new()
    {
        { "REQUEST_LINE", $"POST {Target} HTTP/1.1" },
        { "REQUEST_METHOD", "POST" },
        { "REQUEST_URI_RAW", Target },
        { "REQUEST_URI", Target[..^5] },
        { "REQUEST_PROTOCOL", "HTTP/1.1" },
        { "REQUEST_FILENAME", "/a/b c/file.php" },
        { "REQUEST_BASENAME", "file.php" },
        { "PATH_INFO", "/a/b c/file.php" },
        { "QUERY_STRING", "x=1%202&y=%zz&x=3&=empty&flag" },
        { "ARGS", "1 2|%zz|3|empty|" },
        { "ARGS_GET", "1 2|%zz|3|empty|" },
        { "ARGS_POST", "" },
        { "ARGS_NAMES", "x|y|x||flag" },
        { "ARGS:x", "1 2|3" },
        { "ARGS:/^[xy]$/", "1 2|%zz|3" },
        { "ARGS|!ARGS:x", "%zz|empty|" },
        { "ARGS|!ARGS:/^[xy]$/", "empty|" },
        { "ARGS_COMBINED_SIZE", "19" },
        { "REQUEST_HEADERS", "www.example.org:8443|a=1; $b=\"2\";c; =d; e=f=g |one|two|Basic dTpw" },
        { "REQUEST_HEADERS_NAMES", "Host|Cookie|X-Multi|x-multi|Authorization" },
        { "REQUEST_HEADERS:x-MULTI", "one|two" },
        { "REQUEST_COOKIES", "1|\"2\"||f=g" },
        { "REQUEST_COOKIES_NAMES", "a|$b|c|e" },
        { "SERVER_NAME", "www.example.org" },
        { "SERVER_ADDR", "192.0.2.1" },
        { "SERVER_PORT", "443" },
        { "REMOTE_ADDR", "192.0.2.7" },
        { "REMOTE_HOST", "192.0.2.7" },
        { "REMOTE_PORT", "40000" },
        { "AUTH_TYPE", "Basic" },
        { "UNIQUE_ID", "ray-1" },
        { "WEBAPPID", "default" },
        { "REQBODY_PROCESSOR", "" },
        { "REQBODY_ERROR", "0" },
        { "MULTIPART_STRICT_ERROR", "0" },
        { "URLENCODED_ERROR", "1" },
        { "REQUEST_BODY_LENGTH", "0" },
        { "FILES_COMBINED_SIZE", "0" },
        { "INBOUND_DATA_ERROR", "0" },
        { "HIGHEST_SEVERITY", "255" },
        { "TIME", "23:05:09" },
        { "TIME_YEAR", "2026" },
        { "TIME_MON", "1" },
        { "TIME_DAY", "28" },
        { "TIME_WDAY", "6" },
        { "TIME_HOUR", "23" },
        { "TIME_MIN", "5" },
        { "TIME_SEC", "9" },
        { "TIME_EPOCH", "1772319909" },
        { "DURATION", "0" },
    };

    [Theory]
    [MemberData(nameof(OfTheHead))]
    public void The_head_of_a_request(string variable, string expected)
    {
        using EngineUnderTest engine = new(Collecting(variable, 1), environment: new WafEnvironment(new FakeTimeProvider(new DateTimeOffset(2026, 2, 28, 23, 5, 9, TimeSpan.Zero))));
        engine.Begin(Target, "POST", "192.0.2.7", ("Host", "www.example.org:8443"), ("Cookie", "a=1; $b=\"2\";c; =d; e=f=g "), ("X-Multi", "one"), ("x-multi", "two"), ("Authorization", "Basic dTpw"));
        engine.Transaction.Evaluate(SecPhase.RequestHeaders);
        Assert.Equal((variable, expected), (variable, engine.Tx("out").TrimEndOnce('|')));
    }

    public static TheoryData<string, string, string, string> OfTheBody => new()
    {
        { "application/x-www-form-urlencoded; charset=utf-8", "a=1&b=%41+x&a=2", "ARGS_POST", "1|A x|2" },
        { "application/x-www-form-urlencoded", "a=1&b=%41+x&a=2", "ARGS", "q|1|A x|2" },
        { "application/x-www-form-urlencoded", "a=1", "REQUEST_BODY", "a=1" },
        { "application/x-www-form-urlencoded", "a=1", "REQUEST_BODY_LENGTH", "3" },
        { "application/x-www-form-urlencoded", "a=1", "REQBODY_PROCESSOR", "URLENCODED" },
        { "application/x-www-form-urlencoded", "a=%zz", "URLENCODED_ERROR", "1" },
        { "application/json", """{"a":[1,{"b":"x","b":"y"}]}""", "ARGS_POST", "1|x|y|2" },
        { "application/json", """{"a":[1,{"b":"x","b":"y"}]}""", "ARGS_POST_NAMES", "json.a.0|json.a.1.b|json.a.1.b|json.a" },
        { "application/json", """{"a":1""", "ARGS_POST", "1" },
        { "application/json", """{"a":1""", "REQBODY_ERROR", "1" },
        { "application/json", """{"a":1}""", "REQBODY_ERROR", "0" },
        { "application/json", """{"a":1}""", "REQUEST_BODY", "" },
        { "text/xml", "<a b='1'><c>x</c>y</a>", "XML:/*", "xy" },
        { "text/xml", "<a b='1'><c>x</c>y</a>", "XML://@*", "1" },
        { "text/xml", "<a>", "REQBODY_ERROR", "1" },
        { "multipart/form-data; boundary=b", Multipart, "ARGS_POST", "one" },
        { "multipart/form-data; boundary=b", Multipart, "FILES", "x.txt" },
        { "multipart/form-data; boundary=b", Multipart, "FILES_NAMES", "f" },
        { "multipart/form-data; boundary=b", Multipart, "FILES_SIZES", "5" },
        { "multipart/form-data; boundary=b", Multipart, "FILES_COMBINED_SIZE", "5" },
        { "multipart/form-data; boundary=b", Multipart, "FILES_TMP_CONTENT", "hello" },
        { "multipart/form-data; boundary=b", Multipart, "MULTIPART_PART_HEADERS:f", "Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\"|Content-Type: text/plain" },
        { "multipart/form-data; boundary=b", Multipart, "MULTIPART_STRICT_ERROR", "0" },
        { "multipart/form-data; boundary=b", Multipart.Replace("\r\n", "\n", StringComparison.Ordinal), "MULTIPART_LF_LINE", "1" },
        { "multipart/form-data; boundary=b", Multipart.Replace("\r\n", "\n", StringComparison.Ordinal), "MULTIPART_STRICT_ERROR", "1" },
        { "multipart/form-data; boundary=b", "--b\r\nBad\u000EHeader: x\r\n\r\nx", "MULTIPART_PART_HEADERS", "Bad\u000EHeader: x" },
        { "text/plain", "evil", "REQUEST_BODY", "" },
        { "text/plain", "evil", "FULL_REQUEST", "POST /?q=q HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nevil" },
        { "text/plain", "evil", "FULL_REQUEST_LENGTH", "53" },
    };

    private const string Multipart =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";

    [Theory]
    [MemberData(nameof(OfTheBody))]
    public void The_body_of_a_request(string type, string body, string variable, string expected)
    {
        using EngineUnderTest engine = new($"""
            SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:7,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
            SecRule REQUEST_HEADERS:Content-Type "@beginsWith text/xml" "id:8,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
            {Collecting(variable, 2)}
            """);
        Assert.Equal((variable, expected), (variable, engine.Post(type, body, "/?q=q").Tx("out").TrimEndOnce('|')));
    }

    public static TheoryData<string, int, string> OfTheResponse => new()
    {
        { "RESPONSE_STATUS", 3, "200" },
        { "RESPONSE_PROTOCOL", 3, "HTTP/1.1" },
        { "STATUS_LINE", 3, "HTTP/1.1 200 OK" },
        { "RESPONSE_HEADERS:content-type", 3, "text/html" },
        { "RESPONSE_HEADERS_NAMES", 3, "Content-Type" },
        { "RESPONSE_CONTENT_TYPE", 3, "text/html" },
        { "RESPONSE_BODY", 3, "" },
        { "RESPONSE_BODY", 4, "<p>oops</p>" },
        { "RESPONSE_BODY", 5, "<p>oops</p>" },
        { "RESPONSE_CONTENT_LENGTH", 4, "11" },
    };

    [Theory]
    [MemberData(nameof(OfTheResponse))]
    public void The_response(string variable, int phase, string expected)
    {
        using EngineUnderTest engine = new($"SecResponseBodyAccess On\n{Collecting(variable, phase)}");
        engine.Begin();
        Assert.Equal((variable, expected), (variable, engine.Finish(null, "text/html", "<p>oops</p>").Tx("out").TrimEndOnce('|')));
    }

    [Fact]
    public void An_expression_for_how_names_begin_holds_in_any_case_and_at_each_line_of_a_name()
    {
        using EngineUnderTest engine = new("SecRule ARGS:/^json_/ \"@unconditionalMatch\" \"id:1,phase:1,pass,setvar:'tx.names=%{tx.names} %{MATCHED_VAR}'\"");
        engine.Begin("/?json_a=1&JSON_b=2&x%0Ajson_c=3&xjson_d=4&json=5", "GET", "192.0.2.7");
        engine.Finish([]);
        Assert.Equal(" 1 2 3", EngineUnderTest.Text(engine.Transaction.TxValue("names"u8)));
    }

    [Fact]
    public void Response_bodies_of_other_types_are_not_wanted()
    {
        using EngineUnderTest engine = new($"SecResponseBodyAccess On\nSecResponseBodyMimeType text/plain\n{Collecting("RESPONSE_BODY", 4)}");
        engine.Begin();
        Assert.Equal("", engine.Finish(null, "image/png", "evil").Tx("out"));
        engine.Begin();
        Assert.Equal("evil|", engine.Finish(null, "TEXT/plain ; charset=x", "evil").Tx("out"));
    }

    [Fact]
    public void A_head_of_the_edge_gives_the_same_as_its_parts()
    {
        RequestHead head = new(HeadLimits.Default);
        head.Read("GET /x?a=1 HTTP/1.1\r\nHost: a\r\nCookie: c=1\r\nCookie: d=2\r\n\r\n"u8, out _);
        using EngineUnderTest engine = new(Collecting("REQUEST_LINE|ARGS|REQUEST_HEADERS|REQUEST_COOKIES", 1));
        engine.Transaction.Begin(engine.Overlay, default);
        engine.Transaction.SetRequest(head);
        engine.Transaction.Evaluate(SecPhase.RequestHeaders);
        Assert.Equal("GET /x?a=1 HTTP/1.1|1|a|c=1|d=2|1|2|", engine.Tx("out"));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "GET /x HTTP/9.9\r\nHost: a\r\n\r\n", "GET|/x|HTTP/9.9|a" },
        { "GET /x\r\nHost: a\n\rno colon\r\n\r\nnot: seen", "GET|/x||a" },
        { "nonsense", "|nonsense|" },
        { "", "||" },
        { "GET a b HTTP/1.1\rHost:\t a \r\r", "GET|a b|HTTP/1.1|a" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_head_that_the_edge_refuses_is_read_as_far_as_it_can_be(string head, string expected)
    {
        using EngineUnderTest engine = new(Collecting("REQUEST_METHOD|REQUEST_URI_RAW|REQUEST_PROTOCOL|REQUEST_HEADERS", 1));
        engine.Transaction.Begin(engine.Overlay, default);
        engine.Transaction.SetRefusedRequest(Encoding.Latin1.GetBytes(head));
        engine.Transaction.Evaluate(SecPhase.RequestHeaders);
        Assert.Equal(expected, engine.Tx("out").TrimEndOnce('|'));
    }

    /// <summary>A rule that adds each value of a target to TX:out, with a bar behind it.</summary>
    private static string Collecting(string target, int phase) => $$"""
        SecRequestBodyAccess On
        SecRule {{target}} "@unconditionalMatch" "id:1,phase:{{phase}},pass,nolog,setvar:'tx.out=%{tx.out}%{MATCHED_VAR}|'"
        """;
}

internal static class TrimOnce
{
    /// <summary>Takes away one such character at the end.</summary>
    public static string TrimEndOnce(this string text, char last) => text.EndsWith(last) ? text[..^1] : text;
}
