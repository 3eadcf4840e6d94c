namespace Breakwater.Drills.Configuration;

/// <summary>D5.</summary>
internal sealed class BlankFields : Drill
{
    public override DrillSheet Sheet { get; } = new("D5", "Blank fields in a policy")
    {
        Outage = "Google Cloud, 12 June 2025",
        Mechanism = "A policy with blank fields was replicated all over the world in seconds; the code that read it had no error handling, and crashed wherever the policy came.",
        Fault = "A running edge is given configurations in which something is null, blank or missing, one after the other.",
        Bound = "Each is refused with file, line, reason and remedy; the one in force goes on; a good one is taken afterwards.",
        Guard = "The schema of the configuration, before anything is compiled.",
    };

    public override Task RunAsync(DrillGround ground) => RefusedEdits.HoldAsync(ground, Edits);

    private static IEnumerable<(string, string)> Edits(string document)
    {
        yield return ("an empty document", "\n");
        yield return ("no zones", document[..document.IndexOf("zones:", StringComparison.Ordinal)] + "zones:\n");
        yield return ("a null zone", document + "  -\n");
        yield return ("no origins", Edit("origins: [{url: ", "# "));
        yield return ("a null origin", Edit("origins: [{url: ", "origins: [~]\n    # "));
        yield return ("an origin without a URL", Edit("origins: [{url: ", "origins: [{weight: 1}]\n    # "));
        yield return ("a blank URL", Edit("origins: [{url: ", "origins: [{url: \"\"}]\n    # "));
        yield return ("a null name", Edit("name: shop", "name:"));
        yield return ("a blank name", Edit("name: shop", "name: \"\""));
        yield return ("no name", Edit("name: shop\n    hosts", "hosts"));
        yield return ("a blank host", Edit("hosts: [shop.test]", "hosts: [\"\"]"));
        yield return ("no hosts", Edit("hosts: [shop.test]", "hosts: []"));
        yield return ("a null item", Edit("[203.0.113.0/24]", "[~]"));
        yield return ("a blank item", Edit("[203.0.113.0/24]", "[\"\"]"));
        yield return ("a rule without an expression", Edit("when: 'ip.src in $bad', ", ""));
        yield return ("a blank expression", Edit("'ip.src in $bad'", "\"\""));
        yield return ("a null expression", Edit("'ip.src in $bad'", "~"));
        yield return ("a rule without an action", Edit(", do: block", ""));
        yield return ("a null action", Edit("do: block", "do:"));
        yield return ("a null rule", document + "      -\n");

        string Edit(string from, string to) => document.Replace(from, to, StringComparison.Ordinal);
    }
}
