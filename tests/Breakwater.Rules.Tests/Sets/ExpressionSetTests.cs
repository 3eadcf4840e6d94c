using Breakwater.Rules.Tests.Conformance;

namespace Breakwater.Rules.Tests.Sets;

/// <summary>Filters in a set: which are filed under what, passes, and what they cost in memory.</summary>
public sealed class ExpressionSetTests
{
    private static readonly ExpressionScheme Scheme = new(ExpressionFeatures.None, ConformanceRequests.Lists);

    [Theory]
    [InlineData("http.request.uri.path eq \"/x{0}\"", "http.request.uri.path")]
    [InlineData("http.request.uri.path contains \"/x{0}\" and ssl", "http.request.uri.path")]
    [InlineData("starts_with(http.request.uri.path, \"/x{0}\")", "http.request.uri.path")]
    [InlineData("ends_with(lower(http.request.uri.path), \"/x{0}\")", "lower(http.request.uri.path)")]
    [InlineData("http.request.uri.path in {{\"/x{0}\" \"/y{0}\"}}", "http.request.uri.path")]
    [InlineData("http.request.uri.path wildcard \"/x{0}/*\"", "http.request.uri.path")]
    [InlineData("http.request.uri.path matches \"^/x{0}/\"", "http.request.uri.path")]
    [InlineData("http.user_agent contains \"x{0}\" or http.user_agent eq \"y{0}\"", "http.user_agent")]
    [InlineData("http.user_agent contains \"x{0}\" or http.request.uri.path eq \"y{0}\"", "http.user_agent, http.request.uri.path")]
    [InlineData("any(http.request.headers[\"accept\"][*] contains \"x{0}\")", "http.request.headers[\"accept\"][*]")]
    [InlineData("any(lower(http.request.headers.values[*])[*] contains \"x{0}\")", "lower(http.request.headers.values[*])[*]")]
    [InlineData("any(starts_with(http.request.headers.values[*], \"x{0}\"))", "http.request.headers.values[*]")]
    [InlineData("any(http.request.uri.args[\"q{0}\"][*] contains \"select\")", "names of http.request.uri.args")]
    [InlineData("any(http.request.uri.args[\"q{0}\"][*] ne \"x\")", "names of http.request.uri.args")]
    [InlineData("raw.http.request.uri.args[\"q{0}\"][0] eq \"x\"", "names of raw.http.request.uri.args")]
    [InlineData("any(http.request.uri.args[\"q\"][*] contains \"x{0}\")", "http.request.uri.args[\"q\"][*]")]
    [InlineData("ip.src.asnum in {{1000{0} 2000{0}..2001{0}}}", "ip.src.asnum")]
    [InlineData("ip.src in {{10.{0}.0.0/16 2001:db8:{0}::/48}}", "ip.src")]
    [InlineData("http.host eq \"shop.example.com\" and http.request.uri.path eq \"/x{0}\"", "http.request.uri.path")]
    [InlineData("http.request.method eq \"POST\" and ip.src in {{10.{0}.0.0/16}}", "ip.src")]
    public void Filters_that_need_something_are_visited_only_when_it_is_there(string pattern, string filedUnder)
    {
        ExpressionSet set = Create(Enumerable.Range(10, 20).Select(i =>
            string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, i)));
        Assert.All(set.Index!.FiledUnder, under => Assert.Equal(filedUnder, under));
    }

    [Theory]
    [InlineData("not http.request.uri.path contains \"x{0}\"")]
    [InlineData("http.request.uri.path ne \"x{0}\"")]
    [InlineData("http.request.uri.path contains \"x{0}\" or ssl")]
    [InlineData("http.request.uri.path contains \"x{0}\" xor ssl")]
    [InlineData("all(http.request.headers.names[*] eq \"x{0}\")")]
    [InlineData("all(http.request.uri.args[\"q{0}\"][*] eq \"x\")")]
    [InlineData("not any(http.request.uri.args[\"q{0}\"][*] eq \"x\")")]
    [InlineData("cf.waf.score gt {0}")]
    [InlineData("ip.src in $office and len(http.host) gt {0}")]
    public void Filters_that_need_nothing_certain_are_always_tried(string pattern)
    {
        ExpressionSet set = Create(Enumerable.Range(10, 20).Select(i =>
            string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, i)));
        Assert.Null(set.Index);
    }

    [Fact]
    public void Filters_of_both_kinds_keep_their_order()
    {
        ExpressionSet set = Create([.. Enumerable.Range(0, 100).Select(i => (i % 3) switch
        {
            0 => $"http.host eq \"h{i}\" or http.host eq \"www.example.com\"",
            1 => $"not http.host eq \"h{i}\"",
            _ => $"http.request.uri.path contains \"/x{i}\"",
        })]);
        var context = new EvaluationContext(ConformanceRequests.Sample);
        using ExpressionSetPass pass = set.Begin(context);
        List<int> matches = [];
        for (int i = pass.Next(0); i >= 0; i = pass.Next(i + 1)) matches.Add(i);
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 3 < 2), matches);
        Assert.True(pass.Matches(0) && pass.Matches(1) && !pass.Matches(2));
        Assert.Contains("33 of them always tried", set.Plan(), StringComparison.Ordinal);
    }

    /// <summary>A value that is not there makes any comparison false: filters on arguments are tried where the argument is, and nowhere else.</summary>
    [Fact]
    public void Filters_on_arguments_match_in_a_set_as_they_do_alone()
    {
        string[] arguments = ["user", "empty", "missing", "User", "q", ""];
        Expression[] alone = [.. arguments.SelectMany(name => (string[])[
            $"any(http.request.uri.args[\"{name}\"][*] ne \"x\")",
            $"http.request.uri.args[\"{name}\"][0] contains \"b\"",
            $"len(http.request.uri.args[\"{name}\"][0]) ge 0"]).Select(Compile)];
        ExpressionSet set = ExpressionSet.Create(alone);
        var context = new EvaluationContext(ConformanceRequests.Sample);
        using ExpressionSetPass pass = set.Begin(context);
        for (int i = 0; i < alone.Length; i++) Assert.Equal(alone[i].Matches(new EvaluationContext(ConformanceRequests.Sample)), pass.Matches(i));
    }

    [Fact]
    public void Passes_nest()
    {
        ExpressionSet outer = Create(Enumerable.Range(0, 10).Select(i => $"http.host eq \"h{i}\" or http.host eq \"www.example.com\""));
        ExpressionSet inner = Create(Enumerable.Range(0, 200).Select(i =>
            $"http.request.uri.path contains \"login{(i == 150 ? "" : i)}\""));
        var context = new EvaluationContext(ConformanceRequests.Sample);
        using ExpressionSetPass pass = outer.Begin(context);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(i, pass.Next(i));
            using ExpressionSetPass nested = inner.Begin(context);
            Assert.Equal((150, -1), (nested.Next(0), nested.Next(151)));
        }
    }

    [Fact]
    public void A_pass_that_outlives_its_request_harms_no_other()
    {
        ExpressionSet set = Create(Enumerable.Range(0, 10).Select(i => $"http.host eq \"h{i}\" or http.host eq \"www.example.com\""));
        var context = new EvaluationContext(ConformanceRequests.Sample);
        ExpressionSetPass late = set.Begin(context);
        context.Reset(ConformanceRequests.Bare);
        late.Dispose();
        using ExpressionSetPass pass = set.Begin(context);
        Assert.Equal(-1, pass.Next(0));
    }

    [Fact]
    public void An_empty_set_matches_nothing()
    {
        using ExpressionSetPass pass = Create([]).Begin(new EvaluationContext(ConformanceRequests.Bare));
        Assert.Equal(-1, pass.Next(0));
    }

    [Fact]
    public void Evaluation_allocates_nothing()
    {
        Expression[] expressions = [.. ConformanceTable.All.Where(t => t is { Expected: "true" or "false", IsValue: false }).Select(t =>
            Compile(t.Text))];
        ValueExpression[] values = [.. ConformanceTable.All.Where(t => t.Expected[0] == '=').Select(t => CompileValue(t))];
        var set = ExpressionSet.Create(expressions);
        var context = new EvaluationContext(new QuietRequest());
        foreach (Expression expression in expressions) AllocatesNothing(expression.Text, () => expression.Matches(context));
        foreach (ValueExpression value in values)
        {
            AllocatesNothing(value.Text, () =>
            {
                context.Reset(context.Values);
                return value.TryEvaluateText(context, out _) | value.TryEvaluateKey(context, out _);
            });
        }

        AllocatesNothing("the set", () =>
        {
            using ExpressionSetPass pass = set.Begin(context);
            int last = 0;
            for (int i = pass.Next(0); i >= 0; i = pass.Next(i + 1)) last = i;
            return last > 0;
        });
    }

    private static void AllocatesNothing(string what, Func<bool> evaluate)
    {
        evaluate();
        evaluate();
        long allocated = LeastAllocated.By(() => evaluate());
        Assert.True(allocated == 0, $"{allocated} bytes: {what}");
    }

    private static ExpressionSet Create(IEnumerable<string> texts) => ExpressionSet.Create(texts.Select(Compile));

    private static Expression Compile(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics),
            diagnostics.FirstOrDefault()?.Render(text));
        return expression;
    }

    private static ValueExpression CompileValue(ConformanceCase test)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(ValueExpression.TryCompile(test.Text, test.Scheme, out ValueExpression? expression, diagnostics));
        return expression;
    }

    /// <summary>The sample request, read without allocating: what the edge's values are held to.</summary>
    private sealed class QuietRequest : FieldValues
    {
        private readonly Dictionary<FieldId, bool> _bools = Of<bool>();
        private readonly Dictionary<FieldId, long> _ints = Of<long>();
        private readonly Dictionary<FieldId, byte[]> _texts = Of<byte[]>();
        private readonly Dictionary<FieldId, Matching.IpValue> _addresses = Of<Matching.IpValue>();
        private readonly Dictionary<FieldId, byte[][]> _arrays = Of<byte[][]>();
        private readonly Dictionary<FieldId, long[]> _numbers = Of<long[]>();
        private readonly Dictionary<FieldId, (byte[] Name, byte[] Value)[]> _maps = Of<(byte[], byte[])[]>();

        public override bool TryGetBool(FieldId field, out bool value) => _bools.TryGetValue(field, out value);

        public override bool TryGetInt(FieldId field, out long value) => _ints.TryGetValue(field, out value);

        public override bool TryGetIp(FieldId field, out Matching.IpValue value) => _addresses.TryGetValue(field, out value);

        public override bool TryGetBytes(FieldId field, out ReadOnlySpan<byte> value)
        {
            bool there = _texts.TryGetValue(field, out byte[]? text);
            value = text;
            return there;
        }

        public override int GetCount(FieldId field)
        {
            if (_arrays.TryGetValue(field, out byte[][]? array)) return array.Length;
            if (_maps.TryGetValue(field, out (byte[], byte[])[]? map)) return map.Length;
            return _numbers.TryGetValue(field, out long[]? numbers) ? numbers.Length : -1;
        }

        public override ReadOnlySpan<byte> GetElement(FieldId field, int index) => _arrays[field][index];

        public override long GetIntElement(FieldId field, int index) => _numbers[field][index];

        public override void GetEntry(FieldId field, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
        {
            name = _maps[field][index].Name;
            value = _maps[field][index].Value;
        }

        private static Dictionary<FieldId, T> Of<T>() =>
            ConformanceRequests.Sample.Values.Where(v => v.Value is T).ToDictionary(v => v.Key, v => (T)v.Value);
    }
}
