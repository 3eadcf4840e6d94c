using System.Net;
using System.Net.Sockets;
using Breakwater.Config;
using Breakwater.Edge.Lifecycle;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Breakwater.Edge.Admin;

/// <summary>
/// The admin listener: a small HTTP server beside the data plane, sharing nothing with it but the process, so that it answers when the data
/// plane is full or broken. Two doors: the socket in the data directory (mode 0600: who may open it may do everything) and, where asked for,
/// an address (who can reach it may look, not touch). Thread-safe; owned by the process.
/// </summary>
public sealed class AdminServer : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private const int MaxBodySize = 64 * 1024;

    private readonly KestrelServer _server;

    private AdminServer(KestrelServer server, string socketPath, IPEndPoint? address)
    {
        _server = server;
        SocketPath = socketPath;
        Address = address;
    }

    /// <summary>The socket that commands talk to.</summary>
    public string SocketPath { get; }

    /// <summary>The bound address, with the real port; null when there is only the socket.</summary>
    public IPEndPoint? Address { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="socketPath">The socket in the data directory; nothing may be there.</param>
    /// <param name="address">An address besides it, or null.</param>
    /// <param name="edge">What is shown and steered.</param>
    /// <param name="loggers">For faults of the server itself.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="CannotStartException">The socket or the address cannot be listened on.</exception>
    public static async Task<AdminServer> StartAsync(
        string socketPath, ListenAddress? address, IAdministered edge, ILoggerFactory loggers, CancellationToken cancel = default)
    {
        KestrelServerOptions options = new() { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestBodySize = MaxBodySize;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.ListenUnixSocket(socketPath, listen => Trust(listen, AdminDoor.Socket));
        if (address is not null)
        {
            Listen(options, address, listen => Trust(listen, AdminDoor.Network));
        }

        // Kestrel's own messages are about its clients' mistakes; only what is wrong with the server itself is of interest here.
        KestrelServer server = new(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers),
            loggers);
        try
        {
            await server.StartAsync(new Application(new AdminEndpoints(edge)), cancel).ConfigureAwait(false);
            File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or InvalidOperationException)
        {
            server.Dispose();
            throw CannotListen(socketPath, address, e);
        }

        return new AdminServer(server, socketPath, address is null ? null : BoundAddress(server));
    }

    /// <summary>Stops at once and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource atOnce = new(TimeSpan.FromSeconds(1));
        await _server.StopAsync(atOnce.Token).ConfigureAwait(false);
        _server.Dispose();
        File.Delete(SocketPath);
    }

    private static void Listen(KestrelServerOptions options, ListenAddress address, Action<ListenOptions> configure)
    {
        switch (address.Kind)
        {
            case ListenAddressKind.Ip:
                options.Listen(address.Ip!, address.Port, configure);
                break;
            case ListenAddressKind.AnyIp:
                options.ListenAnyIP(address.Port, configure);
                break;

            // Kestrel refuses "localhost" with port 0, and one loopback address is enough for an operator's tools.
            case ListenAddressKind.Localhost:
                options.Listen(IPAddress.Loopback, address.Port, configure);
                break;
            default:
                throw new CannotStartException(
                    $"the admin listener cannot use {address}", "give it an IP address and a port, such as 127.0.0.1:9090");
        }
    }

    private static void Trust(ListenOptions listen, AdminDoor door)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(door);
            return next(connection);
        });
    }

    private static IPEndPoint? BoundAddress(KestrelServer server)
    {
        foreach (string bound in server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses)
        {
            // The socket's address reads http://unix:/path.
            if (!bound.Contains("://unix:", StringComparison.Ordinal)
                && IPEndPoint.TryParse(bound[(bound.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/'), out IPEndPoint? endPoint))
            {
                return endPoint;
            }
        }

        return null;
    }

    private static CannotStartException CannotListen(string socketPath, ListenAddress? address, Exception cause)
    {
        // Kestrel names what it could not bind in the message only.
        string reason = (cause.InnerException ?? cause).Message;
        return address is null || cause.Message.Contains(socketPath, StringComparison.Ordinal)
            ? new CannotStartException(
                $"the admin socket {socketPath} cannot be made: {reason}", "choose a writable data directory on a local disk, with --data DIR", cause)
            : cause.InnerException is AddressInUseException
                ? new CannotStartException($"the admin address {address} is in use", "stop what uses it, or choose another with --admin ADDR", cause)
                : new CannotStartException($"the admin listener cannot use {address}: {reason}", "choose another with --admin ADDR", cause);
    }

    /// <summary>Kestrel's view of the endpoints: no host, no container, no middleware.</summary>
    private sealed class Application(AdminEndpoints endpoints) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => endpoints.AnswerAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}

/// <summary>The way a connection came to the admin listener; a feature of the connection. Immutable.</summary>
/// <param name="MayChange">Whether its requests may change something.</param>
internal sealed record AdminDoor(bool MayChange)
{
    /// <summary>Over the socket in the data directory: may do everything.</summary>
    public static readonly AdminDoor Socket = new(MayChange: true);

    /// <summary>Over a network: may look.</summary>
    public static readonly AdminDoor Network = new(MayChange: false);
}
