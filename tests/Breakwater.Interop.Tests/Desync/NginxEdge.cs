using System.Net;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Desync;

/// <summary>nginx as Debian ships it, as a reverse proxy: its defaults, and HTTP/1.1 to the origin so that both edges speak the same.</summary>
internal sealed class NginxEdge(Nginx nginx) : IEdgeUnderTest
{
    public IPEndPoint Endpoint => nginx.Endpoint;

    public static async Task<NginxEdge> StartAsync(IPEndPoint origin) =>
        new(await Nginx.StartAsync(
            "proxy_http_version 1.1;",
            $$"""location / { proxy_pass http://{{origin}}; proxy_set_header Host $http_host; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; }"""));

    public ValueTask DisposeAsync() => nginx.DisposeAsync();
}
