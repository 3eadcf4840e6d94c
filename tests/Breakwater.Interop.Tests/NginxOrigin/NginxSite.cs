using System.Net;
using System.Runtime.InteropServices;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.NginxOrigin;

/// <summary>nginx as people run it in front of files: a master, two workers, gzip, keep-alive. Each response names its connection.</summary>
internal sealed class NginxSite : IAsyncDisposable
{
    private const int Hangup = 1;

    private readonly TemporaryDirectory _directory;
    private readonly ToolProcess _process;

    private NginxSite(TemporaryDirectory directory, ToolProcess process, IPEndPoint endpoint)
    {
        _directory = directory;
        _process = process;
        Endpoint = endpoint;
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Starts it with these files; the test is skipped when nginx is missing.</summary>
    public static async Task<NginxSite> StartAsync(params (string Name, string Text)[] files)
    {
        string program = Tool.Nginx.PathOrSkip();
        TemporaryDirectory directory = new();
        Directory.CreateDirectory(Path.Combine(directory.Path, "site"));
        foreach ((string name, string text) in files)
        {
            directory.Write(Path.Combine("site", name), text);
        }

        IPEndPoint endpoint = new(IPAddress.Loopback, ToolProcess.FreePort());
        string temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {kind}; "));
        string configuration = directory.Write("nginx.conf", $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off; worker_processes 2; pid nginx.pid; error_log stderr crit;
            events { worker_connections 4096; }
            http {
              access_log off; {{temporary}}
              types { text/html html; text/css css; application/octet-stream bin; }
              gzip on; gzip_types text/css; gzip_min_length 100; gzip_proxied any;
              keepalive_requests 100000;
              server { listen {{endpoint}}; root site; add_header X-Connection $pid-$connection; }
            }
            """);
        ToolProcess process = ToolProcess.Start(program, ["-e", "stderr", "-p", directory.Path, "-c", configuration], directory.Path);
        await process.WaitForListenerAsync(endpoint);
        return new NginxSite(directory, process, endpoint);
    }

    /// <summary>Reads its configuration again: new workers take over, the old ones finish and go.</summary>
    public void Reload() => Assert.Equal(0, Kill(_process.Pid, Hangup));

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
