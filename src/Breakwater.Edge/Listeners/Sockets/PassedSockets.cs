using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// Listening sockets that outlive the edge: those that it is given at its start, by the name of the address that they were bound for, and those
/// that it binds itself and shows to who keeps them. Thread-safe.
/// </summary>
internal sealed class PassedSockets
{
    private readonly Lock _lock = new();
    private readonly List<(string Name, int Descriptor)> _given = [];
    private readonly List<Socket> _shown = [];

    /// <summary>Takes a socket that the edge bound itself, to keep a copy: its name and descriptor.</summary>
    public Action<string, int>? OnBound { get; set; }

    /// <summary>Names of those that were given and that no listener took.</summary>
    public IReadOnlyList<string> Unused
    {
        get
        {
            lock (_lock)
            {
                return [.. _given.Select(socket => socket.Name)];
            }
        }
    }

    /// <summary>Gives a socket. Its descriptor belongs to the listener that takes it.</summary>
    public void Give(string name, int descriptor)
    {
        lock (_lock)
        {
            _given.Add((name, descriptor));
        }
    }

    /// <summary>The name of an address to bind.</summary>
    public static string NameOf(EndPoint address) => address is UnixDomainSocketEndPoint ? $"unix:{address}" : address.ToString()!;

    /// <summary>The first socket of a name; null when there is none.</summary>
    public Socket? Take(EndPoint address)
    {
        string name = NameOf(address);
        lock (_lock)
        {
            int index = _given.FindIndex(socket => socket.Name == name);
            if (index < 0)
            {
                return null;
            }

            int descriptor = _given[index].Descriptor;
            _given.RemoveAt(index);
            return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        }
    }

    /// <summary>Shows a socket that was bound, and returns the one to listen with.</summary>
    public Socket Show(EndPoint address, Socket socket)
    {
        if (OnBound is not { } show)
        {
            return socket;
        }

        show(NameOf(address), (int)socket.Handle);
        if (address is not UnixDomainSocketEndPoint)
        {
            return socket;
        }

        // .NET removes the file of a Unix socket with the object that bound it. The file belongs to who keeps the socket now, so the listener gets
        // another object, and this one is never disposed of.
        int copy = Duplicate((int)socket.Handle, DuplicateCloseOnExec, 0);
        if (copy < 0)
        {
            return socket;
        }

        lock (_lock)
        {
            _shown.Add(socket);
        }

        return new Socket(new SafeSocketHandle(copy, ownsHandle: true));
    }

    // F_DUPFD_CLOEXEC on Linux.
    private const int DuplicateCloseOnExec = 1030;

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor, int command, nint argument);
}
