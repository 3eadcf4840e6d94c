using System.Globalization;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>The rules that come with Breakwater: how they are made, and that each does what its cases say.</summary>
public sealed class BuiltinRulesTests
{
    private static readonly SecRule[] Own = [.. BuiltinRules.Load().Ruleset!.Rules.Where(r => r.Position.File.StartsWith("rules/", StringComparison.Ordinal))];

    private static readonly SecRule[] Detecting = [.. Own.Where(r => LevelOf(r) > 0)];

    public static TheoryData<string> Files => [.. RuleCase.Files];

    [Fact]
    public void The_rules_load_without_a_finding() => Assert.Equal("", string.Join("\n", BuiltinRules.Load().Diagnostics));

    [Fact]
    public void A_number_says_family_and_level()
    {
        foreach (SecRule rule in Own)
        {
            string id = rule.Id.ToString(CultureInfo.InvariantCulture);
            Assert.True(id.Length == 6 && id[0] == '5' && rule.Position.File.StartsWith($"rules/{id[1..3]}-", StringComparison.Ordinal), $"{rule.Position}: {id}");
            Assert.Equal(LevelOf(rule) == 0 ? [] : new[] { $"paranoia-level/{LevelOf(rule)}" }, rule.Tags.Where(t => t.StartsWith("paranoia", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_rule_that_finds_something_says_what_and_scores_for_its_level()
    {
        foreach (SecRule rule in Detecting)
        {
            SecRule last = rule;
            while (last.Chained is { } next) last = next;
            string direction = rule.Phase >= SecPhase.ResponseHeaders ? "outbound" : "inbound";
            string severity = rule.Severity switch { 2 => "critical", 3 => "error", 4 => "warning", _ => "notice" };
            SetVar score = Assert.Single(last.Actions.OfType<SetVar>());
            Assert.Equal($"{direction}_anomaly_score_pl{LevelOf(rule)}", score.Key.Source, ignoreCase: true);
            Assert.Equal($"%{{tx.{severity}_anomaly_score}}", score.Value.Source);
            Assert.Equal(SecVariable.Tx, score.Collection);
            Assert.True(rule.Msg is not null && rule.Tags.Any(t => t.StartsWith("attack-", StringComparison.Ordinal) || t.StartsWith("leak-", StringComparison.Ordinal)), $"{rule.Id}");
        }
    }

    [Fact]
    public void Every_rule_has_cases_both_ways()
    {
        ILookup<long, RuleCase> cases = RuleCase.All.ToLookup(c => c.Rule);
        long[] without =
        [
            .. Detecting.Select(r => r.Id).Where(id => cases[id].Count(c => c.ExpectsMatch) < 3 || cases[id].Count(c => !c.ExpectsMatch) < 3
                || !cases[id].Any(c => c.Expectation == Expectation.MatchDisguised)),
        ];
        Assert.True(without.Length == 0, $"at least three cases that match, one of them disguised (~), and three that do not: {string.Join(' ', without)}");
        Assert.Empty(cases.Select(c => c.Key).Except(Detecting.Select(r => r.Id)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_rule_does_what_its_cases_say(string file)
    {
        using RequestEvaluation evaluation = new();
        List<string> wrong = [];
        foreach (RuleCase test in RuleCase.All.Where(c => c.File == file))
        {
            RequestEvaluation.Outcome outcome = evaluation.Run(CaseRequest.Parse(test.Text));
            bool matches = outcome.Rules.Contains(test.Rule);
            if (matches != test.ExpectsMatch) wrong.Add($"{test.Place}: {test.Rule} {(matches ? "matches" : "does not match")}: {test.Text}");
            if (test.Expectation == Expectation.Harmless && outcome.IsRefused) wrong.Add($"{test.Place}: refused by {outcome.Report}: {test.Text}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static int LevelOf(SecRule rule) => (int)(rule.Id / 100 % 10);
}
