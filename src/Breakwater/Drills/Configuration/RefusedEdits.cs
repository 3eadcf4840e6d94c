using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>Tries one unusable configuration after the other on an edge under load, and holds that each is refused with a place and a reason. Stateless.</summary>
internal static class RefusedEdits
{
    /// <summary>The document that is edited: a zone, an origin, a rule, a list; those edits that are taken wait for a short canary.</summary>
    public static string Document(DrillOrigin origin) => DrillGround.Head + $$"""
        generations: {canary: {time: 500ms} }
        lists:
          bad: {items: [203.0.113.0/24]}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src in $bad', do: block}

        """;

    /// <summary>Runs through them.</summary>
    /// <param name="ground">The ground.</param>
    /// <param name="edits">What each is called, and the document that comes of it.</param>
    /// <param name="doubtful">What is taken for the good that is in it, with a warning; null = nothing.</param>
    public static async Task HoldAsync(
        DrillGround ground, Func<string, IEnumerable<(string What, string Document)>> edits, Func<string, IEnumerable<(string What, string Document)>>? doubtful = null)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = Document(origin);
        PrivateEdge edge = await ground.EdgeAsync(document);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        int count = 0;
        foreach ((string what, string edited) in edits(document))
        {
            count++;
            long before = (await edge.StatusAsync()).Generation.Number;
            ReloadAnswer answer = await edge.ReloadAsync(edited);
            DiagnosticLine? error = answer.Diagnostics.FirstOrDefault(one => one.Severity == "error");
            ground.Hold(!answer.Reloaded && answer.Generation.Number == before, $"{what}: it was taken");
            ground.Hold(error is { Problem.Length: > 0, Remedy.Length: > 0 } && (error.Line > 0 || error.File != edge.ConfigFile), $"{what}: no place, reason and remedy are told");
        }

        await load.SendAsync(60);
        ground.Said(await edge.Log.WaitAsync("the new configuration is refused"));
        ground.Hold(edge.Log.Count("the new configuration is refused") == count, "not every refusal is told exactly once");

        foreach ((string what, string edited) in doubtful?.Invoke(document) ?? [])
        {
            ReloadAnswer answer = await edge.ReloadAsync(edited);
            ground.Hold(answer is { Reloaded: true, Diagnostics: [{ Line: > 0, Severity: "warning" }, ..] }, $"{what}: nobody is warned; {Told(answer)}");
        }

        // And it was the edits that were refused, not edits as such.
        ReloadAnswer good = await edge.ReloadAsync(document.Replace("[203.0.113.0/24]", "[203.0.113.0/24, 192.0.2.1]", StringComparison.Ordinal));
        ground.Hold(good is { Reloaded: true, Changed: true }, $"a good configuration is refused after the bad ones; {Told(good)}");
        ground.Note("refused", $"{count} of {count} edits");
    }

    private static string Told(ReloadAnswer answer) => string.Join("; ", answer.Diagnostics.Select(one => $"{one.Severity}: {one.Problem}"));
}
