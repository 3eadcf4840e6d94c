using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Fuses;

namespace Breakwater.Drills.Fuses;

/// <summary>D23.</summary>
internal sealed class EverySwitch : Drill
{
    public override DrillSheet Sheet { get; } = new("D23", "Every kill switch is pulled")
    {
        Outage = "Cloudflare, 5 December 2025",
        Mechanism = "A kill switch was pulled on a rule with an action that it had never been used on; the code after it took for granted that the action had left a result.",
        Fault = "As many zones as there are modules, each with rules of every kind: each has another module bypassed, under load. Then everything is bypassed in every zone, and nothing again.",
        Bound = "Every visitor is answered well, whatever is left out.",
        Guard = "A module that is left out is as if it were not there; the matrix of modules and actions is made from the lists in the code, here and in a test for every action.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string[] modules = [.. ModuleIds.Fused.Select(ModuleIds.NameOf)];
        ground.Write("executed.json", """
            {"id": "0123456789abcdef0123456789abcdef", "name": "r", "kind": "custom", "phase": "http_request_firewall_managed",
             "rules": [{"id": "1123456789abcdef0123456789abcdef", "action": "log", "expression": "true", "enabled": true}]}
            """);
        string zones = string.Concat(modules.Select(module => $$"""
              - name: {{ZoneOf(module)}}
                hosts: ["{{HostOf(module)}}"]
                origins: [{url: "{{origin.Url}}"}]
                hsts: {}
                errors:
                  pages: {404: page.html}

            """));
        ground.Write("page.html", "<!doctype html><title>gone</title>");
        PrivateEdge edge = await ground.EdgeAsync(DrillGround.Head.Replace("{access: {to: \"off\"}}", $"{{access: {{to: {ground.PathOf("access.log")}}}}}", StringComparison.Ordinal) + """
            rulesets: [executed.json]
            rules:
              - {when: 'true', do: log}
              - {when: 'ip.src eq 203.0.113.9', do: block}
              - {when: 'http.request.uri.path eq "/none"', do: managed_challenge}
              - {when: 'http.request.uri.path eq "/none"', do: redirect, to: /}
              - {when: 'http.request.uri.path eq "/none"', do: serve_error, status: 404, content: gone}
              - {when: 'http.request.uri.path eq "/none"', do: force_connection_close}
              - {when: 'true', do: skip, phases: [http_request_late_transform]}
              - {when: 'true', do: score, increment: 1}
              - {when: 'true', do: execute, ruleset: 0123456789abcdef0123456789abcdef}
              - {limit: 1000000 per 1m by ip, do: block}
              - {when: 'true', do: rewrite, query: a=b}
              - {when: 'true', do: rewrite, set_headers: {X-Drill: "1"}, set_response_headers: {X-Drill: "1"}}
              - {when: 'true', do: log_custom_field, request_headers: [user-agent]}
              - {when: 'true', do: compress_response, algorithms: [gzip]}
              - {when: 'true', do: set_cache_settings, cache: true, browser_ttl: 1m}
            zones:

            """ + zones);
        SteadyLoad load = await ground.LoadAsync(edge, [.. modules.Select(module => Visit.Good with { Name = $"a visitor without {module}", Host = HostOf(module) })]);
        string until = DateTime.UtcNow.AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string file = Path.Combine(edge.Data, "bypass");
        await PullAsync(string.Concat(modules.Select(module => $"module {module} zone {ZoneOf(module)} until {until}\n")), modules.Length);
        await load.SendAsync(modules.Length * 20);
        await PullAsync($"module * zone * until {until}\n", 1);
        await load.SendAsync(modules.Length * 20);
        File.Delete(file);
        await PrivateEdge.UntilAsync("nothing is bypassed", async () => (await edge.AdminJsonAsync("/status")).GetProperty("bypasses").GetArrayLength() == 0);
        await load.SendAsync(modules.Length * 4);
        ground.Note("modules", modules.Length.ToString(CultureInfo.InvariantCulture));

        async Task PullAsync(string switches, int count)
        {
            DrillFiles.Replace(file, switches);
            await PrivateEdge.UntilAsync("the switches count", async () => (await edge.AdminJsonAsync("/status")).GetProperty("bypasses").GetArrayLength() == count);
        }
    }

    private static string ZoneOf(string module) => module.Replace('_', '-');

    private static string HostOf(string module) => ZoneOf(module) + ".test";
}
