using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Breakwater.Edge.Listeners;

/// <summary>How the sockets under all listeners are driven.</summary>
internal static class Transport
{
    /// <summary>What one connection may hold of unread input before its socket is no longer read.</summary>
    public const int ReadBufferBytes = 64 * 1024;

    /// <summary>What one connection may hold of unsent output before a flush waits.</summary>
    public const int WriteBufferBytes = 64 * 1024;

    /// <summary>Sets the transport up.</summary>
    public static void Configure(SocketTransportOptions options)
    {
        // All work of a request runs on the thread that the kernel woke for it: no hand-over to a pool, which would cost more than the
        // request itself (docs/architecture.md, "The hot path"). In return nothing on it may block.
        options.UnsafePreferInlineScheduling = true;

        // A zero-byte read before each real one would save an idle connection 4 KiB and cost every request a system call.
        options.WaitForDataBeforeAllocatingBuffer = false;
        options.MaxReadBufferSize = ReadBufferBytes;
        options.MaxWriteBufferSize = WriteBufferBytes;
        options.Backlog = 4096;
        options.NoDelay = true;
    }
}
