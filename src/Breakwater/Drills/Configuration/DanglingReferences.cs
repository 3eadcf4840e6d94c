namespace Breakwater.Drills.Configuration;

/// <summary>D9.</summary>
internal sealed class DanglingReferences : Drill
{
    public override DrillSheet Sheet { get; } = new("D9", "References to what is not there")
    {
        Outage = "Akamai, 22 July 2021; Fastly, 8 June 2021",
        Mechanism = "An invalid directive was dropped, and a minimal configuration took its place, without the slots that some customers needed; a valid one met a bug that nobody's configuration had met before.",
        Fault = "A running edge is given configurations that name lists, files, rulesets, certificates and databases that do not exist.",
        Bound = "Each is refused with file, line, reason and remedy; no part of it is in force, and nothing minimal takes its place. A rule that executes a ruleset which is not there does nothing, with a warning.",
        Guard = "References are checked and files are read before a generation is made; a generation is in force as a whole or not at all.",
    };

    public override Task RunAsync(DrillGround ground) => RefusedEdits.HoldAsync(
        ground, Edits, document => [("a ruleset that is not there", document + "      - {when: 'true', do: execute, ruleset: 0123456789abcdef0123456789abcdef}\n")]);

    private static IEnumerable<(string, string)> Edits(string document)
    {
        yield return ("a list that is not there", Rule("{when: 'ip.src in $worse', do: block}"));
        yield return ("a redirect list that is not there", Rule("{when: 'true', do: redirect, to_list: moved}"));
        yield return ("a list of another kind", Rule("{when: 'http.host in $bad', do: block}"));
        yield return ("a file of rules that is not there", Rule("{file: rules.json}"));
        yield return ("a list's file that is not there", Edit("[203.0.113.0/24]", "[203.0.113.0/24], file: bad.txt"));
        yield return ("a certificate that is not there", "certificates: [{cert: shop.pem, key: shop.key}]\n" + document);
        yield return ("a database that is not there", "geo: {databases: [country.mmdb]}\n" + document);
        yield return ("an error page that is not there", Edit("hosts: [shop.test]", "hosts: [shop.test]\n    errors: {pages: {502: busy.html}}"));
        yield return ("firewall rules that are not there", "waf: {rules: crs-of-ours}\n" + document);
        yield return ("a firewall rule that is not there", "waf: {exclusions: [{rule: 999999999}]}\n" + document);
        yield return ("an authority that is not there", Edit("origins: [{url: ", "origins: [{url: \"https://127.0.0.1:9\", tls: {ca: ours.pem}}]\n    # "));

        string Edit(string from, string to) => document.Replace(from, to, StringComparison.Ordinal);
        string Rule(string rule) => Edit("- {when", $"- {rule}\n      - {{when");
    }
}
