using System.Globalization;
using System.Net.Sockets;

namespace Breakwater.Edge.Connections;

/// <summary>
/// Keeps the last file descriptors of the process from connections. With none left, the runtime can load no assembly, which it remembers for the life of the process, and
/// may end it; nothing else can be opened either. So new clients wait first, then no further connections to origins are opened. Immutable; thread-safe.
/// </summary>
/// <remarks>
/// The kernel gives the lowest free number to a new descriptor (POSIX.1-2017, 2.14), so the number of one that was just made tells how many are left at most, without a
/// count of what is open.
/// </remarks>
/// <param name="limit">How many the process may have.</param>
internal sealed class DescriptorReserve(int limit)
{
    /// <summary>With fewer than so many there is nothing to keep back: the runtime and its libraries alone take some two hundred.</summary>
    public const int MinLimit = 512;

    /// <summary>For what is neither a client nor an origin: assemblies, files, the tasting process, the admin socket.</summary>
    private const int Kept = 64;

    /// <summary>That of this process, as its limit is when it is first asked.</summary>
    public static DescriptorReserve OfProcess { get; } = new(ReadLimit());

    /// <summary>How many descriptors the process may have; <see cref="int.MaxValue"/> where that is unknown.</summary>
    public int Limit => limit;

    /// <summary>Whether so many are open that no client should be accepted: an eighth is left to origins.</summary>
    /// <param name="last">The socket that was made last.</param>
    public bool IsShortForClients(Socket last) => limit >= MinLimit && NumberOf(last) >= limit - Kept - (limit / 8);

    /// <summary>Whether so many are open that no connection should be opened to an origin.</summary>
    /// <param name="last">The socket that was made last.</param>
    public bool IsShortForOrigins(Socket last) => limit >= MinLimit && NumberOf(last) >= limit - Kept;

    /// <summary>Whether clients may be accepted again. Makes a socket to see.</summary>
    public bool HasRoomForClients()
    {
        try
        {
            using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return !IsShortForClients(probe);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static long NumberOf(Socket socket) => socket.SafeHandle.DangerousGetHandle();

    /// <summary>From proc(5): <c>Max open files            1024                 524288               files</c>, first what holds.</summary>
    private static int ReadLimit()
    {
        try
        {
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
            string? number = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or nothing to read it with.
            return int.MaxValue;
        }
    }
}
