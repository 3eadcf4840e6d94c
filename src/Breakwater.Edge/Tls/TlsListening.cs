using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Breakwater.Edge.Tls;

/// <summary>Puts TLS into a listener.</summary>
internal static class TlsListening
{
    /// <summary>Adds the reading of the ClientHello, the handshake, and its watch. After the PROXY protocol and what counts clients,
    /// before whatever speaks HTTP.</summary>
    public static void UseTls(this ListenOptions options, ClientHelloMiddleware hello, TlsOptionsFactory tls)
    {
        options.Use(hello.Peek);
        options.UseHttps(tls.Options);
        options.Use(hello.Established);
    }
}
