namespace Breakwater.Bench.SideBySide;

/// <summary>A reverse proxy of the run. Immutable.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Command">Writes its configuration and answers with the command that starts it.</param>
/// <param name="HasRules">Whether it has rules and limits of its own.</param>
/// <param name="HasFirewall">Whether it runs the Core Rule Set.</param>
/// <param name="OnlyNamed">Whether it runs only when it is named: it says something about Breakwater, not about others.</param>
internal sealed record Peer(
    string Name, Func<Workspace, PeerPorts, PeerDuty, string[]> Command, bool HasRules = true, bool HasFirewall = false, bool OnlyNamed = false)
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("nginx", Nginx, HasFirewall: true),
        new("haproxy", HAProxy),
        new("yarp", Yarp, HasRules: false),
        new("breakwater", (workspace, ports, duty) => Breakwater(workspace, ports, duty, bare: true), HasFirewall: true),
        new("breakwater-defaults", (workspace, ports, duty) => Breakwater(workspace, ports, duty, bare: false), HasFirewall: true),
        new("breakwater-unfused", (workspace, ports, duty) => ["env", "BREAKWATER_FUSES=off", .. Breakwater(workspace, ports, duty, bare: false, "breakwater-unfused")],
            HasFirewall: true, OnlyNamed: true),
    ];

    /// <summary>1 KiB of text: what a small JSON answer or an icon weighs.</summary>
    public static string OriginBody { get; } = string.Concat(Enumerable.Repeat("0123456789abcdef", 64));

    private static string UserDirective => Environment.IsPrivilegedProcess ? "user root;" : "";

    /// <summary>Whether it can do what a case asks for.</summary>
    public bool Does(PeerDuty duty) => duty.IsNone || (duty.Firewall ? HasFirewall : HasRules);

    /// <summary>The origin: answers from memory, keeps connections for ever, so that it costs as little as an origin can.</summary>
    public static string[] OriginCommand(Workspace workspace) =>
    [
        "nginx", "-e", "stderr", "-p", workspace.Directory, "-c", workspace.WriteFile("origin.conf", $$"""
        {{UserDirective}}
        daemon off; worker_processes 1; pid origin.pid; error_log stderr error;
        events { worker_connections 16000; }
        http {
          {{NginxTemporaryPaths("origin")}}
          access_log off; default_type text/plain;
          keepalive_timeout 3600s; keepalive_requests 1000000000; tcp_nodelay on;
          server { listen {{workspace.Origin}} backlog=4096; location / { return 200 "{{OriginBody}}"; } }
          server { listen {{workspace.OriginStatus}}; location / { stub_status; } }
        }
        """),
    ];

    private static string[] Nginx(Workspace workspace, PeerPorts ports, PeerDuty duty) =>
    [
        "nginx", "-e", "stderr", "-p", workspace.Directory, "-c", workspace.WriteFile("nginx.conf", $$"""
        {{duty.ModSecurity(workspace).Main}}
        {{UserDirective}}
        daemon off; worker_processes 1; pid nginx.pid; error_log stderr error;
        events { worker_connections 16000; }
        http {
          {{NginxTemporaryPaths("nginx")}}
          access_log off; server_tokens off; tcp_nodelay on;
          keepalive_timeout 300s; keepalive_requests 1000000000;
          {{duty.Nginx().Http}}
          upstream origin { server {{workspace.Origin}}; keepalive 128; keepalive_requests 1000000000; keepalive_timeout 300s; }
          server {
            listen 127.0.0.1:{{ports.Plain}} backlog=4096;
            listen 127.0.0.1:{{ports.Tls}} ssl http2 backlog=4096;
            ssl_certificate {{workspace.CertificateFile}}; ssl_certificate_key {{workspace.KeyFile}};
            ssl_protocols TLSv1.3; ssl_session_cache shared:tls:10m;
            http2_max_concurrent_streams 128;
            {{duty.Nginx().Server}}
            {{duty.ModSecurity(workspace).Server}}
            location / {
              proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Proto $scheme;
            }
          }
        }
        """),
    ];

    private static string[] HAProxy(Workspace workspace, PeerPorts ports, PeerDuty duty) =>
    [
        "haproxy", "-db", "-f", workspace.WriteFile("haproxy.cfg", $$"""
        global
          nbthread 1
          maxconn 16000
          no strict-limits
          ssl-default-bind-options ssl-min-ver TLSv1.3
          tune.h2.max-concurrent-streams 128
        defaults
          mode http
          no log
          option http-keep-alive
          http-reuse always
          timeout connect 5s
          timeout client 300s
          timeout server 300s
          timeout http-keep-alive 300s
        frontend edge
          bind 127.0.0.1:{{ports.Plain}} backlog 4096
          bind 127.0.0.1:{{ports.Tls}} backlog 4096 ssl crt {{workspace.CertificateAndKeyFile}} alpn h2,http/1.1
          option forwardfor
        {{duty.HAProxy(workspace)}}
          http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
          default_backend origin
        backend origin
          server one {{workspace.Origin}} pool-max-conn 128

        """),
    ];

    private static string[] Yarp(Workspace workspace, PeerPorts ports, PeerDuty duty) =>
    [
        "dotnet", Path.Combine(workspace.Root, "bench/Breakwater.Bench.Yarp/bin/Release/net10.0/Breakwater.Bench.Yarp.dll"),
        $"http://{workspace.Origin}", $"{ports.Plain}", $"{ports.Tls}", workspace.CertificateFile, workspace.KeyFile,
    ];

    /// <param name="workspace">What the peers share.</param>
    /// <param name="ports">Where it listens.</param>
    /// <param name="duty">What it does besides.</param>
    /// <param name="bare">Protections (but for its duty), access log and standby off, as in the other peers; else everything as it comes.</param>
    /// <param name="name">What its files are called.</param>
    private static string[] Breakwater(Workspace workspace, PeerPorts ports, PeerDuty duty, bool bare, string? name = null)
    {
        name ??= bare ? "breakwater" : "breakwater-defaults";
        var configuration = $$"""
            listeners: [{address: "127.0.0.1:{{ports.Plain}}"}, {address: "127.0.0.1:{{ports.Tls}}", tls: true}]
            certificates: [{cert: "{{workspace.CertificateFile}}", key: "{{workspace.KeyFile}}"}]
            zones:
              - name: site
                hosts: ["*"]
                origins: [{url: "http://{{workspace.Origin}}"}]

            """;
        if (duty.Rules > 0 || duty.Limits)
            configuration += $"    rules:\n{duty.Breakwater()}";

        // What the others don't do in a case, Breakwater doesn't either, except where everything is as it comes.
        if (duty.Firewall)
            configuration += $"waf: {{rules: {workspace.CoreRuleSet ?? "crs"}, mode: block, body_limit: 2MiB}}\n";
        else if (bare)
            configuration += "waf: {mode: \"off\"}\n";
        if (bare)
            configuration += $"protection: {(duty.IsNone ? "off" : "on")}\nlogging: {{access: {{to: off}}}}\nlifecycle: {{standby: false}}\n";
        return
        [
            Path.Combine(workspace.Root, "breakwater"), "run", "--config", workspace.WriteFile(name + ".yaml", configuration),
            "--data", Path.Combine(workspace.Directory, name + "-data"),
        ];
    }

    private static string NginxTemporaryPaths(string name) =>
        string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {name}-{kind}; "));
}

/// <summary>Where a peer listens on 127.0.0.1.</summary>
/// <param name="Plain">HTTP/1.1.</param>
/// <param name="Tls">HTTP/1.1 and HTTP/2, by ALPN.</param>
internal sealed record PeerPorts(int Plain, int Tls);
