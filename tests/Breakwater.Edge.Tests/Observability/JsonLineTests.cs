using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Rules;
using Breakwater.Http;
using Breakwater.Rules.Rulesets;
using CsCheck;

namespace Breakwater.Edge.Tests.Observability;

public sealed class JsonLineTests
{
    // Whatever somebody's reader of lines may split at.
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\u0085\u2028\u2029\u000B\u000C");

    private static readonly DateTime Start = new(2026, 3, 4, 5, 6, 7, 89, DateTimeKind.Utc);

    private static readonly JsonLine Line = new(
        new AccessLogSettings().SecretArguments, ["x-tenant"u8.ToArray(), "accept-language"u8.ToArray()]);

    [Fact]
    public void A_line_tells_all_of_an_ordinary_exchange()
    {
        Exchange exchange = TestExchange.Get(
            "/cart?item=7&token=abc", "User-Agent: curl/8.5.0", "Referer: https://search.example/?q=x&sid=9", "X-Tenant: blue",
            "Authorization: Basic c2VjcmV0", "Cookie: a=secret", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        exchange.Record.Origin = TestExchange.NewOrigin("http://10.0.0.5:3000");
        exchange.Record.RequestBodyBytes = 5;
        exchange.Connection = TestExchange.TlsConnection();
        exchange.IsHttps = true;

        // One member or a few a line here; all on one line in the log.
        const string expected = """
            {"time":"2026-03-04T05:06:07.089Z","ray":"00000000000000ff","zone":"shop","generation":3,"client":"192.0.2.7",
            "peer":"2001:db8::7","peer_port":50124,
            "method":"GET","scheme":"https","host":"shop.example","target":"/cart?item=7&token=REDACTED","protocol":"HTTP/1.1",
            "status":200,"end":"completed","bytes_in":5,"bytes_out":1024,"duration_ms":4.321,"origin":"http://10.0.0.5:3000",
            "attempts":1,"origin_reused":false,"origin_status":200,"origin_ms":3.256,"listener":"0.0.0.0:8443","connection":43,
            "tls":"TLSv1.3","cipher":"TLS_AES_128_GCM_SHA256","sni":"shop.example","ja4":"t13d1516h2_8daaf6152771_02713d6af862",
            "user_agent":"curl/8.5.0","referer":"https://search.example/?q=x&sid=REDACTED",
            "trace":"0af7651916cd43dd8448eb211c80319c","headers":{"x-tenant":"blue"}}
            """;
        Assert.Equal(expected.Replace("\n", "", StringComparison.Ordinal) + "\n",
            Write(exchange));
    }

    [Fact]
    public void What_does_not_apply_is_left_out()
    {
        Exchange exchange = TestExchange.Over("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"u8.ToArray());
        exchange.Zone = null;
        exchange.Record = new ExchangeRecord { Status = 400, End = ExchangeEnd.BadRequest, Violation = HttpViolation.MultipleHost };

        using JsonDocument line = JsonDocument.Parse(Write(exchange));
        Assert.Equal("bad_request", line.RootElement.GetProperty("end").GetString());
        Assert.Equal("multiple_host", line.RootElement.GetProperty("violation").GetString());
        string[] absent = ["zone", "origin", "origin_ms", "origin_status", "tls", "user_agent", "referer", "trace", "headers"];
        foreach (string name in absent)
        {
            Assert.False(line.RootElement.TryGetProperty(name, out _), name);
        }
    }

    [Fact]
    public void A_request_that_was_never_read_has_a_line_too()
    {
        Exchange exchange = TestExchange.Over([]);
        exchange.Generation = null!;
        exchange.Zone = null;
        exchange.Record = new ExchangeRecord { Status = 408, End = ExchangeEnd.HeaderTimeout };

        using JsonDocument line = JsonDocument.Parse(Write(exchange));
        Assert.Equal(0, line.RootElement.GetProperty("generation").GetInt64());
        Assert.False(line.RootElement.TryGetProperty("method", out _));
    }

    [Theory]
    [InlineData("a\"b\\c", "a\\\"b\\\\c")]
    [InlineData("tab\there", "tab\\u0009here")]
    [InlineData("\u00E9 \u20AC", "\\u00e9 \\u0080")]
    public void Text_is_escaped(string latin1, string expected)
    {
        // € is no Latin-1 character; the row stands for a byte 0x80 that is no UTF-8.
        byte[] bytes = [.. latin1.Select(letter => letter == '\u20AC' ? (byte)0x80 : (byte)letter)];
        Assert.Equal(expected, Escape(bytes));
    }

    [Theory]
    [InlineData("grün €  中 🦊", "grün €  中 🦊")]
    [InlineData("\u0085\u009b\u2028\u2029", "\\u0085\\u009b\\u2028\\u2029")]
    [InlineData("\u202eexe.pdf\u2066", "\\u202eexe.pdf\\u2066")]
    [InlineData("\u007f\ufeff", "\\u007f\\ufeff")]
    public void Utf8_is_kept_except_for_what_can_do_harm(string text, string expected) =>
        Assert.Equal(expected, Escape(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Long_values_are_cut_between_characters_and_marked()
    {
        string letters = string.Concat(Enumerable.Repeat("é", LogLimits.UserAgent));
        Exchange exchange = TestExchange.Over(Encoding.UTF8.GetBytes($"GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: x{letters}\r\n\r\n"));
        using JsonDocument line = JsonDocument.Parse(Write(exchange));
        string logged = line.RootElement.GetProperty("user_agent").GetString()!;
        Assert.Equal('x' + letters[..((LogLimits.UserAgent - 1) / 2)] + '…', logged);
    }

    [Fact]
    public void The_longest_line_fits_a_slab()
    {
        string worst = string.Concat(Enumerable.Repeat("\u00FF", 4000));
        string[] names = [.. Enumerable.Range(0, LogLimits.Headers + 3).Select(i => $"x-{i:D2}")];
        byte[] head = Encoding.Latin1.GetBytes(
            $"GET /{worst} HTTP/1.1\r\nHost: h\r\nUser-Agent: {worst}\r\nReferer: {worst}\r\n"
            + string.Concat(names.Select(name => $"{name}: {worst[..300]}\r\n")) + "\r\n");
        Exchange exchange = TestExchange.Over(head);
        Assert.Equal(HttpViolation.None, exchange.Request.Violation);
        JsonLine line = new(new SecretNames([]), names.Select(Encoding.ASCII.GetBytes));
        string text = Write(exchange, line);
        Assert.True(text.Length > LogSlab.Bytes / 2);
        using JsonDocument parsed = JsonDocument.Parse(text);
        Assert.Equal(LogLimits.Headers, parsed.RootElement.GetProperty("headers").EnumerateObject().Count());
    }

    [Fact]
    public void Whatever_a_client_sends_makes_one_line_of_valid_json_without_the_secret()
    {
        // Values of anything that may stand in a head: any byte but line ends and NUL, which end it.
        Gen<byte[]> value = Gen.OneOf(
            Gen.Byte.Where(b => b >= 0x20 && b != 0x7F).Array[0, 40],
            Gen.OneOf(
                    "\"", "\\", "\\u0000", "\",\"end\":\"x", "é", "\u2028", "\u009b31m", "%22", "?", "&", ";", "=", "#", "//a:b@c/", "\t")
                .Array[0, 8].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))));
        Gen<string> secretName = Gen.OneOf(
            "password", "PassWord", "%70assword", "pass%77ord", "user[password]", "user%5Bpassword%5D", "a.token", "access_token",
            "x-amz-signature", "+token", "%00token", "token[]", "token[0]");
        Gen<bool> semicolon = Gen.Bool;

        Gen.Select(value, value, value, secretName, semicolon).ForEach(2000, sample =>
        {
            (byte[] first, byte[] second, byte[] third, string secret, bool withSemicolon) = sample;
            byte[] path = [.. first.Where(b => b is not ((byte)' ' or (byte)'#' or (byte)'\t'))];
            byte[] query = [.. (withSemicolon ? ";"u8 : "&"u8), .. Encoding.ASCII.GetBytes(secret), .. "=hunter2"u8];
            byte[] head =
            [
                .. "GET /"u8, .. path, .. "?a=b"u8, .. query, .. " HTTP/1.1\r\nHost: h\r\nUser-Agent: "u8, .. second,
                .. "\r\nReferer: https://me:hunter2@r/?"u8, .. query[1..], .. "&"u8, .. third, .. "\r\nX-Tenant: "u8, .. third,
                .. "\r\nAuthorization: hunter2\r\nCookie: hunter2=hunter2\r\n\r\n"u8,
            ];
            Exchange exchange = TestExchange.Over(head);

            string line = Encoding.UTF8.GetString(WriteBytes(exchange, Line));
            Assert.Equal(line.Length - 1, line.IndexOf('\n'));
            Assert.Equal(line.Length - 1, line.AsSpan().IndexOfAny(LineEnds));
            Assert.DoesNotContain("hunter2", line);
            using JsonDocument parsed = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false });
            Assert.Equal("completed", parsed.RootElement.GetProperty("end").GetString());
            if (exchange.Request.Violation == HttpViolation.None)
            {
                Assert.EndsWith("=REDACTED", parsed.RootElement.GetProperty("target").GetString());
            }
        });
    }

    [Fact]
    public void Further_headers_never_include_secret_ones()
    {
        AccessLogSettings settings = AccessLogSettings.Of(new Config.AccessLogConfig
        {
            Headers = ["Cookie", "authorization", "X-Key", "set-COOKIE", "X-Tenant", "x-tenant"],
            RedactHeaders = ["x-key"],
        });
        Assert.Equal(["x-tenant"], settings.Headers.Select(Encoding.ASCII.GetString));
    }

    [Fact]
    public void The_documented_members_are_those_that_exist()
    {
        Exchange everything = TestExchange.Get(
            "/", "User-Agent: a", "Referer: b", "X-Tenant: c", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        everything.Connection = TestExchange.TlsConnection();
        everything.Record.Origin = TestExchange.NewOrigin("http://10.0.0.5:3000");
        everything.Record.Violation = HttpViolation.BareLf;
        LogCustomFields(everything);
        using JsonDocument line = JsonDocument.Parse(Write(everything));

        string document = RepositoryFiles.Section(RepositoryFiles.Read("docs/logs.md"), "## JSON lines");
        IEnumerable<string> documented = RepositoryFiles.TableRows(document).Select(row => row[0]);
        Assert.Equal(line.RootElement.EnumerateObject().Select(member => member.Name), documented);
    }

    [Fact]
    public void The_documented_limits_are_those_that_hold()
    {
        string document = RepositoryFiles.Section(RepositoryFiles.Read("docs/logs.md"), "## Lengths");
        Dictionary<string, int> documented = RepositoryFiles.TableRows(document)
            .ToDictionary(row => row[0], row => int.Parse(row[1], CultureInfo.InvariantCulture));
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["method"] = LogLimits.Method,
                ["target"] = LogLimits.Target,
                ["host"] = LogLimits.Host,
                ["user_agent"] = LogLimits.UserAgent,
                ["referer"] = LogLimits.Referer,
                ["headers"] = LogLimits.Header,
                ["custom"] = LogLimits.Header,
            },
            documented);
    }

    /// <summary>Lets a rule ask for a field that every request has.</summary>
    private static void LogCustomFields(Exchange exchange)
    {
        RulesetFile file = RulesetJson.Read(
            """
            {"kind": "zone", "phase": "http_log_custom_fields", "rules": [
              {"expression": "true", "action": "log_custom_field", "action_parameters": {"request_fields": [{"name": "host"}]}}]}
            """u8.ToArray(),
            "rules.json");
        CompiledPhases phases = new(null, RulesetCompiler.Compile(file.Rulesets, RuleLevel.Zone, RuleCompilerOptions.Default).Rules);
        exchange.Rules.Run(
            new ZoneRules
            {
                Phases = phases,
                Protection = Config.ProtectionMode.On,
                Limits = RateLimits.None,
                LogFields = phases.Zone.Rules.ToFrozenDictionary(rule => rule, rule => new CustomLogFields((LogCustomFieldAction)rule.Action)),
            },
            RulePhase.HttpLogCustomFields);
    }

    private static string Write(Exchange exchange, JsonLine? line = null) => Encoding.UTF8.GetString(WriteBytes(exchange, line ?? Line));

    private static byte[] WriteBytes(Exchange exchange, JsonLine line)
    {
        byte[] buffer = new byte[LogSlab.Bytes];
        LineBuilder builder = new(buffer);
        line.Write(ref builder, exchange, Start, new LogSeconds(line.SecondsFormat));
        Assert.False(builder.Overflowed);
        return buffer[..builder.Length];
    }

    private static string Escape(byte[] text)
    {
        byte[] buffer = new byte[1024];
        LineBuilder builder = new(buffer);
        JsonText.Append(ref builder, text);
        return Encoding.UTF8.GetString(buffer, 0, builder.Length);
    }
}
