using BenchmarkDotNet.Attributes;
using Breakwater.Rules;

namespace Breakwater.Bench.Rules;

/// <summary>Many custom rules, of the kinds that operators write, over one request of which none matches.</summary>
[MemoryDiagnoser]
public class RuleSetBenchmarks
{
    private readonly EvaluationContext _context = new(new SampleValues());
    private Expression[] _expressions = [];
    private ExpressionSet _set = null!;

    [Params(50, 1000)]
    public int Rules { get; set; }

    internal static IEnumerable<string> Write(int count) => Enumerable.Range(0, count).Select(i => (i % 10) switch
    {
        0 => $"http.request.uri.path contains \"/admin-{i}/\" and not ip.src in {{10.{i % 250}.0.0/16}}",
        1 => $"http.host eq \"shop.example.com\" and starts_with(http.request.uri.path, \"/wp-{i}\")",
        2 => $"http.user_agent contains \"BadBot{i}\" or http.user_agent contains \"Scraper{i}\"",
        3 => $"ip.src in {{198.51.{i % 250}.0/24 2001:db8:{i:x}::/48}} and http.request.method eq \"POST\"",
        4 => $"ip.src.country in {{\"A{i % 26}\" \"B{i % 26}\"}} and http.request.uri.path eq \"/login-{i}\"",
        5 => $"http.request.uri.query contains \"token{i}=\" and ssl",
        6 => $"ip.src.asnum in {{{65000 + i} {70000 + i}}} and not http.request.uri.path contains \"/public\"",
        7 => $"ends_with(http.request.uri.path, \".bak{i}\") or http.request.uri.path eq \"/.env{i}\"",
        8 => $"any(http.request.headers[\"cookie\"][*] contains \"track{i}\") and http.referer contains \"spam{i}.example\"",
        _ => $"http.request.uri.path wildcard \"/api/v{i}/*/delete\" and http.request.method in {{\"DELETE\" \"POST\"}}",
    });

    [GlobalSetup]
    public void Compile()
    {
        List<ExpressionDiagnostic> diagnostics = [];
        _expressions = [.. Write(Rules).Select(rule => Expression.TryCompile(rule, ExpressionScheme.Filter, out Expression? expression, diagnostics)
            ? expression : throw new InvalidOperationException(diagnostics[0].Render(rule)))];
        _set = ExpressionSet.Create(_expressions);
    }

    [Benchmark]
    public int Together()
    {
        using ExpressionSetPass pass = _set.Begin(_context);
        return pass.Next(0);
    }

    [Benchmark]
    public int OneByOne()
    {
        int matches = 0;
        foreach (Expression expression in _expressions)
        {
            if (expression.Matches(_context)) matches++;
        }

        return matches;
    }
}
