using System.Text;
using Breakwater.Config.Schema;

namespace Breakwater.Config;

/// <summary>Writes <c>docs/configuration.md</c>.</summary>
internal static class MarkdownReference
{
    private const string Opening =
        """
        # Configuration

        <!-- Generated from the key table in src/Breakwater.Config/Schema. To change it, change the table, then run the tests of
             Breakwater.Config with BREAKWATER_UPDATE_DOCS=1. -->

        Breakwater reads one YAML file: `breakwater run --config FILE`. `breakwater check --config FILE` reports everything that is wrong with
        it, each as `file:line:column: what is wrong; what to do`. Everything has a default; the smallest useful file is a zone with an
        origin:

        ```yaml
        zones:
          - name: shop
            origins: [{url: "http://10.0.0.5:3000"}]
        ```

        A fuller one:

        ```yaml
        # yaml-language-server: $schema=breakwater.schema.json
        listeners:
          - {address: ":80", redirect_to_https: true}
          - {address: ":443", tls: true}
        certificates:
          - {cert: shop.pem, key: shop.key}
        trusted_proxies: ["10.0.0.0/8"]
        logging:
          access: {to: /var/log/breakwater/access.log}
        admin: {address: "127.0.0.1:9090"}
        zones:
          - name: shop
            hosts: [shop.example.com, "*.shop.example.com"]
            origins:
              - {url: "http://10.0.0.5:3000", weight: 2}
              - {url: "http://10.0.0.6:3000"}
            health: {path: /healthz}
            max_body_size: 10MiB
            hsts: {}
          - name: api
            hosts: [api.example.com]
            origins: [{url: "https://api.internal:8443", host: origin, tls: {ca: internal-ca.pem}}]
            timeouts: {first_byte: 10s}
        ```

        With rules:

        ```yaml
        lists:
          office: {items: [10.0.0.0/8, 192.0.2.1]}
          bad: {file: bad.txt}
          moved: {kind: redirect, items: [{from: example.com/old, to: "https://example.com/new"}]}
        geo: {databases: [GeoLite2-Country.mmdb, GeoLite2-ASN.mmdb]}
        access:
          - {allow: 198.51.100.7}
          - {block: [203.0.113.0/24, "2001:db8:bad::/48"]}
          - {block: {asn: 64500}, description: "Nothing good ever came from there"}
        rules:
          - {when: 'ip.src in $bad', do: block}
        zones:
          - name: shop
            origins: [{url: "http://10.0.0.5:3000"}]
            rules:
              - {when: 'http.request.full_uri in $moved', do: redirect, to_list: moved}
              - {when: 'http.request.uri.path contains "/admin" and not ip.src in $office', do: block, status: 404, content: Not here}
              - {when: 'lower(http.user_agent) contains "curl"', do: log}
              - {when: 'http.request.uri.path eq "/healthz"', do: skip, phases: [http_ratelimit]}
              - id: logins
                limit: 5 per 1m by ip, headers["x-device"]
                when: http.request.uri.path eq "/login"
                counting: http.request.uri.path eq "/login" and http.response.code eq 401
                timeout: 10m
                do: block
              - {when: 'http.request.uri.path eq "/shop"', do: rewrite, path: /store}
              - when: true
                do: rewrite
                set_headers: {X-Country: {expression: ip.src.country}}
                remove_response_headers: [Server, X-Powered-By]
              - {file: exported-custom-rules.json}
            rulesets: [exported-rate-limits.json]
        ```

        An expression in a line of its own needs no quotes unless it begins with one or holds `: ` or ` #`; single quotes take it as it is.

        An editor with a YAML language server completes and checks the file as you type: put `breakwater.schema.json` beside it and
        keep its first line.

        ## How values are written

        | kind | written | note |
        |---|---|---|
        | duration | `500ms`, `10s`, `2m`, `1h`, `365d` | whole numbers, always with a unit; `0` where it means *none* |
        | size | `4096`, `64KiB`, `10MiB`, `1GiB` | units of 1024; `KB` and its like are refused, because they mean 1000 to some and 1024 to others |
        | rate | `240B/s`, `1KiB/s` | |
        | percentage | `20%` | whole numbers |
        | boolean | `true`, `false` | `yes`, `on` and their like are refused |
        | path | `shop.pem`, `/etc/breakwater/shop.pem` | relative paths start at the directory of the file |
        | expression | `http.host eq "shop.example.com"` | of the rules language |
        | host | `shop.example.com`, `10.0.0.5`, `"[::1]"` | no port; names outside of ASCII as `xn--` labels |

        The YAML is a plain one: a key may stand only once, and anchors, aliases, merge keys (`<<`), tags and several documents in one
        file are refused, as is a file above 4 Mi characters, 200,000 values or 32 levels. Quote a value that begins with `*`, `&`, `!`, `[`, `{`
        or `%`, or that contains `: `.

        ## Flags and environment variables

        Flags win over variables, variables over the file. A variable that is empty counts as not set; an unknown `BREAKWATER_…` is
        warned of. Relative paths in flags and variables start at the working directory.


        """;

    public static string Write()
    {
        StringBuilder text = new(Opening.ReplaceLineEndings("\n"));
        text.Append("| flag | variable | sets |\n|---|---|---|\n");
        foreach (ConfigSettingInfo setting in ConfigOverrides.Settings)
        {
            string flag = setting.Flag is null ? "" : $"`{setting.Flag}`";
            string several = !setting.IsList ? ""
                : flag.Length == 0 ? " Several with commas."
                : " Repeatable; in the variable several with commas.";
            text.Append($"| {flag} | `{setting.Variable}` | {setting.Doc}{several} |\n");
        }
        foreach (Section section in DocumentSchema.Sections) Write(section, text);
        return text.ToString();
    }

    private static void Write(Section section, StringBuilder text)
    {
        text.Append($"\n## {section.Id}\n\n{section.Intro}\n\n");
        text.Append("| key | value | default | what it does | why this default |\n|---|---|---|---|---|\n");
        foreach (Key key in section.Keys)
        {
            text.Append($"| `{key.Name}` | {Cell(key.TypeName)} | {Cell(key.Default)} | {Cell(key.Doc)} | {Cell(key.Why)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
