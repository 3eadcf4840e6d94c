using System.Diagnostics;

namespace Breakwater.Rules.Tests.Evaluation;

/// <summary>What a request can make an evaluation do is bounded: in memory, and in time linear in its size.</summary>
public sealed class BoundsTests
{
    private const int Limit = 1 << 20;

    [Theory]
    [InlineData("lower(http.request.body.raw) contains \"a\"", Limit, true)]
    [InlineData("lower(http.request.body.raw) contains \"a\"", Limit + 1, false)]
    [InlineData("http.request.body.raw contains \"A\"", 4 * Limit, true)]
    [InlineData("len(http.request.body.raw) gt 5", 4 * Limit, true)]
    [InlineData("len(concat(http.request.body.raw, http.request.body.raw)) ge 0", Limit, false)]
    public void A_result_that_is_too_large_is_missing(string text, int length, bool matches)
    {
        SampleRequest request = new SampleRequest().With(FieldId.HttpRequestBodyRaw, new string('A', length));
        Assert.Equal(matches, Compile(text).Matches(new EvaluationContext(request)));
    }

    [Fact]
    public void Memory_of_one_evaluation_is_there_for_the_next()
    {
        Expression expression = Compile("lower(upper(lower(http.host))) eq \"abc\"");
        var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpHost, "aBc"));
        for (int i = 0; i < 1_000_000; i++)
        {
            if (!expression.Matches(context)) Assert.Fail($"after {i}");
        }
    }

    [Fact]
    public void Elements_of_an_array_share_memory()
    {
        // 20,000 elements of 1,000 bytes: twenty times what an evaluation may use at a time.
        string[] values = [.. Enumerable.Repeat(new string('A', 1000), 20_000), "B"];
        var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestHeadersValues, values));
        Assert.True(Compile("any(lower(http.request.headers.values[*])[*] eq \"b\")").Matches(context));
        Assert.True(Compile("len(lower(http.request.headers.values[*])) eq 20001").Matches(context));
    }

    [Theory]
    [InlineData("any(http.request.uri.args[*][*] eq \"x\")")]
    [InlineData("any(len(http.request.uri.args[*])[*] gt 10000)")]
    [InlineData("any(http.request.uri.args[*][1] eq \"x\")")]
    public void Many_names_take_linear_time(string text)
    {
        (string, string)[] args = [.. Enumerable.Range(0, 20_000).Select(i => ($"name{i}", "v"))];
        var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestUriArgs, args));
        long start = Stopwatch.GetTimestamp();
        Assert.False(Compile(text).Matches(context));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{\"a\":", 100_000)]
    [InlineData("{\"a\":1,", 100_000)]
    [InlineData("\"\\u0061", 100_000)]
    [InlineData("1", 1_000_000)]
    public void Hostile_JSON_is_missing(string piece, int times)
    {
        var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestBodyRaw,
            string.Concat(Enumerable.Repeat(piece, times))));
        Assert.False(Compile("lookup_json_string(http.request.body.raw, \"a\") ne \"\" or lookup_json_integer(http.request.body.raw, "
            + "\"a\") ne 0").Matches(context));
    }

    [Theory]
    [InlineData("{\"a\": \"x\"}", true)]
    [InlineData(" \t\r\n{ \"a\" : \"x\" } \n", true)]
    [InlineData("{\"a\": \"x\",}", false)]
    [InlineData("{\"a\": \"x\"} x", false)]
    [InlineData("{\"a\": \"x\"", false)]
    [InlineData("{'a': \"x\"}", false)]
    [InlineData("{\"a\": \"x\", \"b\": 01}", false)]
    [InlineData("{\"a\": \"x\", \"b\": -}", false)]
    [InlineData("{\"a\": \"x\", \"b\": 1.}", false)]
    [InlineData("{\"a\": \"x\", \"b\": 1.5e-3}", true)]
    [InlineData("{\"a\": \"x\", \"b\": \"\\q\"}", false)]
    [InlineData("{\"a\": \"x\", \"b\": \"\\ud800\"}", false)]
    [InlineData("{\"a\": \"x\", \"b\": \"\\ud83d\\ude00\"}", true)]
    [InlineData("{\"a\": \"x\", \"b\": \"\n\"}", false)]
    [InlineData("{\"a\": \"x\", \"b\": [1, {\"c\": [true, false, null]}, \"\"]}", true)]
    [InlineData("{\"a\": \"x\", \"b\": nul}", false)]
    [InlineData("{\"\\u0061\": \"x\"}", true)]
    [InlineData("{\"a\": \"x\", \"a\": 1}", false)]
    [InlineData("", false)]
    public void Only_well_formed_JSON_has_values(string json, bool matches)
    {
        var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestBodyRaw, json));
        Assert.Equal(matches, Compile("lookup_json_string(http.request.body.raw, \"a\") eq \"x\"").Matches(context));
    }

    [Fact]
    public void Decoding_again_and_again_ends()
    {
        string encoded = "%" + string.Concat(Enumerable.Repeat("25", 50_000)) + "41";
        var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestUriPath, encoded));
        Assert.False(Compile("url_decode(http.request.uri.path, \"r\") eq \"A\"").Matches(context));
        context.Reset(new SampleRequest().With(FieldId.HttpRequestUriPath, "%25252541"));
        Assert.True(Compile("url_decode(http.request.uri.path, \"r\") eq \"A\"").Matches(context));
    }

    [Fact]
    public void Keys_of_different_arrays_differ()
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(ValueExpression.TryCompile("http.request.headers[\"x\"]", ExpressionScheme.Filter, out ValueExpression? key,
            diagnostics));
        string[] keys = [.. new[] { new[] { "ab", "c" }, ["a", "bc"], ["abc"], ["abc", ""], [""] }.Select(values =>
        {
            var context = new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestHeaders,
                values.Select(v => ("x", v)).ToArray()));
            Assert.True(key.TryEvaluateKey(context, out ReadOnlySpan<byte> bytes));
            return Convert.ToHexString(bytes);
        })];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.False(key.TryEvaluateKey(new EvaluationContext(new SampleRequest().With(FieldId.HttpRequestHeaders, new[] { ("y", "a") })),
            out _));
    }

    private static Expression Compile(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, ExpressionScheme.Filter, out Expression? expression, diagnostics),
            diagnostics.FirstOrDefault()?.Render(text));
        return expression;
    }
}
