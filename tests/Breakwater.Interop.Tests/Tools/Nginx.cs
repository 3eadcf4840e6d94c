using System.Net;

namespace Breakwater.Interop.Tests.Tools;

/// <summary>A running nginx with one server block. Owned by one test or fixture.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly ToolProcess _process;

    private Nginx(TemporaryDirectory directory, ToolProcess process, IPEndPoint endpoint)
    {
        _directory = directory;
        _process = process;
        Endpoint = endpoint;
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Starts it; the test is skipped when nginx is missing.</summary>
    /// <param name="http">Directives of the http block.</param>
    /// <param name="server">Directives of the server block, besides listen.</param>
    public static async Task<Nginx> StartAsync(string http, string server)
    {
        var program = Tool.Nginx.PathOrSkip();
        var directory = new TemporaryDirectory();
        var endpoint = new IPEndPoint(IPAddress.Loopback, ToolProcess.FreePort());
        var temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {kind}; "));
        var configuration = directory.Write("nginx.conf", $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off; master_process off; pid nginx.pid; error_log stderr crit;
            events { worker_connections 4096; }
            http {
              access_log off; {{temporary}}
              {{http}}
              server { listen {{endpoint}} backlog=4096; {{server}} }
            }
            """);
        var process = ToolProcess.Start(program, ["-e", "stderr", "-p", directory.Path, "-c", configuration], directory.Path);
        var nginx = new Nginx(directory, process, endpoint);
        await process.WaitForListenerAsync(endpoint);
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
