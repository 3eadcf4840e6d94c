using Breakwater.Waf.SecLang;
using CsCheck;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecLangFuzzTests
{
    private static readonly string[] Pieces =
    [
        "SecRule ", "SecAction ", "SecRuleUpdateTargetById ", "SecRuleRemoveByTag ", "SecMarker ", "Include ", "ARGS", "|", "!", "&", ":", "/", "TX:/x/",
        "\"", "'", "\\", "\n", "\\\n", " ", ",", "@rx ", "@pm ", "%{", "}", "tx.", "id:1", "id:2", "phase:1", "chain", "t:none", "setvar:", "ctl:", "=", "+",
        "ruleRemoveTargetById=1;ARGS", "msg:'a'", "XML:/*", "#", "é", "\0", "<", "initcol:ip=1", "skipAfter:X", "10-20", ";",
    ];

    // Half of the texts begin like a rule, or hardly any would come past its first word.
    private static readonly string[] Starts = ["", "SecRule ARGS \"@rx a\" \"id:1,", "SecRule ", "SecRule ARGS|TX:", "SecRule ARGS \"", "SecAction \"id:1,"];

    [Fact]
    public void No_text_makes_the_parser_throw_and_every_refusal_says_why() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 60].Select(Gen.Int[0, Starts.Length - 1], (pieces, start) => Starts[start] + string.Concat(pieces)).Sample(text =>
        {
            SecLoadResult result = SecRuleset.Parse(text);
            return result.Ruleset is not null
                ? result.Diagnostics.All(d => d.Severity != SecSeverity.Error)
                : result.Diagnostics.Any(d => d.Severity == SecSeverity.Error && d.Problem.Length > 0 && d.Remedy.Length > 0 && d.Position.Line > 0);
        }, iter: 20_000, seed: "0000KN3ovL9f");
}
