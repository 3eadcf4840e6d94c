using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Breakwater.Config;
using Breakwater.Edge.Lifecycle;
using Microsoft.AspNetCore.Connections;

namespace Breakwater.Hosting;

/// <summary>Why a listener could not be opened, in words that help. Stateless.</summary>
internal static partial class ListenFailure
{
    /// <summary>The explanation of what Kestrel or the system threw when it was to bind.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="listeners">What was to be listened on.</param>
    public static CannotStartException Explain(Exception e, IReadOnlyList<ListenerConfig> listeners)
    {
        // Kestrel names the address in its message, if at all.
        string address = Address().Match(e.Message) is { Success: true } match ? match.Groups[1].Value
            : string.Join(" or ", listeners.Select(listener => listener.Address));
        int port = Uri.TryCreate(address, UriKind.Absolute, out Uri? url) ? url.Port : 0;
        SocketError? error = Find<SocketException>(e)?.SocketErrorCode;
        if (Find<AddressInUseException>(e) is not null || error == SocketError.AddressAlreadyInUse)
        {
            string who = port > 0 ? string.Create(CultureInfo.InvariantCulture, $" (`ss -ltnp 'sport = :{port}'` names it)") : "";
            return new CannotStartException($"{address} is in use", $"stop what uses it{who}, or listen elsewhere with --listen ADDR", e);
        }

        return error switch
        {
            SocketError.AccessDenied => new CannotStartException(
                $"{address} is not allowed for this user",
                "use a port from 1024 up with --listen ADDR, give the program CAP_NET_BIND_SERVICE, or let systemd hold the port (packaging/systemd)", e),
            SocketError.AddressNotAvailable => new CannotStartException(
                $"{address} is no address of this machine", "listen on one that it has (`ip addr` lists them) with --listen ADDR", e),
            _ => new CannotStartException($"{address} cannot be listened on: {(e.InnerException ?? e).Message}", "listen elsewhere with --listen ADDR", e),
        };
    }

    private static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }

    [GeneratedRegex(@"address (\S+://\S+?)[:.]?(?: |$)")]
    private static partial Regex Address();
}
