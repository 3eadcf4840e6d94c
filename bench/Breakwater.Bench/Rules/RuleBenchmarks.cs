using BenchmarkDotNet.Attributes;
using Breakwater.Rules;

namespace Breakwater.Bench.Rules;

/// <summary>Expressions one by one: what a rule costs that has to be tried.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private readonly EvaluationContext _context = new(new SampleValues());
    private Expression _expression = null!;

    [Params(
        "http.request.uri.path contains \"/admin\" and ip.src in {10.0.0.0/8} and http.request.method eq \"POST\"",
        "http.request.uri.path contains \"/shoes\" and ip.src in {203.0.113.0/24} and http.request.method eq \"GET\"",
        "lower(http.user_agent) contains \"sqlmap\"",
        "any(http.request.headers[\"user-agent\"][*] contains \"curl\")",
        "http.request.uri.path matches \"^/api/v[0-9]+/\"")]
    public string Rule { get; set; } = "";

    [GlobalSetup]
    public void Compile()
    {
        List<ExpressionDiagnostic> diagnostics = [];
        if (!Expression.TryCompile(Rule, ExpressionScheme.Filter, out Expression? expression, diagnostics))
        {
            throw new InvalidOperationException(diagnostics[0].Render(Rule));
        }

        _expression = expression;
    }

    [Benchmark]
    public bool Matches() => _expression.Matches(_context);
}
