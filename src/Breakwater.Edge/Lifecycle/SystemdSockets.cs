using System.Globalization;
using System.Net.Sockets;

namespace Breakwater.Edge.Lifecycle;

/// <summary>
/// Sockets that systemd opened and passed on (sd_listen_fds(3)): so a port below 1024 needs no privilege, and connections wait in the
/// kernel while the edge restarts. Immutable.
/// </summary>
public sealed class SystemdSockets
{
    // SD_LISTEN_FDS_START: the passed descriptors follow standard input, output and error.
    private const int FirstDescriptor = 3;

    // More than any unit file holds; a bound on what an odd environment can make us do.
    private const int MaxSockets = 1024;

    private readonly (string Name, int Descriptor, int Passed)[] _sockets;

    private SystemdSockets((string Name, int Descriptor, int Passed)[] sockets) => _sockets = sockets;

    /// <summary>What this process was passed, or its supervisor.</summary>
    public static SystemdSockets Inherited { get; internal set; } = From(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>The passed sockets with their descriptors.</summary>
    public IEnumerable<(string Name, int Descriptor)> All => _sockets.Select(socket => (socket.Name, socket.Descriptor));

    /// <summary>The names of the passed sockets, in order, each as often as there are sockets of that name.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(_sockets, socket => socket.Name);

    /// <summary>What an environment says was passed.</summary>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <param name="processId">This process; descriptors for another one are not ours.</param>
    public static SystemdSockets From(Func<string, string?> variable, int processId)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("LISTEN_PID") != processId.ToString(CultureInfo.InvariantCulture)
            || !int.TryParse(variable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return new SystemdSockets([]);
        }

        string[] names = variable("LISTEN_FDNAMES")?.Split(':') ?? [];
        var sockets = new (string, int, int)[Math.Clamp(count, 0, MaxSockets)];
        for (int i = 0; i < sockets.Length; i++)
        {
            sockets[i] = (i < names.Length && names[i].Length > 0 ? names[i] : "unknown", FirstDescriptor + i, FirstDescriptor + i);
        }

        return new SystemdSockets(sockets);
    }

    /// <summary>These and one more.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="descriptor">Its descriptor here.</param>
    /// <param name="passed">Its descriptor as systemd passed it on, for messages.</param>
    internal SystemdSockets With(string name, int descriptor, int passed) => new([.. _sockets, (name, descriptor, passed)]);

    /// <summary>
    /// The descriptors of the sockets of a name (<c>FileDescriptorName=</c>): several when one unit listens on several addresses. For Kestrel's
    /// <c>ListenHandle</c>, which closes them when the listener ends.
    /// </summary>
    /// <exception cref="CannotStartException">There is none of that name, or it is no listening stream socket.</exception>
    public IReadOnlyList<int> Find(string name)
    {
        (string Name, int Descriptor, int Passed)[] found = [.. _sockets.Where(socket => socket.Name == name)];
        if (found.Length == 0)
        {
            throw new CannotStartException(
                $"systemd passed no socket named \"{name}\""
                    + (_sockets.Length == 0 ? " (none at all)" : $" (only {string.Join(", ", Names.Distinct().Select(n => $"\"{n}\""))})"),
                $"start the edge through its socket unit, with FileDescriptorName={name} in it, or listen on an address instead");
        }

        foreach ((_, int descriptor, int passed) in found)
        {
            if (!IsListening(descriptor))
            {
                throw new CannotStartException(
                    string.Create(CultureInfo.InvariantCulture, $"what systemd passed as \"{name}\" (descriptor {passed}) is no listening TCP or Unix socket"),
                    "use ListenStream= in the socket unit, and Accept=no");
            }
        }

        return [.. found.Select(socket => socket.Descriptor)];
    }

    private static bool IsListening(int descriptor)
    {
        try
        {
            using SafeSocketHandle handle = new(descriptor, ownsHandle: false);
            using Socket socket = new(handle);
            return socket.SocketType == SocketType.Stream
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
