namespace Breakwater.Bench.SideBySide;

/// <summary>What a peer does with a request besides passing it on. Immutable.</summary>
/// <param name="Rules">How many rules it looks at; the load's request meets none of them.</param>
/// <param name="Limits">Whether it counts every request by client address, against a limit that is never reached.</param>
/// <param name="Firewall">Whether it runs the OWASP Core Rule Set over every request, paranoia level 1, refusing what it finds.</param>
internal sealed record PeerDuty(int Rules = 0, bool Limits = false, bool Firewall = false)
{
    private const int Kinds = 8;

    public static PeerDuty None { get; } = new();

    public bool IsNone => this == None;

    /// <summary>The rules in Breakwater's words: one rule each, in the order in which they stand.</summary>
    public string Breakwater()
    {
        var rules = Enumerable.Range(0, Rules).Select(i => $"{{when: '{Expression(i)}', do: block}}");
        var limits = Limits ? ["{when: true, limit: 1000000000 per 10s by ip, do: block}"] : Array.Empty<string>();
        return string.Concat(rules.Concat(limits).Select(rule => $"      - {rule}\n"));
    }

    /// <summary>The same for nginx, in what it has for it: a map or geo for each thing that is looked at, and one <c>if</c>.</summary>
    /// <returns>What stands in <c>http</c>, and what stands in <c>server</c>.</returns>
    public (string Http, string Server) Nginx()
    {
        if (Limits)
            return ("limit_req_zone $binary_remote_addr zone=clients:10m rate=1000000r/s;", "limit_req zone=clients burst=1000000 nodelay;");
        if (Rules == 0)
            return ("", "");
        var http = $$"""
            map_hash_max_size 65536; map_hash_bucket_size 256;
            map $uri $by_path { default ""; {{Each(0, i => $"\"~/wp-{i}\" 1;")}} {{Each(1, i => $"\"~^/private-{i}/\" 1;")}} {{Each(2, i => $"/exact-{i}.php 1;")}} }
            geo $by_address { default ""; {{Each(3, i => $"{Network(i)} 1;")}} }
            map $http_user_agent $by_agent { default ""; {{Each(4, i => $"~scanner-{i} 1;")}} }
            map $host $by_host { default ""; {{Each(5, i => $"host-{i}.example.com 1;")}} }
            map $request_method$uri $by_method { default ""; {{Each(6, i => $"DELETE/item-{i} 1;")}} }
            map $args $by_argument { default ""; {{Each(7, i => $"\"~(^|&)q{i}=[^&]*select\" 1;")}} }
            map $by_path$by_address$by_agent$by_host$by_method$by_argument $by_any { default 1; "" 0; }
            """;
        return (http, "if ($by_any) { return 403; }");
    }

    /// <summary>
    /// libmodsecurity with the rules that Breakwater has, and the engine settings that it has by itself.
    /// </summary>
    /// <returns>What stands before everything, and what stands in <c>server</c>.</returns>
    public (string Main, string Server) ModSecurity(Workspace workspace)
    {
        if (!Firewall)
            return ("", "");
        var (setup, folder) = workspace.CoreRuleSet is { } release
            ? ($"{release}/crs-setup.conf.example", $"{release}/rules")
            : ("/etc/modsecurity/crs/crs-setup.conf", "/usr/share/modsecurity-crs/rules");
        var rules = workspace.WriteFile("modsecurity.conf", $$"""
            SecRuleEngine On
            SecRequestBodyAccess On
            SecRequestBodyLimit 134217728
            SecRequestBodyNoFilesLimit 1048576
            SecRequestBodyLimitAction ProcessPartial
            SecRequestBodyJsonDepthLimit 512
            SecResponseBodyAccess Off
            SecAuditEngine Off
            SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
            SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
            Include {{setup}}
            Include {{folder}}/*.conf

            """);
        return ("load_module /usr/lib/nginx/modules/ngx_http_modsecurity_module.so;", $"modsecurity on; modsecurity_rules_file {rules}; client_body_buffer_size 2m; client_max_body_size 8m;");
    }

    /// <summary>The same for HAProxy: ACLs with their patterns in files, which it keeps in trees where it can.</summary>
    /// <returns>What stands in <c>frontend</c>.</returns>
    public string HAProxy(Workspace workspace)
    {
        if (Limits)
        {
            return """
                  stick-table type ip size 100k expire 10s store http_req_rate(10s)
                  http-request track-sc0 src
                  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1000000000 }
                """;
        }

        if (Rules == 0)
            return "";
        string File(int kind, Func<int, string> pattern) =>
            workspace.WriteFile($"haproxy-{kind}.lst", string.Join('\n', Of(kind).Select(pattern)) + "\n");
        return $$"""
              acl by_path path_sub -f {{File(0, i => $"/wp-{i}")}}
              acl by_start path_beg -f {{File(1, i => $"/private-{i}/")}}
              acl by_exact path -f {{File(2, i => $"/exact-{i}.php")}}
              acl by_address src -f {{File(3, Network)}}
              acl by_agent req.fhdr(user-agent) -m sub -f {{File(4, i => $"scanner-{i}")}}
              acl by_host req.hdr(host),host_only -f {{File(5, i => $"host-{i}.example.com")}}
              acl by_item path -f {{File(6, i => $"/item-{i}")}}
              http-request deny if by_path or by_start or by_exact or by_address or by_agent or by_host
              http-request deny if METH_DELETE by_item
            {{string.Concat(Of(7).Select(i => $"  http-request deny if {{ url_param(q{i}) -m sub select }}\n"))}}
            """;
    }

    private static string Expression(int i) => (i % Kinds) switch
    {
        0 => $"http.request.uri.path contains \"/wp-{i}\"",
        1 => $"starts_with(http.request.uri.path, \"/private-{i}/\")",
        2 => $"http.request.uri.path eq \"/exact-{i}.php\"",
        3 => $"ip.src in {{{Network(i)}}}",
        4 => $"http.user_agent contains \"scanner-{i}\"",
        5 => $"http.host eq \"host-{i}.example.com\"",
        6 => $"http.request.method eq \"DELETE\" and http.request.uri.path eq \"/item-{i}\"",
        _ => $"any(http.request.uri.args[\"q{i}\"][*] contains \"select\")",
    };

    private static string Network(int i) => $"10.{i / 256}.{i % 256}.0/24";

    private IEnumerable<int> Of(int kind) => Enumerable.Range(0, Rules).Where(i => i % Kinds == kind);

    private string Each(int kind, Func<int, string> entry) => string.Join(' ', Of(kind).Select(entry));
}
