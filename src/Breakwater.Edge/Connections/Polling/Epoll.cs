using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Edge.Connections.Polling;

/// <summary>What the edge asks of Linux for its sockets: epoll(7), recv(2), send(2), connect(2), none of which waits. Stateless.</summary>
internal static unsafe partial class Epoll
{
    /// <summary>EPOLLIN: there is something to receive, or the end of the stream.</summary>
    public const uint Readable = 0x1;

    /// <summary>EPOLLOUT: there is room to send.</summary>
    public const uint Writable = 0x4;

    /// <summary>EPOLLERR and EPOLLHUP, which come unasked: the connection is broken, or closed on both sides.</summary>
    public const uint Broken = 0x8 | 0x10;

    /// <summary>EPOLLRDHUP: the other end sends no more.</summary>
    public const uint Ending = 0x2000;

    /// <summary>EPOLLET: told once for each change, not for as long as it is so.</summary>
    public const uint OnChange = 1u << 31;

    /// <summary>EAGAIN: what was asked for would have to wait.</summary>
    public const int WouldWait = 11;

    private const int Interrupted = 4;
    private const int CloseOnExec = 0x80000;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;

    private enum Operation
    {
        Add = 1,
        Modify = 3,
    }

    /// <summary>Size of <c>struct epoll_event</c>: without a gap before its 64 bits of data on x86, by the kernel's promise to 32-bit programs.</summary>
    public static int EventSize { get; } = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16;

    private static readonly int DataOffset = EventSize - sizeof(ulong);

    /// <summary>A set of sockets to watch. Never closed.</summary>
    /// <exception cref="SocketException">The system makes none.</exception>
    public static int Create()
    {
        int set = CreateSet(CloseOnExec);
        return set >= 0 ? set : throw new SocketException((int)SocketErrors.Of(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Watches a socket. False when the system can't.</summary>
    public static bool TryAdd(int set, SafeSocketHandle socket, uint events, ulong token) => TryControl(set, Operation.Add, socket, events, token);

    /// <summary>Watches for something else, and tells at once what is so already.</summary>
    public static bool TryModify(int set, SafeSocketHandle socket, uint events, ulong token) => TryControl(set, Operation.Modify, socket, events, token);

    /// <summary>Waits for events; how many there are.</summary>
    public static int Wait(int set, Span<byte> events)
    {
        fixed (byte* first = events)
        {
            return Wait(set, first, events.Length / EventSize, -1);
        }
    }

    /// <summary>An event: what happened.</summary>
    public static uint EventsAt(ReadOnlySpan<byte> events, int index) => MemoryMarshal.Read<uint>(events[(index * EventSize)..]);

    /// <summary>An event: to what.</summary>
    public static ulong TokenAt(ReadOnlySpan<byte> events, int index) => MemoryMarshal.Read<ulong>(events[(index * EventSize + DataOffset)..]);

    /// <summary>Receives what is there; 0 at the end of the stream, below 0 a negated error number.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static int Receive(SafeSocketHandle socket, Span<byte> destination)
    {
        fixed (byte* first = destination)
        {
            while (true)
            {
                nint received = Receive(socket, first, (nuint)destination.Length, DoNotWait);
                if (received >= 0)
                {
                    return (int)received;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error != Interrupted)
                {
                    return -error;
                }
            }
        }
    }

    /// <summary>Sends as much as there is room for; below 0 a negated error number.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                nint sent = Send(socket, first, (nuint)bytes.Length, DoNotWait | NoSignal);
                if (sent >= 0)
                {
                    return (int)sent;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error != Interrupted)
                {
                    return -error;
                }
            }
        }
    }

    /// <summary>Begins to connect, or looks how that goes; 0 when connected, else an error number.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static int Connect(SafeSocketHandle socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* first = address)
        {
            return Connect(socket, first, address.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    private static bool TryControl(int set, Operation operation, SafeSocketHandle socket, uint events, ulong token)
    {
        byte* one = stackalloc byte[EventSize];
        Unsafe.WriteUnaligned(one, events);
        Unsafe.WriteUnaligned(one + DataOffset, token);
        try
        {
            return Control(set, (int)operation, socket, one) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CreateSet(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int set, int operation, SafeSocketHandle socket, byte* one);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait(int set, byte* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Receive(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Connect(SafeSocketHandle socket, byte* address, int length);
}
