using Breakwater.Waf.Operators;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>The rules that come with Breakwater: how they are made.</summary>
public sealed class BuiltinRulesTests
{
    private static readonly SecRuleset Ruleset = BuiltinRules.Load().Ruleset!;

    private static IEnumerable<SecRule> Detecting => Ruleset.Rules.Where(r => r.Id / 100 % 10 != 0);

    [Fact]
    public void The_rules_load_without_a_finding()
    {
        SecLoadResult result = BuiltinRules.Load();
        Assert.Equal("", string.Join("\n", result.Diagnostics));
        Assert.NotNull(result.Ruleset);
        OperatorCompiler compiler = new();
        List<SecDiagnostic> found = [];
        foreach (SecRule link in result.Ruleset.Rules.SelectMany(Links)) compiler.Compile(link.Operator, found);
        Assert.Equal("", string.Join("\n", found.Where(d => !d.Problem.Contains("@detect"))));
    }

    [Fact]
    public void Every_rule_does_what_its_cases_say()
    {
        Dictionary<long, SecRule> rules = Ruleset.Rules.ToDictionary(r => r.Id);
        List<string> wrong = [];
        foreach (RuleCase test in RuleCase.All)
        {
            if (!rules.TryGetValue(test.Rule, out SecRule? rule)) { wrong.Add($"{test.Place}: there is no rule {test.Rule}"); continue; }
            CaseEvaluation evaluation = new(CaseRequest.Parse(test.Text));
            if (evaluation.Matches(rule) is { } matches && matches != test.ExpectsMatch) wrong.Add($"{test.Place}: {test.Rule} {(matches ? "matches" : "does not match")} {test.Text}");
            if (test.Expectation != Expectation.Harmless) continue;
            int score = 0;
            List<long> by = [];
            foreach (SecRule other in Detecting.Where(r => r.Id / 100 % 10 == 1))
            {
                if (new CaseEvaluation(CaseRequest.Parse(test.Text)).Matches(other) != true) continue;
                score += Score(other);
                by.Add(other.Id);
            }

            if (score >= 5) wrong.Add($"{test.Place}: refused by {string.Join(" ", by)}: {test.Text}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Every_rule_has_cases_both_ways()
    {
        ILookup<long, RuleCase> cases = RuleCase.All.ToLookup(c => c.Rule);
        IEnumerable<string> without = Detecting
            .Where(r => cases[r.Id].Count(c => c.ExpectsMatch) < 3 || cases[r.Id].Count(c => !c.ExpectsMatch) < 3
                || !cases[r.Id].Any(c => c.Expectation == Expectation.MatchDisguised))
            .Select(r => r.Id.ToString());
        Assert.True(!without.Any(), string.Join("\n", without));
    }

    private static int Score(SecRule rule) => rule.Severity switch { 2 => 5, 3 => 4, 4 => 3, 5 => 2, _ => 0 };

    private static IEnumerable<SecRule> Links(SecRule first)
    {
        for (SecRule? rule = first; rule is not null; rule = rule.Chained) yield return rule;
    }
}
