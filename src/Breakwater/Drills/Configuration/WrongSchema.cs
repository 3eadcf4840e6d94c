namespace Breakwater.Drills.Configuration;

/// <summary>D6.</summary>
internal sealed class WrongSchema : Drill
{
    public override DrillSheet Sheet { get; } = new("D6", "Content of another schema")
    {
        Outage = "CrowdStrike, 19 July 2024; Azure Front Door, 29 October 2025",
        Mechanism = "Content with 21 fields met a program that knew 20, which read past the end; configuration made by two versions of a control plane did not fit together.",
        Fault = "A running edge is given configurations with unknown keys, unknown words, values of another type, and rulesets whose rules lack a field or have fields of another schema.",
        Bound = "Each is refused with file, line, reason and remedy; nothing is guessed; the one in force goes on. A phase of a newer schema is left out with a warning, and nothing else with it.",
        Guard = "The schema of the configuration and that of the rulesets API: every key is known or an error.",
    };

    public override Task RunAsync(DrillGround ground)
    {
        string whole = Ruleset("\"action\": \"block\", \"expression\": \"true\"");
        (string What, string Ruleset)[] rulesets =
        [
            ("a rule without its action", Ruleset("\"expression\": \"true\"")),
            ("a rule without its expression", Ruleset("\"action\": \"block\"")),
            ("an unknown action", whole.Replace("block", "blokc", StringComparison.Ordinal)),
            ("a ruleset without a phase", whole.Replace("\"phase\": \"http_request_firewall_custom\",", "", StringComparison.Ordinal)),
            ("a number for an expression", whole.Replace("\"true\"", "21", StringComparison.Ordinal)),
            ("rules that are no list", whole.Replace("[{", "{", StringComparison.Ordinal).Replace("}]", "}", StringComparison.Ordinal)),
            ("a field that does not exist", Ruleset("\"action\": \"block\", \"expression\": \"http.request.uri.paths eq 1\"")),
            ("a ruleset that is cut off", whole[..^20]),
            ("no JSON at all", "<!doctype html><title>200 OK</title>"),
        ];
        return RefusedEdits.HoldAsync(
            ground,
            document => Edits(ground, rulesets, (from, to) => document.Replace(from, to, StringComparison.Ordinal), document),
            document => [("a phase of a newer schema", WithFile(ground, document, "newer.json", whole.Replace("firewall_custom", "firewall_next", StringComparison.Ordinal)))]);

        static string Ruleset(string rule) =>
            $$"""{"name": "r", "kind": "zone", "phase": "http_request_firewall_custom", "rules": [{"id": "0123456789abcdef0123456789abcdef", {{rule}}}]}""";
    }

    private static IEnumerable<(string, string)> Edits(DrillGround ground, (string What, string Ruleset)[] rulesets, Func<string, string, string> edit, string document) =>
        [
            ("an unknown key", edit("hosts: [shop.test]", "hosts: [shop.test]\n    hostz: [a.test]")),
            ("an unknown key at the top", document + "schema_version: 99\n"),
            ("an unknown word", edit("do: block", "do: execut")),
            ("a text for a list", edit("[203.0.113.0/24]", "203.0.113.0/24.5")),
            ("a list for a text", edit("name: shop", "name: [shop]")),
            ("a mapping for a list", edit("hosts: [shop.test]", "hosts: {shop: test}")),
            ("a number out of its range", edit("hosts: [shop.test]", "hosts: [shop.test]\n    outlier: {consecutive_failures: 99999999999999999999}")),
            ("a duration without its unit", edit("hosts: [shop.test]", "hosts: [shop.test]\n    timeouts: {connect: 5}")),
            ("a key twice", edit("name: shop", "name: shop\n    name: shop2")),
            ("an alias", edit("name: shop", "name: &a shop")),
            .. rulesets.Select((one, index) => (one.What, WithFile(ground, document, $"ruleset-{index}.json", one.Ruleset))),
        ];

    private static string WithFile(DrillGround ground, string document, string name, string ruleset)
    {
        ground.Write(name, ruleset);
        return document.Replace("- {when", $"- {{file: {name}}}\n      - {{when", StringComparison.Ordinal);
    }
}
