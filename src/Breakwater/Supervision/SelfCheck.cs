using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Listeners;

namespace Breakwater.Supervision;

/// <summary>Sends a request through the edge's own front door, as a visitor does, before it is trusted with them. Stateless.</summary>
internal static class SelfCheck
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private const int MaxHead = 64 * 1024;

    /// <summary>Sends one GET for the root of the first zone to the first listener that can be reached without a proxy.</summary>
    /// <returns>The status of the answer; or 0 and a second line with what is wrong.</returns>
    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "It asks itself, and only whether anybody answers.")]
    public static async Task<string> RunAsync(IReadOnlyList<BoundListener> listeners, BreakwaterConfig config)
    {
        BoundListener? listener = listeners.FirstOrDefault(one => one.Protocols.HasFlag(ListenerProtocols.H1) && AddressOf(one.EndPoint) is not null);
        if (listener is null)
        {
            // Nothing to ask: HTTP/2 without TLS alone. That it listens has to do.
            return "200";
        }

        try
        {
            using CancellationTokenSource bound = new(Bound);
            EndPoint address = AddressOf(listener.EndPoint)!;
            using Socket socket = new(address.AddressFamily, SocketType.Stream, address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
            await socket.ConnectAsync(address, bound.Token);
            if (listener.Config.ProxyProtocol != ProxyProtocolMode.Off)
            {
                await socket.SendAsync(ProxyHeader(listener.Config.ProxyProtocol), bound.Token);
            }

            string host = HostOf(config);
            await using NetworkStream plain = new(socket);
            if (!listener.Config.Tls)
            {
                return await AskAsync(plain, host, bound.Token);
            }

            // Whose certificate it is matters to visitors; here the question is whether anybody answers.
            await using SslStream tls = new(plain, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [SslApplicationProtocol.Http11] }, bound.Token);
            return await AskAsync(tls, host, bound.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return "0\n" + e.Message;
        }
    }

    private static async Task<string> AskAsync(Stream stream, string host, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: breakwater-check\r\nAccept: */*\r\nConnection: close\r\n\r\n"), cancel);
        byte[] buffer = new byte[MaxHead];
        int length = 0;
        while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), cancel) is > 0 and int read)
        {
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                break;
            }
        }

        // HTTP/1.1 200
        return length > 12 && buffer.AsSpan(0, length).StartsWith("HTTP/1.1 "u8)
            && int.TryParse(Encoding.ASCII.GetString(buffer, 9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? status.ToString(CultureInfo.InvariantCulture) : "0\nno answer in HTTP/1.1";
    }

    private static string HostOf(BreakwaterConfig config)
    {
        string host = config.Zones.SelectMany(zone => zone.Hosts).Select(pattern => pattern.ToString()).FirstOrDefault() ?? "*";
        return host == "*" ? "localhost" : host.Replace("*", "check", StringComparison.Ordinal);
    }

    private static EndPoint? AddressOf(EndPoint bound) => bound switch
    {
        IPEndPoint { Address: var ip } any when ip.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, any.Port),
        IPEndPoint { Address: var ip } any when ip.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, any.Port),
        IPEndPoint or UnixDomainSocketEndPoint => bound,
        _ => null,
    };

    /// <summary>The header of a connection that a proxy makes for itself: UNKNOWN in version 1, LOCAL in version 2.</summary>
    private static byte[] ProxyHeader(ProxyProtocolMode mode) => mode == ProxyProtocolMode.V2
        ? [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x20, 0x00, 0x00, 0x00]
        : "PROXY UNKNOWN\r\n"u8.ToArray();
}
